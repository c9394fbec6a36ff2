"""The market of a machine, out of a check and of what its manager has."""

from __future__ import annotations

import pytest

from extdeps.child import Completed
from extdeps.model.plan import HERE
from extdeps.resolve.candidate import Offer
from extdeps.resolve.factory import list_demands, make_market
from extdeps.resolve.market import Preferences
from extdeps.resolve.resolution import resolve
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


def test_what_is_here_and_what_can_be_had(host: RecordedHost) -> None:
    report = check_deps(host, "zlib>=1.2", "gdal>=3.4", "hdf5>=99", phases=("host",))
    host.runs.clear()
    market = make_market(report, machine_of(host), CATALOGUE, Preferences(home="debian"))
    assert [argv[:2] for argv in host.runs] == [("apt-cache", "showpkg"), ("apt-cache", "policy")]
    assert market.offers["dep:generic/zlib"] == (
        Offer(identifier="dep:generic/zlib", source=HERE, ecosystem="debian", version="1.2.13", phases=("host",)),
        Offer(
            identifier="dep:generic/zlib",
            source="apt",
            ecosystem="debian",
            version="1.2.13",
            packages=("zlib1g-dev",),
            new=1,
            phases=("host",),
        ),
    )
    resolution = resolve(list_demands(report), market)
    assert [(str(demand), str(offer)) for demand, offer in resolution.choices.items()] == [
        ("zlib>=1.2", "1.2.13 here"),
        ("gdal>=3.4", "3.6.2 of apt"),
    ]
    assert list(map(str, resolution.refusals)) == [
        "no version that is here or can be had is hdf5>=99 (host for --dep)\n  there is 1.10.8 of apt"
    ]


def test_a_manager_that_is_left_out_is_not_asked(host: RecordedHost) -> None:
    report = check_deps(host, "gdal", phases=("host",))
    host.runs.clear()
    market = make_market(report, machine_of(host), CATALOGUE, Preferences(home="debian", without=frozenset({"apt"})))
    assert host.runs == []
    assert market.offers == {}
