"""What a machine has of what was asked for, and what each of its managers has."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from extdeps.checker import PYTHON
from extdeps.database.table import get_database
from extdeps.model.constraint import Constraint
from extdeps.model.identifier import is_virtual
from extdeps.model.plan import HERE
from extdeps.resolve.candidate import Offer
from extdeps.versions.ranges import satisfies
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
    from extdeps.resolve.candidate import Key

_WHOLE = ("satisfied", "wrong-version", "unknown")
_ANY_VERSION = (Constraint(operator=">=", version="0"),)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stock:
    """What one source has.

    Args:
        offers: in the order of what was asked for.
        hints: by identifier, why the source does not have it, one line each.
        problem: why it could not be asked, so that nothing is known of its versions; or empty.
        mapped: the identifiers that the mapping names packages of it for.
        known: the packages that it was found to have.
    """

    offers: tuple[Offer, ...] = ()
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    problem: str = ""
    mapped: frozenset[str] = frozenset()
    known: frozenset[str] = frozenset()


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
    virtuals = tuple(name for _, name in groups if is_virtual(name))
    merged: dict[Offer, Offer] = {}
    for group in whole:
        offer = _make_here(group, machine, catalogue, home, virtuals)
        bare = replace(offer, packages=(), verdicts=())
        known = merged.get(bare)
        merged[bare] = offer if known is None else replace(known, verdicts=(*known.verdicts, *offer.verdicts))
    return Stock(offers=tuple(merged.values()))


def _make_here(
    group: Sequence[Finding], machine: Machine, catalogue: Catalogue, home: str, virtuals: Iterable[str]
) -> Offer:
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
        interfaces=_find_interfaces(virtuals, provider, version, catalogue),
        verdicts=tuple(
            (
                (item.identifier, module_of(item, catalogue), item.requirement.constraints),
                item.status != "wrong-version",
            )
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


def _find_interfaces(
    virtuals: Iterable[str], provider: str, version: str, catalogue: Catalogue
) -> tuple[tuple[str, str], ...]:
    """The version of each virtual that a provider implements; none where nothing is known of it."""
    entry = catalogue.probes.find(provider) if version and not is_virtual(provider) else None
    if entry is None:
        return ()
    provided = (name for name in virtuals if provider in catalogue.registry.providers(name))
    return tuple((name, entry.interface_version(name, version)) for name in dict.fromkeys(provided))


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
        self._asked: frozenset[Key] = frozenset()
        self._virtuals: tuple[str, ...] = ()
        self._choices: dict[Key, dict[str, int]] = {}

    def serve(self, findings: Sequence[Finding]) -> Stock:
        """Every offer, asked for all names at once."""
        self._asked = frozenset((finding.phase, finding.identifier) for finding in findings)
        self._virtuals = tuple(dict.fromkeys(name for _, name in sorted(self._asked) if is_virtual(name)))
        wanted: list[tuple[Finding, str, tuple[str, ...]]] = []
        for finding in findings:
            for choice, (provider, packages) in enumerate(self._suppliers(finding)):
                if provider not in self._catalogue.relations.capabilities_of(finding.phase):
                    wanted.append((finding, provider, packages))
                    if is_virtual(finding.identifier):
                        self._choices.setdefault((finding.phase, provider), {})[finding.identifier] = choice
        names = tuple(dict.fromkeys(name for _, _, packages in wanted for name in packages))
        available, installed = self._ask(names)
        available = self._ask_for_ranges(wanted, available)
        offers = dict.fromkeys(offer for item in wanted for offer in self._offers(*item, available, installed))
        return Stock(
            offers=tuple(offers),
            hints={key: tuple(lines) for key, lines in self._hints.items()},
            problem=available.problem,
            mapped=frozenset(finding.identifier for finding, _, _ in wanted),
            known=frozenset(item.name for versions in available.packages.values() for item in versions),
        )

    def _suppliers(self, finding: Finding) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Who can answer a finding, each with its packages; of a virtual the ecosystem's first choice first."""
        ecosystem, catalogue = self._machine.ecosystem, self._catalogue
        assert ecosystem
        named = dict(finding.packages).get(str(ecosystem), ())
        providers = catalogue.registry.providers(finding.identifier) if is_virtual(finding.identifier) else ()
        of_provider = {name: self._packages(name, finding) for name in providers}
        is_mapped = catalogue.specs(finding.identifier, ecosystem) is not None
        own = self._packages(finding.identifier, finding) if is_mapped else named
        if own:
            yield next((name for name, packages in of_provider.items() if packages == own), finding.identifier), own
        yield from ((name, packages) for name, packages in of_provider.items() if packages and packages != own)

    def _packages(self, identifier: str, finding: Finding) -> tuple[str, ...]:
        ecosystem, phase = self._machine.ecosystem, finding.phase
        specs = self._catalogue.specs(identifier, ecosystem) if ecosystem else None
        if specs is None:
            return ()
        repository, site = specs.repository, self._machine.site
        if repository and self._machine.is_probed and not self._manager.has_repository(repository, site):
            names = ", ".join(specs.of(phase))
            if names:
                self._hint(finding.identifier, f"{names}: in `{repository}` of {ecosystem}, which is not enabled here")
            return ()
        return tuple(name for name in specs.of(phase) if self._manager.accepts(name))

    def _ask(self, names: tuple[str, ...]) -> tuple[Availability, Mapping[str, Evidence]]:
        from extdeps.model.transaction import Availability

        machine, manager = self._machine, self._manager
        if not machine.is_probed:
            return Availability(problem=f"{manager.name}: {self._describe_unlooked()}"), {}
        if manager.refresh_command(machine.site) and manager.find_index_time(machine.site) is None:
            reason = "its index has not been fetched yet, so versions were not looked up"
            return Availability(problem=f"{manager.name}: {reason}"), {}
        name = machine.ecosystem.name if machine.ecosystem else ""
        database = get_database(name, machine.host, machine.interpreter, machine.prefix)
        installed = database.find(names) if database else None
        available = manager.find_available(names, machine.site)
        if available.problem:
            available = Availability(problem=f"{manager.name} could not be asked: {available.problem}")
        return available, installed or {}

    def _ask_for_ranges(
        self, wanted: Sequence[tuple[Finding, str, tuple[str, ...]]], available: Availability
    ) -> Availability:
        """Of a manager that tells but one version of a name, also the one that is in the range of all who ask."""
        if not self._manager.asks_with_range or available.problem:
            return available
        bounds: dict[str, dict[Constraint, None]] = {}
        for finding, provider, packages in wanted:
            if self._is_told(finding, provider, packages) and packages[0] in available.packages:
                bounds.setdefault(packages[0], {}).update(dict.fromkeys(finding.requirement.constraints))
        specs = {}
        for name, all_of_them in bounds.items():
            version = upstream_version(available.packages[name][0].version, self._manager.scheme)
            if satisfies(version, tuple(all_of_them)) is False:
                specs[name] = self._manager.constrain(name, tuple(all_of_them))
        if not specs:
            return available
        again = self._manager.find_available(tuple(specs.values()), self._machine.site).packages
        found = {name: (*available.packages[name], *again.get(spec, ())) for name, spec in specs.items()}
        return replace(available, packages={**available.packages, **found})

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
        for found in choices[0] if self._is_told(finding, provider, packages) else choices[0][:1]:
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
        from extdeps.resolve.releases import known_version

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
            choices=tuple(self._choices.get((finding.phase, provider), {}).items()),
            interfaces=_find_interfaces(self._virtuals, provider, version, self._catalogue),
            is_elevated=self._is_elevated,
            phases=(finding.phase,),
            is_assumed=not version,
            is_asked=(finding.phase, provider) in self._asked,
            takes_range=self._takes_range(provider, packages),
        )

    def _is_told(self, finding: Finding, provider: str, packages: tuple[str, ...]) -> bool:
        """Whether the range of a finding is one that the manager can be told."""
        is_of_package = provider == finding.identifier and not module_of(finding, self._catalogue)
        return is_of_package and self._takes_range(provider, packages)

    def _takes_range(self, provider: str, packages: tuple[str, ...]) -> bool:
        """Whether the manager can be told a range of an identifier, and so installs any version in it."""
        entry = self._catalogue.probes.find(provider)
        if len(packages) != 1 or is_virtual(provider) or not (entry is None or entry.version.is_packaged):
            return False
        return self._manager.constrain(packages[0], _ANY_VERSION) != packages[0]

    def _hint(self, identifier: str, line: str) -> None:
        self._hints.setdefault(identifier, {})[line] = None


def _is_installed(package: PackageVersion, installed: Mapping[str, Evidence]) -> bool:
    """Whether this very version is installed."""
    found = installed.get(package.name)
    return found is not None and found.packaged in ("", package.version)
