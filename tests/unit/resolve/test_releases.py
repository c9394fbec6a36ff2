"""Other releases that have what one lacks, out of small documents and of the shipped ones."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.model.constraint import parse_constraints
from extdeps.model.requirement import Phase
from extdeps.resolve.releases import find_releases, format_releases, known_version
from extdeps.resources import shipped_directory
from extdeps.versions.ranges import satisfies
from support.documents import load_catalogue, write_catalogue

Z = "dep:generic/z"
SHIPPED = Catalogue((shipped_directory(),))


def write_releases(root: Path, name: str, releases: Mapping[str, Mapping[str, str]]) -> Catalogue:
    """A catalogue with the versions of packages in the releases of an ecosystem."""
    specs = {"build": [], "host": ["z-dev", "z-headers"], "run": ["z1"]}
    virtual = "dep:virtual/interface/zed"
    write_catalogue(
        root,
        definitions=[{"id": Z, "provides": virtual}, {"id": virtual}],
        mappings={name: [{"id": Z, "specs": specs}, {"id": "dep:generic/none", "specs": []}]},
    )
    for release, versions in releases.items():
        ecosystem = f"{name}+{release}" if release else name
        document = {
            "schema_version": 1,
            "ecosystem": ecosystem,
            "as_of": "2026-11-22",
            "source": "file:",
            "architecture": "amd64",
            "versions": versions,
        }
        (root / f"{ecosystem}.versions.json").write_text(json.dumps(document))
    return load_catalogue(root)


def search(
    catalogue: Catalogue, ecosystem: str, bounds: str = "", *, identifier: str = Z, phase: Phase = "run"
) -> list[tuple[str, str]]:
    constraints = parse_constraints(bounds) if bounds else ()
    found = find_releases(identifier, phase, constraints, parse_ecosystem(ecosystem), catalogue)
    return [(str(other), version) for other, version in found]


DEBIAN = {
    "9": {"z1": "1:0.9-1"},
    "10": {"z1": "1:1.0~rc2-1"},
    "11": {"z1": "1:1.1-1"},
    "12": {"z1": "1:1.2+dfsg-1+b1"},
    "13": {"z1": "1:1.3+dfsg-2~deb13u1"},
    "sid": {"z1": "2:2.0-1"},
}


@pytest.mark.parametrize(
    ("ecosystem", "expected"),
    [
        ("debian+11", ["12 1.2", "13 1.3", "sid 2.0", "10 1.0rc2", "9 0.9"]),
        ("debian+sid", ["13 1.3", "12 1.2", "11 1.1", "10 1.0rc2", "9 0.9"]),
        ("debian+12.9", ["13 1.3", "sid 2.0", "12 1.2", "11 1.1", "10 1.0rc2", "9 0.9"]),
        ("debian", ["9 0.9", "10 1.0rc2", "11 1.1", "12 1.2", "13 1.3", "sid 2.0"]),
    ],
)
def test_the_nearest_newer_release_comes_first(tmp_path: Path, ecosystem: str, expected: list[str]) -> None:
    found = search(write_releases(tmp_path, "debian", DEBIAN), ecosystem)
    assert [f"{other.removeprefix('debian+')} {version}" for other, version in found] == expected


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        (">=1.3", ["13", "sid"]),
        (">=1.2,<2", ["13"]),
        ("<1", ["9"]),
        ("<1.1", ["10", "9"]),
        (">=3", []),
        ("==1.2", []),  # that is this release itself
        ("==1.*", ["13", "11", "10"]),
    ],
)
def test_the_range_decides(tmp_path: Path, bounds: str, expected: list[str]) -> None:
    found = search(write_releases(tmp_path, "debian", DEBIAN), "debian+12", bounds)
    assert [other.removeprefix("debian+") for other, _ in found] == expected


def test_the_scheme_is_that_of_the_ecosystems_manager(tmp_path: Path) -> None:
    catalogue = write_releases(tmp_path, "alpine", {"3.9": {"z1": "1.2_rc1-r3"}, "3.22": {}, "edge": {"z1": "1.3-r0"}})
    assert search(catalogue, "alpine+3.22") == [("alpine+edge", "1.3"), ("alpine+3.9", "1.2rc1")]
    catalogue = write_releases(tmp_path, "plan9", {"4": {"z1": "1.2-r3"}})  # nobody knows its manager
    assert search(catalogue, "plan9+3") == [("plan9+4", "1.2-r3")]


def test_what_is_not_known_of_all_packages_is_not_said(tmp_path: Path) -> None:
    releases = {"12": {"z-dev": "1-1"}, "13": {"z-dev": "2-1", "z-headers": "3-1"}, "14": {}}
    catalogue = write_releases(tmp_path, "debian", releases)
    assert search(catalogue, "debian+11", phase="host") == [("debian+13", "2")]
    assert search(catalogue, "debian+11", phase="build") == [("debian+13", "2")]
    assert search(catalogue, "debian+11", phase="run") == []
    assert search(catalogue, "debian+11", identifier="dep:generic/none") == []
    assert search(catalogue, "debian+11", identifier="dep:generic/nosuch") == []


def test_a_version_that_cannot_be_compared_is_in_no_range(tmp_path: Path) -> None:
    catalogue = write_releases(tmp_path, "debian", {"13": {"z1": "r123.abcdef"}})
    assert search(catalogue, "debian+12", ">=1") == []
    assert search(catalogue, "debian+12") == [("debian+13", "r123.abcdef")]


def test_an_interface_has_no_version_of_a_package(tmp_path: Path) -> None:
    catalogue = write_releases(tmp_path, "debian", {"13": {"z1": "2017-1"}})
    virtual = "dep:virtual/interface/zed"
    assert search(catalogue, "debian+12", identifier=virtual) == [("debian+13", "2017")]
    assert search(catalogue, "debian+12", ">=3", identifier=virtual) == []


def test_no_other_release_is_known(tmp_path: Path) -> None:
    catalogue = write_releases(tmp_path, "debian", {"12": {"z1": "1"}, "": {"z1": "9"}})
    assert search(catalogue, "debian+12") == []
    assert search(catalogue, "ubuntu+24.04") == []


def test_the_version_of_one_release(tmp_path: Path) -> None:
    catalogue = write_releases(tmp_path, "debian", DEBIAN)
    assert known_version(Z, "run", parse_ecosystem("debian+12"), catalogue) == "1.2"
    assert known_version(Z, "host", parse_ecosystem("debian+12"), catalogue) == ""
    assert known_version(Z, "run", parse_ecosystem("debian+99"), catalogue) == ""


def test_how_it_is_said() -> None:
    sid, thirteen = map(parse_ecosystem, ("debian+sid", "debian+13"))
    assert format_releases("dep:generic/proj", ()) == ""
    assert format_releases("dep:generic/proj", ((thirteen, "9.6.0"),)) == "debian+13 has proj 9.6.0"
    assert (
        format_releases("dep:generic/proj", ((thirteen, "9.6.0"), (sid, "9.9.0")))
        == "debian+13 has proj 9.6.0, debian+sid 9.9.0"
    )


@pytest.mark.parametrize(
    ("name", "bounds", "release", "version"),
    [
        ("proj", ">=9.2", "debian+13", "9.6.0"),
        ("gdal", "==3.6.*", "debian+12", "3.6.2"),
        ("openssl", "<3.5", "debian+12", "3.0.*"),
        ("cmake", ">=3.26,<4", "debian+13", "3.31.6"),
        ("libxml2", ">=2.9,<2.10", "debian+12", "2.9.14"),  # of 2.12.7+dfsg+really2.9.14 the second is true
    ],
)
def test_the_real_releases_of_debian(name: str, bounds: str, release: str, version: str) -> None:
    here = "debian+12" if release == "debian+13" else "debian+13"
    found = search(SHIPPED, here, bounds, identifier=f"dep:generic/{name}", phase="host")
    assert found[0][0] == release
    assert found[0][1] == version or (version.endswith(".*") and found[0][1].startswith(version[:-1]))


def test_of_the_real_debian_almost_every_version_can_be_compared() -> None:
    versions = [
        version
        for ecosystem in SHIPPED.releases("debian")
        for identifier in SHIPPED.mapping(ecosystem) or ()
        if (version := known_version(identifier, "host", ecosystem, SHIPPED))
    ]
    undecided = [version for version in versions if satisfies(version, parse_constraints(">=0")) is None]
    assert len(versions) > 5000
    assert len(undecided) < len(versions) / 100
