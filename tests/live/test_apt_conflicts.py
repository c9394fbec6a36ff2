"""Debian's own word on what `relations.json` says of it: its conflicts are real, and none is left out."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from functools import cache
from itertools import combinations, product

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import Ecosystem
from extdeps.catalog.relations import Exclusive
from extdeps.host import LocalHost
from extdeps.model.identifier import is_virtual
from extdeps.model.requirement import PHASES, Phase
from extdeps.resources import shipped_directory
from extdeps.system import read_os_release
from extdeps.versions.deb import Deb

CATALOGUE = Catalogue((shipped_directory(),))
NOTHING_INSTALLED = ("-o", "Dir::State::status=/dev/null", "-o", "Dir::State::extended_states=/dev/null")
_CLAUSE = re.compile(r"([a-z0-9][a-z0-9+.-]*)(?::\w+)?\s*(?:\((<<|<=|=|>=|>>)\s*([^)]+)\))?")
HOLDS = {
    "<<": lambda order: order < 0,
    "<=": lambda order: order <= 0,
    "=": lambda order: order == 0,
    ">=": lambda order: order >= 0,
    ">>": lambda order: order > 0,
}


@pytest.fixture(scope="module")
def here() -> Ecosystem:
    release = read_os_release(LocalHost())
    assert release.id == "debian", "run this on Debian"
    return Ecosystem(name="debian", release=release.version_id)


@cache
def simulate(*packages: str) -> int:
    """What apt would do on a Debian with nothing installed: 0 where it would install them all."""
    command = ("apt-get", "-s", "-q=2", "-y", "--no-install-recommends", *NOTHING_INSTALLED, "install", *packages)
    return subprocess.run(command, capture_output=True, check=False).returncode


def packages_of(group: Exclusive, phase: Phase, here: Ecosystem) -> list[tuple[str, ...]]:
    """The packages of each identifier of a group; empty where one has none in Debian itself."""
    specs = [CATALOGUE.specs(identifier, here) for identifier in group.identifiers]
    found = [item.of(phase) for item in specs if item and not item.repository and item.of(phase)]
    return found if len(found) == len(specs) else []


def test_what_excludes_each_other_cannot_be_installed_together(here: Ecosystem) -> None:
    tried: set[tuple[str, ...]] = set()
    for group in CATALOGUE.relations.exclusive:
        if group.scope != "machine" or not group.holds_in(here):
            continue
        for phase in group.phases:
            for one, other in combinations(packages_of(group, phase, here), 2):
                tried.add((*one, *other))
                assert simulate(*one) == simulate(*other) == 0, (one, other)
                assert simulate(*one, *other) == 100, (phase, one, other)
    assert len(tried) >= 10


def read_stanzas() -> dict[str, dict[str, str]]:
    """The packages of the index by name, each with its fields."""
    dump = subprocess.run(
        ("apt-cache", *NOTHING_INSTALLED, "dumpavail"), capture_output=True, check=True, text=True
    ).stdout
    stanzas = (dict(re.findall(r"^([A-Za-z-]+): (.*)$", stanza, re.MULTILINE)) for stanza in dump.split("\n\n"))
    return {fields["Package"]: fields for fields in stanzas if "Package" in fields}


def conflicts_of(name: str, index: dict[str, dict[str, str]]) -> Iterator[str]:
    """The packages that a package says it cannot stand beside."""
    for field in ("Conflicts", "Breaks"):
        for clause in filter(None, index[name].get(field, "").split(",")):
            match = _CLAUSE.match(clause.strip())
            if match and match[1] in index and match[1] != name:
                order = Deb().compare(index[match[1]]["Version"], match[3]) if match[2] else 0
                if not match[2] or HOLDS[match[2]](order):
                    yield match[1]


def test_no_conflict_between_our_packages_is_left_out(here: Ecosystem) -> None:
    index = read_stanzas()
    assert len(index) > 50_000, "run `apt-get update`"
    mapping = CATALOGUE.mapping(here)
    assert mapping
    left_out = set()
    for phase in PHASES:
        owners: dict[str, list[str]] = {}
        for identifier in mapping:
            specs = None if is_virtual(identifier) else mapping.find(identifier)
            for package in specs.of(phase) if specs else ():
                owners.setdefault(package, []).append(identifier)
        groups = [set(group.identifiers) for group in CATALOGUE.relations.exclusive_in(here, phase)]
        for package in owners.keys() & index.keys():
            for other in set(conflicts_of(package, index)) & owners.keys():
                pairs = product(owners[package], owners[other])
                left_out |= {pair for pair in pairs if not any(group >= set(pair) for group in groups)}
    assert left_out == set()
