"""`plan`, which an installer calls: it decides what `extdeps plan` decides."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import extdeps
from extdeps.cli.main import main
from extdeps.errors import UsageError
from extdeps.render.plandocument import format_plan
from extdeps.resolve.planning import plan
from support.checks import CATALOGUE
from support.recorded import load_host
from support.roots import write_root


@pytest.fixture
def machine(tmp_path: Path) -> extdeps.Machine:
    host = extdeps.RootHost(write_root(tmp_path, load_host("debian-12")))
    return extdeps.describe_machine(host, CATALOGUE.ecosystems())


@pytest.mark.parametrize("names", [(), ("conda",), ("conda", "apt"), ("apt", "conda")])
@pytest.mark.parametrize("texts", [("zlib",), ("gdal>=3", "ninja", "dep:virtual/compiler/cxx"), ("no-such-thing",)])
def test_as_the_command(
    machine: extdeps.Machine, texts: tuple[str, ...], names: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    decided = plan([extdeps.declare(texts, CATALOGUE)], machine, CATALOGUE, managers=names)
    options = [word for name in names for word in ("--for", name)]
    wanted = [word for text in texts for word in ("-d", text)]
    code = main(["plan", "--format", "json", "--root", machine.host.name, *options, *wanted])
    assert format_plan(decided) == json.loads(capsys.readouterr().out)
    assert code == (4 if decided.unmet else 0)


def test_what_is_unknown(machine: extdeps.Machine) -> None:
    declared = [extdeps.declare(["gdal; site.gis == 'yes'"], CATALOGUE)]
    lenient, strict = (plan(declared, machine, CATALOGUE, strict=strict) for strict in (False, True))
    assert (lenient.decisions, lenient.notes[-1]) == (
        (),
        "nobody can tell whether it is here: gdal; site.gis == 'yes'; `--strict` plans as if not",
    )
    assert strict.packages() == ("libgdal-dev",)


def test_a_manager_that_nobody_knows(machine: extdeps.Machine) -> None:
    with pytest.raises(UsageError) as caught:
        plan([], machine, CATALOGUE, managers=["nosuch"])
    assert caught.value.message == "`nosuch` is not a package manager"
