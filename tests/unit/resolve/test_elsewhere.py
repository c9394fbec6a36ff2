"""What is said of ecosystems that were not asked."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extdeps.catalog.ecosystem import Ecosystem
from extdeps.machine import Machine, retarget
from extdeps.manager.rattler import find_rattler
from extdeps.manager.table import FoundManager
from extdeps.model.requirement import Phase
from extdeps.resolve.elsewhere import find_elsewhere
from support.checks import CATALOGUE, machine_of
from support.recorded import RecordedHost

GLIBC = b"GNU C Library stable release version 2.36.\n"
PROJ, CMAKE = "dep:generic/proj", "dep:generic/cmake"
PREFIX = "`--prefix DIR` needs no root" + ("" if find_rattler() else " (`pip install 'extdeps[conda]'`)")
ON_CONDA = "conda-forge has `proj` (its version was not looked up)"


def debian(*managers: str) -> Machine:
    host = RecordedHost(files={"/etc/os-release": "ID=debian\nVERSION_ID=12\n"}, executables=["/usr/bin/apt-get"])
    return replace(machine_of(host), managers=tuple(FoundManager(name=name, path=f"/x/{name}") for name in managers))


def find(machine: Machine, identifier: str = PROJ, phase: Phase = "host", **asked: tuple[str, ...]) -> tuple[str, ...]:
    return find_elsewhere(identifier, phase, CATALOGUE, machine, asked=asked.get("asked"))


def test_what_is_not_on_the_machine() -> None:
    assert find(debian("apt")) == (
        f"{ON_CONDA}: {PREFIX}",
        "homebrew has `proj` (its version was not looked up): brew is not here",
        "nix has `proj` (its version was not looked up): nix is not here",
    )


def test_python_packages() -> None:
    assert find(debian("apt"), CMAKE, "build")[1] == (
        "pypi has `cmake` (its version was not looked up): `pip install cmake`"
    )


def test_what_was_asked_is_not_named_again() -> None:
    machine = debian("apt", "mamba", "brew", "nix", "pip")
    assert find(machine, CMAKE, "build") == ()
    assert find(machine, asked=("apt", "brew", "nix")) == (f"{ON_CONDA}: `--for mamba`",)


def test_the_machines_own_ecosystem_is_not_elsewhere() -> None:
    machine = replace(debian("brew", "nix"), ecosystem=Ecosystem(name="conda-forge"))
    assert find(machine) == ()


def test_what_does_not_work_there() -> None:
    musl = RecordedHost(files={"/etc/os-release": "ID=alpine\nVERSION_ID=3.22\n"}, empty=["/lib/ld-musl-x86_64.so.1"])
    assert find(machine_of(musl)) == ("nix has `proj` (its version was not looked up): nix is not here",)
    assert find(retarget(debian(), Ecosystem(name="fedora"))) == ()


@pytest.mark.parametrize(("identifier", "phase"), [("dep:generic/nosuch", "host"), ("dep:virtual/capability/x", "run")])
def test_what_nobody_has(identifier: str, phase: Phase) -> None:
    assert find(debian("apt"), identifier, phase) == ()
