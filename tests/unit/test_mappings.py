"""The shipped data: its layout, its references, its names."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.document import Document
from extdeps.catalog.ecosystem import Ecosystem, parse_ecosystem
from extdeps.catalog.mapping import Mapping
from extdeps.declaration.filekind import FileKind
from extdeps.declaration.overlay import read_overlay
from extdeps.manager.table import choose_manager
from extdeps.model.identifier import parse_depurl
from extdeps.model.requirement import PHASES
from extdeps.resources import shipped_directory

DATA = Path(shipped_directory())
CATALOGUE = Catalogue((str(DATA),))
MAPPINGS = sorted(DATA.glob("*.mapping.json"))
LISTS = {"registry.json": "definitions", "probes.json": "probes"}
KINDS: tuple[FileKind, ...] = ("sdist", "pure-wheel", "platform-wheel", "local-wheel")

SUSPICIOUS_RUN = {"-dev", "-devel"}


def documents() -> Iterator[tuple[Path, str]]:
    for name, kind in LISTS.items():
        yield DATA / name, kind
    for path in MAPPINGS:
        yield path, "mappings"


def entries(path: Path, kind: str) -> list[dict[str, object]]:
    loaded: list[dict[str, object]] = json.loads(path.read_text())[kind]
    return loaded


def ecosystem_of(path: Path) -> Ecosystem:
    return parse_ecosystem(path.name.removesuffix(".mapping.json"))


@pytest.mark.parametrize(("path", "kind"), list(documents()), ids=lambda value: getattr(value, "name", ""))
def test_one_entry_a_line_in_order(path: Path, kind: str) -> None:
    found = entries(path, kind)
    identifiers = [str(entry["id"]) for entry in found]
    assert identifiers == sorted(identifiers)
    assert [name for name, count in Counter(identifiers).items() if count > 1] == []
    lines = path.read_text().splitlines()
    start = lines.index(f'"{kind}": [') + 1
    for line, entry in zip(lines[start:], found, strict=False):
        assert line.removesuffix(",") == json.dumps(entry, ensure_ascii=False)
    document = Document(str(path), kind)
    normal = [parse_depurl(name).identifier for name in identifiers]
    assert list(document) == normal
    assert [document.find(name)[0] for name in normal] == found


def test_every_alias_leads_to_a_canonical_identifier() -> None:
    for identifier in CATALOGUE.registry:
        canonical = CATALOGUE.registry.canonical(identifier)
        assert not any(not item.startswith("dep:virtual/") for item in CATALOGUE.registry.provides(canonical))
        if identifier.startswith("dep:virtual/"):
            assert CATALOGUE.registry.provides(identifier) == ()  # PEP 804, "Central registry"


def test_every_virtual_has_evidence() -> None:
    for identifier in CATALOGUE.registry:
        if identifier.startswith("dep:virtual/"):
            assert CATALOGUE.probe_entries(identifier), identifier


def test_probes_are_of_canonical_identifiers_and_well_formed() -> None:
    for entry in entries(DATA / "probes.json", "probes"):
        identifier = str(entry["id"])
        assert identifier in CATALOGUE.registry
        assert CATALOGUE.registry.canonical(identifier) == identifier
        parsed = CATALOGUE.probes.find(identifier)
        assert parsed is not None
        for virtual, _ in parsed.implements:
            assert virtual in CATALOGUE.registry.provides(identifier)


def test_a_module_belongs_to_one_identifier() -> None:
    assert [name for name, count in Counter(CATALOGUE.probes.modules()).items() if count > 1] == []


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.name)
def test_mapping_refers_to_what_is_there(path: Path) -> None:
    mapping = Mapping((str(path),))
    for entry in entries(path, "mappings"):
        identifier = str(entry["id"])
        assert identifier in CATALOGUE.registry
        assert CATALOGUE.registry.canonical(identifier) == identifier
        assert mapping.find(identifier) is not None


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.name)
def test_names_follow_the_grammar_of_their_ecosystem(path: Path) -> None:
    manager = choose_manager(ecosystem_of(path).name, ())
    assert manager is not None
    mapping = Mapping((str(path),))
    for entry in entries(path, "mappings"):
        specs = mapping.find(str(entry["id"]))
        assert specs is not None
        for phase in PHASES:
            names = specs.of(phase)
            assert [name for name in names if not manager.accepts(name)] == []
            assert len(set(names)) == len(names), entry


@pytest.mark.parametrize(
    "path", [path for path in MAPPINGS if path.name.startswith(("debian", "ubuntu", "fedora"))], ids=lambda p: p.name
)
def test_no_development_package_at_run_time(path: Path) -> None:
    mapping = Mapping((str(path),))
    for entry in entries(path, "mappings"):
        specs = mapping.find(str(entry["id"]))
        assert specs is not None
        assert [name for name in specs.run if name.endswith(tuple(SUSPICIOUS_RUN))] == [], entry


def test_every_mapping_is_a_known_ecosystem() -> None:
    assert {path.name.removesuffix(".mapping.json") for path in MAPPINGS} == set(CATALOGUE.ecosystems())


def test_there_are_enough_of_them() -> None:
    canonical = {name for name in CATALOGUE.registry if CATALOGUE.registry.canonical(name) == name}
    assert len(canonical) >= 300
    for path in MAPPINGS:
        if "+" not in path.name:
            assert len(canonical & {str(entry["id"]) for entry in entries(path, "mappings")}) >= 300, path.name


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
                assert specs is not None, f"Debian has no entry for {resolution.identifier}"


def test_wanted_projects_have_overlays() -> None:
    verified = [path for path in (DATA / "projects").glob("*.toml") if "[[declaration.verified]]" in path.read_text()]
    assert len(verified) >= 54
