"""What is decided about a machine, out of a check and of what its manager has."""

from __future__ import annotations

import pytest

from extdeps.catalog.ecosystem import Ecosystem
from extdeps.checker import check
from extdeps.child import Completed
from extdeps.declaration.direct import declare
from extdeps.machine import retarget
from extdeps.resolve.market import Preferences
from extdeps.resolve.planner import Request, solve
from extdeps.resolve.solution import Solution
from support.checks import CATALOGUE, check_deps, machine_of
from support.recorded import RecordedHost

OS_RELEASE = 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n'
ZLIB = "Name: zlib\nDescription: zlib\nVersion: 1.2.13\nLibs: -lz\n"
NAMES = ("zlib1g-dev", "libgdal-dev", "libhdf5-dev")


def showpkg(name: str) -> str:
    return f"Package: {name}\nVersions: \n\nReverse Depends: \nDependencies: \nProvides: \nReverse Provides: \n"


def policy(name: str, version: str) -> str:
    return (
        f"{name}:\n  Installed: (none)\n  Candidate: {version}\n  Version table:\n"
        f"     {version} 500\n        500 http://deb.debian.org/debian bookworm/main amd64 Packages\n"
    )


@pytest.fixture
def host() -> RecordedHost:
    versions = {"zlib1g-dev": "1:1.2.13.dfsg-1", "libgdal-dev": "3.6.2+dfsg-1+b2", "libhdf5-dev": "1.10.8+repack1-1"}
    return RecordedHost(
        files={
            "/etc/os-release": OS_RELEASE,
            "/usr/lib/x86_64-linux-gnu/pkgconfig/zlib.pc": ZLIB,
            "/var/lib/dpkg/status": "",
        },
        executables=["/usr/bin/apt-get", "/usr/bin/apt-cache"],
        empty=["/usr/include/zlib.h", "/usr/lib/x86_64-linux-gnu/libz.so", "/var/lib/apt/lists/x_Packages"],
        commands={
            ("apt-cache", "showpkg", "--", *NAMES): Completed(returncode=0, stdout="".join(map(showpkg, NAMES))),
            ("apt-cache", "policy", "--", *NAMES): Completed(
                returncode=0, stdout="".join(policy(name, version) for name, version in versions.items())
            ),
        },
    )


def solve_here(host: RecordedHost, *texts: str) -> Solution:
    report = check_deps(host, *texts, phases=("host",))
    host.runs.clear()
    return solve(
        Request(
            report=report, machines=(machine_of(host),), catalogue=CATALOGUE, preferences=Preferences(home="debian")
        )
    )


def test_what_is_here_and_what_can_be_had(host: RecordedHost) -> None:
    solution = solve_here(host, "zlib>=1.2", "gdal>=3.4", "hdf5>=99")
    assert [argv[:2] for argv in host.runs] == [("apt-cache", "showpkg"), ("apt-cache", "policy")]
    assert [(item.identifier, item.source, item.version, item.packages) for item in solution.decisions] == [
        ("dep:generic/zlib", "here", "1.2.13", ("zlib1g-dev",)),
        ("dep:generic/gdal", "apt", "3.6.2", ("libgdal-dev",)),
    ]
    assert [order.specs for order in solution.orders] == [{"libgdal-dev": "libgdal-dev"}]
    assert [(item.identifier, item.reason, item.details) for item in solution.unmet] == [
        (
            "dep:generic/hdf5",
            "no version that is here or can be had is hdf5>=99 (host for --dep)",
            ("there is 1.10.8 of apt",),
        )
    ]


def test_the_compiler_that_its_python_names_comes_before_one_of_fewer_packages(host: RecordedHost) -> None:
    target = retarget(machine_of(host), Ecosystem(name="debian", release="12"))
    report = check([declare(["dep:virtual/compiler/c"], CATALOGUE)], target, CATALOGUE)
    solution = solve(Request(report=report, machines=(target,), catalogue=CATALOGUE, preferences=Preferences()))
    compiler, _headers = solution.decisions
    assert (compiler.provider, compiler.packages) == ("dep:generic/gcc", ("gcc", "libc6-dev"))


def test_where_all_is_here_no_manager_is_asked(host: RecordedHost) -> None:
    solution = solve_here(host, "zlib>=1.2")
    assert host.runs == []
    assert [str(item.source) for item in solution.decisions] == ["here"]
