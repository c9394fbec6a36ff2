"""The shipped data: its extent, and that every overlay holds together with it; `extdeps mapping lint` does the rest."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.document import Document
from extdeps.catalog.ecosystem import Ecosystem
from extdeps.declaration.filekind import FileKind
from extdeps.declaration.overlay import read_overlay
from extdeps.model.capability import is_capability
from extdeps.model.identifier import parse_depurl
from extdeps.resources import shipped_directory

DATA = Path(shipped_directory())
CATALOGUE = Catalogue((str(DATA),))
MAPPINGS = sorted(DATA.glob("*.mapping.json"))
LISTS = {"registry.json": "definitions", "probes.json": "probes"}
KINDS: tuple[FileKind, ...] = ("sdist", "pure-wheel", "platform-wheel", "local-wheel")


def documents() -> Iterator[tuple[Path, str]]:
    for name, kind in LISTS.items():
        yield DATA / name, kind
    for path in MAPPINGS:
        yield path, "mappings"


def entries(path: Path, kind: str) -> list[dict[str, object]]:
    loaded: list[dict[str, object]] = json.loads(path.read_text())[kind]
    return loaded


@pytest.mark.parametrize(("path", "kind"), list(documents()), ids=lambda value: getattr(value, "name", ""))
def test_read_line_by_line_as_by_json(path: Path, kind: str) -> None:
    found = entries(path, kind)
    identifiers = [parse_depurl(str(entry["id"])).identifier for entry in found]
    document = Document(str(path), kind)
    assert list(document) == identifiers
    assert [document.find(name)[0] for name in identifiers] == found


def test_every_virtual_has_evidence() -> None:
    for identifier in CATALOGUE.registry:
        if identifier.startswith("dep:virtual/") and not is_capability(identifier, "run"):
            assert CATALOGUE.probe_entries(identifier), identifier


def test_every_mapping_is_a_known_ecosystem() -> None:
    assert {path.name.removesuffix(".mapping.json") for path in MAPPINGS} == set(CATALOGUE.ecosystems())


def test_versions_are_of_known_ecosystems_and_from_their_own_index() -> None:
    for path in DATA.glob("*.versions.json"):
        assert path.name.removesuffix(".versions.json") in CATALOGUE.ecosystems()
        assert json.loads(path.read_text())["source"].startswith(("http:", "https:"))


def test_there_are_enough_of_them() -> None:
    canonical = set(CATALOGUE.registry.canonicals())
    assert len(canonical) >= 3000
    ecosystems = [path for path in MAPPINGS if "+" not in path.name]
    assert len(ecosystems) >= 20
    for path in ecosystems:
        assert len(canonical & {str(entry["id"]) for entry in entries(path, "mappings")}) >= 80, path.name


@pytest.mark.parametrize("path", sorted((DATA / "projects").glob("*.toml")), ids=lambda path: path.stem)
def test_overlay(path: Path) -> None:
    document = tomllib.loads(path.read_text())
    versions = ["", *(entry["version"] for table in document["declaration"] for entry in table.get("verified", []))]
    for version in versions:
        for kind in KINDS:
            declaration = read_overlay([str(path)], version=version, kind=kind, subject=path.stem)
            assert declaration is not None, f"no declaration holds for {version}"
            assert declaration.notes == ()
            for item in declaration.requirements:
                resolution = CATALOGUE.resolve(item.requirement.url)
                assert resolution.registered, str(item.requirement)
                assert CATALOGUE.registry.canonical(resolution.identifier) == resolution.identifier
                specs = CATALOGUE.specs(resolution.identifier, Ecosystem(name="debian", release="12"))
                is_known = specs is not None or is_capability(resolution.identifier, item.phase)
                assert is_known, f"Debian has no entry for {resolution.identifier}"


def test_wanted_projects_have_overlays() -> None:
    verified = [path for path in (DATA / "projects").glob("*.toml") if "[[declaration.verified]]" in path.read_text()]
    assert len(verified) >= 54
    assert len(list((DATA / "projects").glob("*.toml"))) >= 400
