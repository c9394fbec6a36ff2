"""What is known of the versions of packages: read as it is written, refused where it is wrong."""

from __future__ import annotations

import json
import zlib
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import Ecosystem
from extdeps.catalog.versions import KnownVersions, load_versions
from extdeps.errors import DocumentError
from extdeps.resources import shipped_directory
from support.documents import load_catalogue

DEBIAN = Ecosystem(name="debian", release="13")
DOCUMENT: dict[str, object] = {
    "schema_version": 1,
    "ecosystem": "debian+13",
    "as_of": "2026-11-22",
    "source": "http://deb.debian.org/debian/dists/trixie",
    "architecture": "amd64",
    "versions": {"libproj-dev": "9.6.0-1", "libproj25": "9.6.0-1"},
}


def write(directory: Path, name: str = "debian+13", /, **fields: object) -> Path:
    path = directory / f"{name}.versions.json"
    path.write_text(json.dumps({**DOCUMENT, **fields}))
    return path


def test_what_a_document_says(tmp_path: Path) -> None:
    assert load_versions(str(write(tmp_path))) == KnownVersions(
        ecosystem=DEBIAN,
        as_of="2026-11-22",
        source="http://deb.debian.org/debian/dists/trixie",
        architecture="amd64",
        packages={"libproj-dev": "9.6.0-1", "libproj25": "9.6.0-1"},
    )


def test_the_catalogue(tmp_path: Path) -> None:
    write(tmp_path)
    catalogue = load_catalogue(tmp_path)
    assert catalogue.known_versions(DEBIAN) == DOCUMENT["versions"]
    assert catalogue.known_versions(DEBIAN) is catalogue.known_versions(DEBIAN)
    assert catalogue.known_as_of(DEBIAN) == "2026-11-22"


def test_of_another_release_nothing_is_said(tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, "debian")
    catalogue = load_catalogue(tmp_path)
    for release in ("12", "13.1"):
        ecosystem = Ecosystem(name="debian", release=release)
        assert (catalogue.known_versions(ecosystem), catalogue.known_as_of(ecosystem)) == ({}, "")


def test_the_first_directory_counts_and_all_have_releases(tmp_path: Path) -> None:
    for name in ("own", "shipped"):
        (tmp_path / name).mkdir()
    write(tmp_path / "own", versions={"libproj25": "9.7.0-1"})
    write(tmp_path / "shipped")
    write(tmp_path / "shipped", "debian+sid")
    write(tmp_path / "shipped", "debian-ports+sid")
    write(tmp_path / "shipped", "debian")
    catalogue = load_catalogue(tmp_path / "own", tmp_path / "nosuch", tmp_path / "shipped")
    assert catalogue.known_versions(DEBIAN) == {"libproj25": "9.7.0-1"}
    assert list(map(str, catalogue.releases("debian"))) == ["debian+13", "debian+sid"]
    assert catalogue.releases("plan9") == ()


@pytest.mark.parametrize(
    ("fields", "message"),
    [
        ({"schema_version": 2}, "has schema version 2; this extdeps reads 1"),
        ({"ecosystem": None}, ": `ecosystem` is not a string, or empty"),
        ({"ecosystem": "a b"}, ": `a b` is not an ecosystem"),
        ({"as_of": "yesterday"}, ": `as_of` is not a date such as `2026-11-22`"),
        ({"as_of": "2026-11-22\n"}, ": `as_of` is not a date such as `2026-11-22`"),
        ({"source": ""}, ": `source` is not a string, or empty"),
        ({"architecture": 64}, ": `architecture` is not a string, or empty"),
        ({"versions": []}, ": `versions` is not an object"),
        ({"versions": {"z": 1}}, ": `versions.z` is not a version"),
        ({"versions": {"z": ""}}, ": `versions.z` is not a version"),
        ({"versions": {"z": "1\x1b[2J"}}, ": `versions.z` is not a version"),
        ({"versions": {"z": "1" * 201}}, ": `versions.z` is not a version"),
        ({"versions": {"a b": "1"}}, ": `versions` has 'a b', which is no name of a package"),
        ({"versions": {"a\x1b": "1"}}, ": `versions` has 'a\\x1b', which is no name of a package"),
    ],
)
def test_what_is_wrong(tmp_path: Path, fields: dict[str, object], message: str) -> None:
    path = write(tmp_path, "debian+13", **fields)
    with pytest.raises(DocumentError) as caught:
        load_versions(str(path))
    assert caught.value.message == f"`{path}`{message if message.startswith(':') else f' {message}'}"


def test_a_document_without_versions(tmp_path: Path) -> None:
    path = tmp_path / "debian+13.versions.json"
    path.write_text('{"schema_version": 1}')
    with pytest.raises(DocumentError) as caught:
        load_catalogue(tmp_path).known_versions(DEBIAN)
    assert caught.value.message == f"`{path}` has no `versions`"


def test_what_is_shipped() -> None:
    catalogue = Catalogue((shipped_directory(),))
    assert list(map(str, catalogue.releases("debian"))) == ["debian+12", "debian+13", "debian+sid"]
    for ecosystem in catalogue.releases("debian"):
        versions = catalogue.known_versions(ecosystem)
        assert len(versions) > 4000
        assert catalogue.known_as_of(ecosystem) >= "2026-07-01"
    assert catalogue.known_versions(Ecosystem(name="debian", release="12"))["libproj-dev"].startswith("9.1.1-")


def test_the_documents_together_are_small() -> None:
    paths = Path(shipped_directory()).glob("*.versions.json")
    assert sum(len(zlib.compress(path.read_bytes(), 9)) for path in paths) < 300_000
