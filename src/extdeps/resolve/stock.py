"""What a machine has of what was asked for, and what each of its managers has."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from extdeps.checker import PYTHON
from extdeps.database.table import get_database
from extdeps.model.constraint import Constraint
from extdeps.model.identifier import is_virtual
from extdeps.model.plan import HERE
from extdeps.resolve.candidate import Offer
from extdeps.resolve.releases import known_version
from extdeps.versions.upstream import upstream_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.machine import Machine
    from extdeps.manager.interface import Manager
    from extdeps.model.evidence import Evidence, Finding
    from extdeps.model.requirement import Phase
    from extdeps.model.transaction import Availability, PackageVersion

_WHOLE = ("satisfied", "wrong-version", "unknown")
_ANY_VERSION = (Constraint(operator=">=", version="0"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What one source has.

    Args:
        offers: in the order of what was asked for.
        hints: by identifier, why the source does not have it, one line each.
        problem: why it could not be asked, so that nothing is known of its versions; or empty.
    """

    offers: tuple[Offer, ...] = ()
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str = ""


def find_here(findings: Iterable[Finding], machine: Machine, catalogue: Catalogue, home: str) -> Stock:
    """What a check has found; what is not whole is no offer, for nobody who asks for the same.

    Args:
        findings: the answers of the check.
        machine: where it was made.
        catalogue: who provides a virtual.
        home: the ecosystem that what lies outside an environment of its own belongs to.
    """
    groups: dict[tuple[Phase, str], list[Finding]] = {}
    for finding in findings:
        groups.setdefault((finding.phase, finding.identifier), []).append(finding)
    whole = (group for group in groups.values() if all(item.evidence and item.status in _WHOLE for item in group))
    return Stock(offers=tuple(_make_here(group, machine, catalogue, home) for group in whole))


def _make_here(group: Sequence[Finding], machine: Machine, catalogue: Catalogue, home: str) -> Offer:
    """What is here of one identifier in one phase, with what the check has said of each range."""
    first = group[0]
    provider, version = _find_provider(first, catalogue), first.evidence[0].version
    return Offer(
        identifier=provider,
        source=HERE,
        ecosystem=_find_world(first, machine, home),
        version=version,
        packages=first.packages[0][1] if first.packages else (),
        phases=(first.phase,),
        interfaces=_find_interfaces(first.identifier, provider, version, catalogue),
        verdicts=tuple(
            ((module_of(item, catalogue), item.requirement.constraints), item.status != "wrong-version")
            for item in group
            if item.requirement.constraints
        ),
    )


def module_of(finding: Finding, catalogue: Catalogue) -> str:
    """The pkg-config module that was asked for by name, or empty."""
    return catalogue.resolve(finding.requirement.url).module


def _find_world(finding: Finding, machine: Machine, home: str) -> str:
    """The ecosystem that something here belongs to; the Python that decides is itself no part of one."""
    if finding.identifier == PYTHON:
        return ""
    prefix = f"{machine.prefix}/" if machine.prefix else ""
    is_inside = prefix and any(item.location.startswith(prefix) for item in finding.evidence)
    return machine.ecosystem.name if is_inside and machine.ecosystem else home


def _find_provider(finding: Finding, catalogue: Catalogue) -> str:
    """The one provider of a virtual that the evidence speaks of; else the virtual itself, which may be any."""
    if not is_virtual(finding.identifier):
        return finding.identifier
    names = {item.name for item in finding.evidence}
    own = catalogue.probes.find(finding.identifier)
    shared = own.names if own else frozenset()
    speaking = [
        provider
        for provider in catalogue.registry.providers(finding.identifier)
        if (entry := catalogue.probes.find(provider)) and (names - shared) & entry.names
    ]
    return speaking[0] if len(speaking) == 1 else finding.identifier


def _find_interfaces(identifier: str, provider: str, version: str, catalogue: Catalogue) -> tuple[tuple[str, str], ...]:
    """The version of a virtual that its provider implements; none for what is not virtual, or is not known."""
    entry = catalogue.probes.find(provider) if is_virtual(identifier) and provider != identifier else None
    return ((identifier, entry.interface_version(identifier, version)),) if entry and version else ()


def ask_manager(
    findings: Sequence[Finding], machine: Machine, catalogue: Catalogue, *, is_assumed: bool = False
) -> Stock:
    """What the manager of a machine has of all that was asked for, in a fixed number of questions.

    Args:
        findings: what was asked for.
        machine: with the manager chosen; of one that is not here, only what the data tell.
        catalogue: what supplies an identifier.
        is_assumed: whether a manager that cannot be asked is taken to have what the mapping says, in any version.
    """
    manager, ecosystem = machine.manager, machine.ecosystem
    if manager is None or ecosystem is None:
        return Stock()
    return _Counter(machine, manager, catalogue, is_assumed=is_assumed).serve(findings)


class _Counter:
    """Where one manager serves what is asked for."""

    def __init__(self, machine: Machine, manager: Manager, catalogue: Catalogue, *, is_assumed: bool) -> None:
        self._is_assumed = is_assumed
        self._machine = machine
        self._manager = manager
        self._catalogue = catalogue
        self._is_elevated = manager.needs_elevation(machine.site)
        self._hints: dict[str, dict[str, None]] = {}

    def serve(self, findings: Sequence[Finding]) -> Stock:
        """Every offer, asked for all names at once."""
        wanted = [
            (finding, provider, packages, choice)
            for finding in findings
            for choice, (provider, packages) in enumerate(self._suppliers(finding))
            if provider not in self._catalogue.relations.capabilities_of(finding.phase)
        ]
        names = tuple(dict.fromkeys(name for _, _, packages, _ in wanted for name in packages))
        available, installed = self._ask(names)
        offers: dict[Offer, None] = {}
        for finding, provider, packages, choice in wanted:
            for offer in self._offers(finding, provider, packages, available, installed):
                offers[replace(offer, choice=choice)] = None
        hints = {key: tuple(lines) for key, lines in self._hints.items()}
        problem = f"{self._manager.name}: {available.problem}" if available.problem and wanted else ""
        return Stock(offers=tuple(offers), hints=hints, problem=problem)

    def _suppliers(self, finding: Finding) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Who can answer a finding, each with its packages; of a virtual the ecosystem's first choice first."""
        ecosystem, catalogue = self._machine.ecosystem, self._catalogue
        assert ecosystem
        named = dict(finding.packages).get(str(ecosystem), ())
        providers = catalogue.registry.providers(finding.identifier) if is_virtual(finding.identifier) else ()
        of_provider = {name: self._packages(name, finding.phase) for name in providers}
        own = named or self._packages(finding.identifier, finding.phase)
        if own:
            yield next((name for name, packages in of_provider.items() if packages == own), finding.identifier), own
        yield from ((name, packages) for name, packages in of_provider.items() if packages and packages != own)

    def _packages(self, identifier: str, phase: Phase) -> tuple[str, ...]:
        ecosystem = self._machine.ecosystem
        specs = self._catalogue.specs(identifier, ecosystem) if ecosystem else None
        if specs is None:
            return ()
        repository, site = specs.repository, self._machine.site
        if repository and self._machine.is_probed and not self._manager.has_repository(repository, site):
            names = ", ".join(specs.of(phase))
            self._hint(identifier, f"{names}: in `{repository}` of {ecosystem}, which is not enabled here")
            return ()
        return tuple(name for name in specs.of(phase) if self._manager.accepts(name))

    def _ask(self, names: tuple[str, ...]) -> tuple[Availability, Mapping[str, Evidence]]:
        from extdeps.model.transaction import Availability

        machine, manager = self._machine, self._manager
        if not machine.is_probed:
            return Availability(problem=self._describe_unlooked()), {}
        if manager.refresh_command(machine.site) and manager.find_index_time(machine.site) is None:
            return Availability(problem="its index has not been fetched yet, so versions were not looked up"), {}
        name = machine.ecosystem.name if machine.ecosystem else ""
        database = get_database(name, machine.host, machine.interpreter, machine.prefix)
        installed = database.find(names) if database else None
        return manager.find_available(names, machine.site), installed or {}

    def _describe_unlooked(self) -> str:
        """What is known of the versions of a machine that is not here."""
        ecosystem = self._machine.ecosystem
        day = self._catalogue.known_as_of(ecosystem) if ecosystem else ""
        return f"versions are as of {day}" if day else "versions were not looked up"

    def _offers(
        self,
        finding: Finding,
        provider: str,
        packages: tuple[str, ...],
        available: Availability,
        installed: Mapping[str, Evidence],
    ) -> Iterator[Offer]:
        """The offers of one supplier: one for each version that the manager can be brought to install."""
        if available.problem:
            if self._is_assumed:
                yield self._make(finding, provider, packages, self._known_version(finding, provider), packages)
            return
        absent = [name for name in packages if name not in available.packages]
        if absent:
            self._hint(finding.identifier, f"{self._manager.name} knows no `{'`, `'.join(absent)}`")
            return
        choices = [available.packages[name] for name in packages]
        for found in choices[0] if self._is_told_range(finding, packages) else choices[0][:1]:
            chosen = (found, *(versions[0] for versions in choices[1:]))
            lacking = tuple(item.name for item in chosen if not _is_installed(item, installed))
            if lacking or not finding.needs_action:
                version = upstream_version(found.version, self._manager.scheme)
                yield self._make(finding, provider, tuple(item.name for item in chosen), version, lacking)
            else:
                self._hint(
                    finding.identifier, f"{', '.join(packages)} of {self._manager.name}: installed already, and no help"
                )

    def _known_version(self, finding: Finding, provider: str) -> str:
        """The version in the data of a release, for a machine that is not here; empty where they have none."""
        ecosystem = self._machine.ecosystem
        if self._machine.is_probed or ecosystem is None:
            return ""
        return known_version(provider, finding.phase, ecosystem, self._catalogue)

    def _make(
        self, finding: Finding, provider: str, packages: tuple[str, ...], packaged: str, lacking: tuple[str, ...]
    ) -> Offer:
        assert self._machine.ecosystem
        entry = self._catalogue.probes.find(provider)
        version = packaged if entry is None or entry.version.is_packaged else ""
        return Offer(
            identifier=provider,
            source=self._manager.name,
            ecosystem=self._machine.ecosystem.name,
            version=version,
            packages=packages,
            lacking=lacking,
            new=len(lacking) if self._machine.is_probed else 0,  # of an empty machine all is new, and more than this
            interfaces=_find_interfaces(finding.identifier, provider, version, self._catalogue),
            is_elevated=self._is_elevated,
            phases=(finding.phase,),
            is_assumed=not version,
        )

    def _is_told_range(self, finding: Finding, packages: tuple[str, ...]) -> bool:
        """Whether the manager can be told a range, and so installs any version in it, not only the one it likes."""
        if len(packages) != 1 or is_virtual(finding.identifier):
            return False
        return self._manager.constrain(packages[0], _ANY_VERSION) != packages[0]

    def _hint(self, identifier: str, line: str) -> None:
        self._hints.setdefault(identifier, {})[line] = None


def _is_installed(package: PackageVersion, installed: Mapping[str, Evidence]) -> bool:
    """Whether this very version is installed."""
    found = installed.get(package.name)
    return found is not None and found.packaged in ("", package.version)
