"""What follows when something is missing."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from extdeps.backend.reaction import choose_reaction, react_to_missing
from extdeps.declaration.external import parse_external
from extdeps.errors import MissingError, UsageError
from extdeps.model.declaration import Declaration

TABLE = """
build-requires = ["dep:generic/python"]
host-requires = ["no-such-library>=2", "dep:generic/python; sys_platform == 'nowhere'"]
dependencies = ["no-such-program"]
"""


def declare(text: str) -> Declaration:
    return parse_external(tomllib.loads(text), subject="spam", origin="pyproject.toml")


@pytest.mark.parametrize(
    ("settings", "environ", "reaction"),
    [
        ({}, {}, "error"),
        ({}, {"EXTDEPS_ON_MISSING": ""}, "error"),
        ({}, {"EXTDEPS_ON_MISSING": "warn"}, "warn"),
        ({"extdeps-on-missing": "ignore", "x": "y"}, {"EXTDEPS_ON_MISSING": "warn"}, "ignore"),
        ({"extdeps-on-missing": ["ignore", "warn"]}, {}, "warn"),
        ({"extdeps-on-missing": "warn"}, {"EXTDEPS_ON_MISSING": "wrong"}, "warn"),
    ],
)
def test_choice(settings: dict[str, object], environ: dict[str, str], reaction: str) -> None:
    assert choose_reaction(settings, environ) == reaction


@pytest.mark.parametrize(
    ("settings", "environ", "message"),
    [
        ({"extdeps-on-missing": "Warn"}, {}, "the config setting `extdeps-on-missing` is `Warn`"),
        ({}, {"EXTDEPS_ON_MISSING": "no"}, "the variable `EXTDEPS_ON_MISSING` is `no`"),
    ],
)
def test_wrong_choice(settings: dict[str, object], environ: dict[str, str], message: str) -> None:
    with pytest.raises(UsageError) as caught:
        react_to_missing(declare(""), settings, environ)
    assert (caught.value.message, caught.value.hint) == (message, "it is one of error, warn and ignore")


def test_missing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    other = tmp_path / "bin/python"  # of an environment that is active around the build, and does not count
    other.parent.mkdir()
    other.write_text("#!/bin/sh\necho another Python\n")
    other.chmod(0o755)
    environ = {"PATH": "", "HOME": str(tmp_path), "VIRTUAL_ENV": str(tmp_path), "CONDA_PREFIX": str(tmp_path)}
    with pytest.raises(MissingError) as caught:
        react_to_missing(declare(TABLE), {}, environ)
    error = caught.value
    assert error.message == "`spam` needs 2 external dependencies to be built: 1 missing"
    assert error.context[0].splitlines()[:2] == [
        "spam",
        "  ✗  no-such-library>=2  host  missing: external.host-requires[0]; "
        "no registry knows `dep:generic/no-such-library`",
    ]
    assert error.hint == (
        "`EXTDEPS_ON_MISSING=warn` builds without; so does `--config-settings extdeps-on-missing=warn`"
    )
    assert capsys.readouterr() == ("", "")

    react_to_missing(declare(TABLE), {}, {**environ, "EXTDEPS_ON_MISSING": "ignore"})
    assert capsys.readouterr() == ("", "")
    react_to_missing(declare(TABLE), {}, {**environ, "EXTDEPS_ON_MISSING": "warn"})
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(
        "warning[missing-dependencies]: `spam` needs 2 external dependencies to be built: 1 missing\n"
        "  spam\n    ✗  no-such"
    )
    assert "hint:" not in said.err


def test_satisfied_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    react_to_missing(declare('build-requires = ["dep:generic/python"]\ndependencies = ["no-such-program"]'), {}, {})
    assert capsys.readouterr() == ("", "")


def test_unknown_is_a_warning(capsys: pytest.CaptureFixture[str]) -> None:
    """A marker over a capability that nobody has told of."""
    react_to_missing(declare("build-requires = [\"dep:generic/python; site.mpi == 'x'\"]"), {}, {})
    assert capsys.readouterr().err.splitlines()[:3] == [
        "warning[missing-dependencies]: `spam` needs 1 external dependency to be built: 1 unknown",
        "  spam",
        "    ?  python  build  unknown: external.build-requires[0]; "
        "whether `site.mpi == 'x'` is true here is not known",
    ]
