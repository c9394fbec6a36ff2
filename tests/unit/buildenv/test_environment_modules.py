"""Environment modules: which can be loaded, and which of them a finding is told of."""

from __future__ import annotations

import pytest

from extdeps.buildenv.modules import Modules
from extdeps.model.constraint import parse_constraints
from support.checks import CATALOGUE, find_dep, machine_of
from support.recorded import RecordedHost

FILES = [
    "/opt/modules/hdf5/1.8.22",
    "/opt/modules/hdf5/1.14.3.lua",
    "/opt/modules/hdf5/1.9",
    "/opt/modules/hdf5/.version",
    "/opt/modules/compilers/gcc/13.2.0",
    "/opt/modules/null",
    "/etc/modulefiles/mpi/openmpi-x86_64",
]
PATH = "/opt/modules:/etc/modulefiles:relative:/gone"


def host_with(**environ: str) -> RecordedHost:
    return RecordedHost(empty=FILES, executables=["/usr/bin/python3"], environ={"MODULEPATH": PATH, **environ})


@pytest.mark.parametrize(
    ("name", "bounds", "expected"),
    [
        ("hdf5", "", "hdf5/1.14.3"),
        ("HDF5", "<1.10", "hdf5/1.9"),
        ("hdf5", ">=2", ""),
        ("gcc", ">=11", "compilers/gcc/13.2.0"),
        ("openmpi", ">=4", "mpi/openmpi-x86_64"),
        ("null", "", "null"),
        ("hdf", "", ""),
        ("compilers", "", ""),
    ],
)
def test_the_newest_that_fits(name: str, bounds: str, expected: str) -> None:
    assert Modules(host_with()).find([name], parse_constraints(bounds) if bounds else ()) == expected


def test_what_is_loaded_is_not_offered() -> None:
    modules = Modules(host_with(LOADEDMODULES="hdf5/1.9:null"))
    assert modules.find(["hdf5", "null"], ()) == ""
    assert len(modules) == 2


def test_without_modules() -> None:
    assert len(Modules(RecordedHost())) == 0


def test_a_finding_and_the_machine_tell() -> None:
    from extdeps.buildenv.advice import describe_advice

    host = host_with()
    assert find_dep(host, "hdf5>=1.12").note == "`module load hdf5/1.14.3` may provide it"
    assert find_dep(host, "zlib").note == ""
    notes = describe_advice(host, machine_of(host).interpreter, CATALOGUE.probes).notes
    assert notes == (
        "6 environment modules are not loaded: `module avail` lists, `module load NAME` sets its variables",
    )
