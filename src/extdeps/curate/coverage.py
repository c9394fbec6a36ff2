"""How much of what is known each ecosystem covers, and what to add next."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.checker import Selection, check
from extdeps.declaration.overlay import read_overlay
from extdeps.machine import retarget

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Literal

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.machine import Machine
    from extdeps.model.declaration import Declaration
    from extdeps.model.evidence import Finding
    from extdeps.model.requirement import Phase

    State = Literal["verified", "named", "absent", "unknown"]
    Reason = Literal["unknown", "absent", "phase"]
else:
    State = Reason = str

STATES: tuple[State, ...] = ("verified", "named", "absent", "unknown")
"""An entry that was compared with an index, one that was not, one that says there is no package, and none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lack:
    """An identifier that a project asks for, and for which there is no package.

    Args:
        identifier: what is asked for.
        phases: those without a package.
        reason: `unknown` (there is no entry), `absent` (the entry says that there is no package) or `phase`
            (there are packages, but for other phases).
        is_optional: whether only extras of the project ask for it.
    """

    identifier: str
    phases: tuple[Phase, ...]
    reason: Reason
    is_optional: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """What an ecosystem has of what a project asks for.

    Args:
        needed: how many identifiers apply there.
        lacks: those without packages.
    """

    needed: int
    lacks: tuple[Lack, ...] = ()

    @property
    def found(self) -> int:
        """How many identifiers have packages in every phase that asks for them."""
        return self.needed - len(self.lacks)

    @property
    def status(self) -> Literal["all", "some", "none"]:
        """Whether everything has packages; nothing needed is everything."""
        if not self.lacks:
            return "all"
        return "some" if self.found else "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """An identifier that projects ask for, and of which some ecosystems do not say what it is called there.

    Args:
        identifier: what to add.
        projects: who asks for it.
        ecosystems: where it has no entry, or none with packages for a phase that is asked for.
    """

    identifier: str
    projects: tuple[str, ...]
    ecosystems: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What the catalogue covers.

    Args:
        ecosystems: their names, with and without release.
        identifiers: of each canonical identifier its state in each ecosystem.
        projects: of each PyPI project with an overlay what each ecosystem has of it.
    """

    ecosystems: tuple[str, ...]
    identifiers: Mapping[str, Mapping[str, State]]
    projects: Mapping[str, Mapping[str, Cell]]

    def count(self, ecosystem: str) -> Counter[str]:
        """How many identifiers are in each state."""
        return Counter(states[ecosystem] for states in self.identifiers.values())

    def percent(self, ecosystem: str) -> float:
        """The share of identifiers of which an entry says whether there is a package."""
        unknown = self.count(ecosystem)["unknown"]
        return 100 * (1 - unknown / len(self.identifiers)) if self.identifiers else 100.0

    def wanted(self) -> tuple[Wanted, ...]:
        """What to add next: what most projects ask for comes first, of equals what most ecosystems lack."""
        projects: dict[str, dict[str, None]] = {}
        ecosystems: dict[str, set[str]] = {}
        for project, cells in self.projects.items():
            for ecosystem, cell in cells.items():
                for lack in cell.lacks:
                    if lack.reason != "absent":
                        projects.setdefault(lack.identifier, {})[project] = None
                        ecosystems.setdefault(lack.identifier, set()).add(ecosystem)
        order = sorted(projects, key=lambda name: (-len(projects[name]), -len(ecosystems[name]), name))
        return tuple(
            Wanted(
                identifier=identifier,
                projects=tuple(projects[identifier]),
                ecosystems=tuple(name for name in self.ecosystems if name in ecosystems[identifier]),
            )
            for identifier in order
        )


def measure(catalogue: Catalogue, machine: Machine, ecosystems: Iterable[str] = ()) -> Coverage:
    """Measure a catalogue.

    A project is covered by what `check` finds for an sdist of its newest
    version on a machine of the ecosystem, with all of its extras.

    Args:
        catalogue: what to measure.
        machine: the one whose Python decides about markers.
        ecosystems: the names to look at; all that the catalogue knows by default.

    Raises:
        DocumentError: a document of the catalogue is wrong.
    """
    names = tuple(ecosystems) or catalogue.ecosystems()
    parsed = {name: parse_ecosystem(name) for name in names}
    identifiers = sorted(catalogue.registry.canonicals())
    declarations = {name: _read_newest(name, catalogue) for name in catalogue.projects()}
    machines = {name: retarget(machine, ecosystem) for name, ecosystem in parsed.items()}
    return Coverage(
        ecosystems=names,
        identifiers={
            identifier: {name: _find_state(identifier, ecosystem, catalogue) for name, ecosystem in parsed.items()}
            for identifier in identifiers
        },
        projects={
            project: {name: _measure_project(declaration, machines[name], catalogue) for name in names}
            for project, declaration in declarations.items()
            if declaration
        },
    )


def _find_state(identifier: str, ecosystem: Ecosystem, catalogue: Catalogue) -> State:
    """The state of an identifier; a virtual is in that of the provider whose packages are taken."""
    specs = catalogue.specs(identifier, ecosystem)
    if specs is None:
        return "unknown"
    if specs.is_empty:
        return "absent"
    mapping = catalogue.mapping(ecosystem)
    metadata = mapping.metadata(catalogue.supplier(identifier, ecosystem)) if mapping else {}
    return "verified" if metadata.get("verified") else "named"


def _read_newest(project: str, catalogue: Catalogue) -> Declaration | None:
    return read_overlay(catalogue.project_files(project), version="", kind="sdist", subject=project)


def _measure_project(declaration: Declaration, machine: Machine, catalogue: Catalogue) -> Cell:
    found = _check(declaration, machine, catalogue, frozenset(declaration.extras))
    bare = {
        identifier: tuple(dict.fromkeys(finding.phase for finding in same if not finding.packages))
        for identifier, same in found.items()
    }
    if not any(bare.values()):
        return Cell(needed=len(found))
    required = _check(declaration, machine, catalogue, frozenset())
    lacks = (
        Lack(
            identifier=identifier,
            phases=phases,
            reason=_find_reason(identifier, machine, catalogue),
            is_optional=identifier not in required,
        )
        for identifier, phases in sorted(bare.items())
        if phases
    )
    return Cell(needed=len(found), lacks=tuple(lacks))


def _check(
    declaration: Declaration, machine: Machine, catalogue: Catalogue, extras: frozenset[str]
) -> dict[str, list[Finding]]:
    """What a check finds, by identifier; what a marker excludes is left out."""
    findings: dict[str, list[Finding]] = {}
    for finding in check((declaration,), machine, catalogue, Selection(extras=extras)).findings:
        if finding.status != "not-applicable":
            findings.setdefault(finding.identifier, []).append(finding)
    return findings


def _find_reason(identifier: str, machine: Machine, catalogue: Catalogue) -> Reason:
    specs = catalogue.specs(identifier, machine.ecosystem) if machine.ecosystem else None
    if specs is None:
        return "unknown"
    return "absent" if specs.is_empty else "phase"
