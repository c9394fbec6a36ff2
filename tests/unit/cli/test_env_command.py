"""`extdeps env`: what it prints where, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.cli.main import main


@pytest.fixture
def prefix(tmp_path: Path) -> Path:
    """A prefix with a header, as `extdeps install` would make beside a project."""
    directory = tmp_path / "demo" / ".extdeps"
    (directory / "include").mkdir(parents=True)
    (directory / "include" / "spam.h").touch()
    return directory


@pytest.fixture(autouse=True)
def plain_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing set that this machine's own environment may have."""
    for name in ("MODULEPATH", "CONDA_PREFIX", "HOMEBREW_PREFIX", "NIX_PROFILES", "EXTDEPS_TARGET"):
        monkeypatch.delenv(name, raising=False)


def test_a_prefix(prefix: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "--prefix", str(prefix)]) == 0
    output = capsys.readouterr()
    assert output.out.splitlines() == [
        f'export CMAKE_PREFIX_PATH={prefix}"${{CMAKE_PREFIX_PATH:+:$CMAKE_PREFIX_PATH}}";',
        f'export CPATH={prefix}/include"${{CPATH:+:$CPATH}}";',
        "# CMAKE_PREFIX_PATH: CMake looks in the prefix",
        "# CPATH: the compiler finds the headers of the prefix",
    ]
    assert output.err == ""


def test_a_relative_prefix_becomes_absolute(
    prefix: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(prefix.parent)
    assert main(["env", "--prefix", ".extdeps", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["prefix"] == str(prefix)
    assert [item["name"] for item in document["variables"]] == ["CMAKE_PREFIX_PATH", "CPATH"]


def test_the_prefix_of_the_project_is_the_default(
    prefix: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    inside = prefix.parent / "src"
    inside.mkdir()
    (prefix.parent / "pyproject.toml").touch()
    monkeypatch.chdir(inside)
    assert main(["env", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["prefix"] == str(prefix)
    values = {item["name"]: item["values"] for item in document["variables"]}
    assert values["CPATH"][0] == f"{prefix}/include"


def test_the_prefix_of_the_settings_comes_first(
    prefix: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    settled = tmp_path / "settled"
    settled.mkdir()
    settings = tmp_path / "config" / "extdeps.toml"
    settings.parent.mkdir()
    settings.write_text('prefix = "../settled"\n')
    monkeypatch.setenv("EXTDEPS_CONFIG", str(settings))
    monkeypatch.chdir(prefix.parent)
    assert main(["env", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out)["prefix"] == str(settled)


def test_it_does_not_say_beside_a_prefix_that_nothing_is_needed(
    prefix: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(prefix.parent)
    assert main(["env"]) == 0
    output = capsys.readouterr().out
    assert f"export CPATH={prefix}/include" in output
    assert "nothing is needed" not in output


def test_without_a_prefix_it_is_about_the_machine(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["env", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["prefix"] is None
    assert document["notes"]


def test_a_phase(prefix: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (prefix / "bin").mkdir()
    (prefix / "bin" / "spam").touch()
    assert main(["env", "--prefix", str(prefix), "--phase", "build,run", "--format", "json"]) == 0
    assert [item["name"] for item in json.loads(capsys.readouterr().out)["variables"]] == ["PATH"]


def test_a_prefix_that_is_not_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["env", "--prefix", f"{tmp_path}/no such"]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err == (
        f"error[usage]: there is no prefix at `{tmp_path}/no such`\n\n"
        f"hint: `extdeps install --prefix '{tmp_path}/no such' ...` makes it\n"
    )


def test_a_prefix_that_no_variable_can_hold(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a:b").mkdir()
    assert main(["env", "--prefix", f"{tmp_path}/a:b", "--format", "json"]) == 2
    document = json.loads(capsys.readouterr().out)
    assert document["error"]["message"] == f"`{tmp_path}/a:b` cannot be a prefix: `:` parts the directories of PATH"
    assert document["error"]["hint"] == "use a directory with another name"


def test_a_project_that_no_variable_can_hold(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "a:b/.extdeps").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "a:b")
    assert main(["env"]) == 2
    assert f"`{tmp_path}/a:b/.extdeps` cannot be a prefix" in capsys.readouterr().err
