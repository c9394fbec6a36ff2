"""Contradictory ranges of one declaration: said at once, with every place and text."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import pytest

from extdeps.checker import Selection, check
from extdeps.cli.main import main
from extdeps.declaration.external import parse_external
from extdeps.errors import ContradictionError
from extdeps.model.declaration import Declaration
from support.checks import CATALOGUE, machine_of
from support.recorded import RecordedHost

TABLE = """
[external]
build-requires = ["dep:generic/cmake@>=3,<2"]
host-requires = ["gdal>=3.4", "zlib", "libgdal<3", "openssl>=3", "openssl>=1,<2", "gdal<3.3"]
dependencies = ["gdal<2"]
"""


def declare(table: Mapping[str, object], origin: str = "pyproject.toml") -> Declaration:
    return parse_external(table, subject="spam", origin=origin)


def refuse(*declarations: Declaration, selection: Selection | None = None) -> tuple[str, ...]:
    host = RecordedHost(files={"/etc/os-release": "ID=debian\nVERSION_ID=12\n"})
    try:
        check(declarations, machine_of(host), CATALOGUE, selection)
    except ContradictionError as error:
        return error.context
    return ()


@pytest.mark.parametrize("command", [["check"], ["install", "--dry-run"]], ids=lambda command: command[0])
def test_all_of_them_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    assert main([*command, "."]) == 3
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err.replace("./pyproject.toml: ", "pyproject.toml: ") == (
        "error[contradictory-ranges]: no version can meet what is declared\n"
        "  pyproject.toml: external.build-requires[0]: `cmake>=3,<2` holds no version\n"
        "  pyproject.toml: external.host-requires[0]: `gdal>=3.4` and external.host-requires[2]: `libgdal<3`"
        " have no version in common\n"
        "  pyproject.toml: external.host-requires[0]: `gdal>=3.4` and external.host-requires[5]: `gdal<3.3`"
        " have no version in common\n"
        "  pyproject.toml: external.host-requires[3]: `openssl>=3` and external.host-requires[4]: `openssl>=1,<2`"
        " have no version in common\n"
        "\n"
        "hint: `extdeps show` prints what is declared, and where\n"
    )


def test_what_is_declared_is_shown(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "pyproject.toml").write_text(TABLE)
    monkeypatch.chdir(tmp_path)
    assert main(["show", "."]) == 0
    assert "gdal@<3.3" in capsys.readouterr().out


def test_on_the_command_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["check", "-d", "gdal>=3", "-d", "gdal<3"]) == 3
    assert (
        "\n  the command line: --dep[0]: `gdal>=3` and --dep[1]: `gdal<3` have no version in common\n"
        in capsys.readouterr().err
    )


def test_a_least_set_is_named() -> None:
    lines = refuse(declare({"host-requires": ["gdal>1.0", "gdal>=1", "gdal>=1.0.post1", "gdal<=1.0.post5"]}))
    assert lines == (
        "pyproject.toml: external.host-requires[0]: `gdal>1.0` and external.host-requires[2]: `gdal>=1.0.post1`"
        " and external.host-requires[3]: `gdal<=1.0.post5` have no version in common",
    )


def test_only_what_counts_can_contradict() -> None:
    windows = declare({"host-requires": ["gdal>=3", "gdal<3; sys_platform == 'win32'"]})
    extra = declare({"host-requires": ["gdal>=3"], "optional-host-requires": {"old": ["gdal<3"]}})
    phases = declare({"build-requires": ["gdal>=3"], "host-requires": ["gdal<3"]})
    subjects = (declare({"host-requires": ["gdal>=3"]}), declare({"host-requires": ["gdal<3"]}, "b.toml"))
    modules = declare({"host-requires": ["libavcodec>=58", "ffmpeg<7"]})  # the module has versions of its own
    for declarations in ((windows,), (extra,), (phases,), subjects, (modules,)):
        assert refuse(*declarations) == ()
    assert refuse(extra, selection=Selection(extras=frozenset({"old"}))) == (
        "pyproject.toml: external.host-requires[0]: `gdal>=3` and external.optional-host-requires.old[0]: `gdal<3`"
        " have no version in common",
    )
    assert refuse(declare({"host-requires": ["gdal>=3,<2"]}), selection=Selection(phases=("build",))) == ()


def test_several_declarations() -> None:
    table = {"host-requires": ["gdal>=3,<2"]}
    assert refuse(declare(table, "a.toml"), declare(table, "b.toml"), declare(table, "a.toml")) == (
        "a.toml: external.host-requires[0]: `gdal>=3,<2` holds no version",
        "b.toml: external.host-requires[0]: `gdal>=3,<2` holds no version",
    )
