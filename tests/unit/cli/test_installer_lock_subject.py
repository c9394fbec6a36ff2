"""A subject that is the lock of an installer, on the command line."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from extdeps.cli.main import main

VERSION = f"{sys.version_info[0]}.{sys.version_info[1]}"
TEXT = f"""
version = 1
requires-python = "=={VERSION}.*"
[[package]]
name = "demo"
version = "1"
source = {{ virtual = "." }}
dependencies = [{{ name = "spam" }}, {{ name = "psycopg2" }}]
[package.optional-dependencies]
more = [{{ name = "eggs" }}]
[[package]]
name = "spam"
version = "1"
source = {{ registry = "https://index.invalid" }}
wheels = [{{ url = "https://index.invalid/spam-1-py3-none-any.whl" }}]
[[package]]
name = "eggs"
version = "1"
source = {{ git = "https://index.invalid/eggs" }}
[[package]]
name = "psycopg2"
version = "2.9.13"
source = {{ registry = "https://index.invalid" }}
sdist = {{ url = "https://index.invalid/psycopg2-2.9.13.tar.gz" }}
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "uv.lock").write_text(TEXT)
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "demo"\n[external]\nhost-requires = ["zlib"]\n')
    monkeypatch.chdir(tmp_path)
    for variable in ("VIRTUAL_ENV", "CONDA_PREFIX"):  # whose Python would decide
        monkeypatch.delenv(variable, raising=False)
    return tmp_path


@pytest.mark.usefixtures("project")
def test_a_lock_stands_for_its_members(capsys: pytest.CaptureFixture[str]) -> None:
    main(["check", "uv.lock", "--offline", "--format", "json"])
    document = json.loads(capsys.readouterr().out)
    asked = {name: finding["identifier"] for finding in document["findings"] for name in finding["requested_by"]}
    assert asked["."] == "dep:generic/zlib"
    assert "psycopg2" in asked
    assert document["summary"]["undeclared"] == []
    assert "uv.lock: one further project declares nothing and has no overlay" in document["notes"]


@pytest.mark.usefixtures("project")
def test_extras_are_those_of_the_lock(capsys: pytest.CaptureFixture[str]) -> None:
    main(["show", "uv.lock", "--offline", "--extra", "more"])
    assert "uv.lock: 2 further projects declare nothing and have no overlay" in capsys.readouterr().out
    assert main(["show", "uv.lock", "--offline", "--extra", "nope"]) == 2
    assert capsys.readouterr().err == ("error[usage]: no subject has `nope` for `--extra`\n\nhint: there are more\n")


def test_a_lock_that_is_wrong(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (project / "uv.lock").write_text("version = 2")
    assert main(["check", "uv.lock", "--offline"]) == 3
    assert capsys.readouterr().err == (
        "error[invalid-installer-lock]: `uv.lock` has 1 fault\n"
        "  `version` is `2`; of this format only 1 is known\n\n"
        "hint: the installer that wrote it writes it anew\n"
    )


def test_a_lock_for_another_python(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = project / "uv.lock"
    path.write_text(path.read_text().replace(f"=={VERSION}.*", "<3"))
    assert main(["check", "uv.lock", "--offline"]) == 3
    version = ".".join(map(str, sys.version_info[:3]))
    assert capsys.readouterr().err == (
        "error[no-locked-target]: `uv.lock` is not for this machine\n"
        f"  `requires-python` is <3, and Python is {version}\n"
    )
