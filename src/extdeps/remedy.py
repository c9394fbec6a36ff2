"""How to get what is missing: the commands for this machine, and what they cannot get."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.manager.table import make_commands
from extdeps.model.capability import is_capability
from extdeps.model.identifier import is_virtual
from extdeps.versions.ranges import satisfies
from extdeps.versions.upstream import upstream_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.machine import Machine
    from extdeps.manager.interface import Manager
    from extdeps.model.constraint import Constraint
    from extdeps.model.evidence import Finding, InstallCommand
    from extdeps.probe.survey import Survey

    Wanted = dict[str, tuple[Constraint, ...]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """What to run, and what has to be said beside it.

    Args:
        commands: in the order in which they are run; one transaction, and one more for derived names of which only
            the manager knows whether they exist, so that none of them spoils the first.
        notes: why something that is missing is not among their packages.
    """

    commands: tuple[InstallCommand, ...] = ()
    notes: tuple[str, ...] = ()


def find_remedy(findings: Iterable[Finding], machine: Machine, catalogue: Catalogue, survey: Survey) -> Remedy:
    """The transaction with every package that is needed and not installed, or installed and too old.

    Args:
        findings: the answers of a check.
        machine: where they were given; for one that is not here, everything is needed.
        catalogue: what supplies an identifier.
        survey: the probes of the machine, for what is installed.
    """
    manager = machine.manager
    if machine.ecosystem is None:
        return Remedy()
    wanted: Wanted = {}
    uncertain: Wanted = {}
    installed: list[Finding] = []
    unnamed: list[Finding] = []
    notes: dict[str, None] = {}
    for finding in _needed(findings, machine):
        names = _packages_of(finding)
        missing = _not_installed(names, machine, survey)
        closed = _find_closed_repository(finding, machine, catalogue)
        if not names:
            unnamed.append(finding)
        elif not missing:
            installed.append(finding)
        elif closed:
            notes[f"{', '.join(missing)}: in `{closed}` of {machine.ecosystem}, which is not enabled here"] = None
        else:
            _want(uncertain if finding.derived == "capability" else wanted, missing, finding)
    if manager is not None:
        _upgrade(installed, wanted, notes, machine, manager)
    notes |= dict.fromkeys(_describe_unnamed(unnamed, machine))
    if manager is None or not (wanted or uncertain):
        return Remedy(notes=tuple(notes))
    groups = (wanted, {name: bounds for name, bounds in uncertain.items() if name not in wanted})
    commands = _make_transactions(manager, groups, machine)
    if machine.is_probed and manager.needs_elevation(machine.site) and not commands[-1].elevation:
        notes["the command needs root, and neither sudo, doas, run0 nor pkexec is here"] = None
    return Remedy(commands=commands, notes=tuple(notes))


def _describe_unnamed(unnamed: Iterable[Finding], machine: Machine) -> Iterator[str]:
    """Why there is no package for some findings."""
    names: dict[str, None] = {}
    for finding in unnamed:
        name = finding.requirement.format_short()
        if is_capability(finding.identifier, finding.phase):
            yield f"{name}: of the machine itself, which no manager installs"
        else:
            names[name] = None
    if names:
        yield f"no package of {machine.ecosystem} is known for {', '.join(names)}"


def _needed(findings: Iterable[Finding], machine: Machine) -> list[Finding]:
    return [item for item in findings if (item.needs_action if machine.is_probed else item.status == "unknown")]


def _find_closed_repository(finding: Finding, machine: Machine, catalogue: Catalogue) -> str:
    """The part of the ecosystem that its packages are in, where that is not switched on here; else empty."""
    specs = catalogue.specs(finding.identifier, machine.ecosystem) if machine.ecosystem else None
    if specs is None or not specs.repository or not machine.is_probed or machine.manager is None:
        return ""
    return "" if machine.manager.has_repository(specs.repository, machine.site) else specs.repository


def _packages_of(finding: Finding) -> tuple[str, ...]:
    return finding.packages[0][1] if finding.packages else ()


def _want(wanted: Wanted, packages: tuple[str, ...], finding: Finding) -> None:
    """Add packages, with the range of the requirement where it can only be that of the one package."""
    names = _packages_of(finding)
    bounds = finding.requirement.constraints if len(names) == 1 and not is_virtual(finding.identifier) else ()
    for name in packages:
        wanted[name] = tuple(dict.fromkeys((*wanted.get(name, ()), *bounds)))


def _upgrade(
    findings: list[Finding], wanted: Wanted, notes: dict[str, None], machine: Machine, manager: Manager
) -> None:
    """Add the installed packages of which the manager has a version that is in the range; say which have none."""
    ranged = [finding for finding in findings if finding.status == "wrong-version"]
    asked = tuple(dict.fromkeys(name for finding in ranged for name in _packages_of(finding)))
    available = manager.find_available(asked, machine.site).packages if asked and machine.is_probed else {}
    for finding in findings:
        names = _packages_of(finding)
        bounds = finding.requirement.constraints
        fitting = tuple(
            name
            for name in names
            if any(
                satisfies(upstream_version(found.version, manager.scheme), bounds)
                for found in available.get(name, ())[: None if _is_told_range(finding, manager) else 1]
            )
        )
        if finding in ranged and fitting:
            _want(wanted, fitting, finding)
        else:
            notes[f"{', '.join(names)}: installed already, and {machine.ecosystem} knows no other package for it"] = (
                None
            )


def _is_told_range(finding: Finding, manager: Manager) -> bool:
    """Whether the manager can be told the range, and so installs any version in it, not only the one it likes best."""
    names, bounds = _packages_of(finding), finding.requirement.constraints
    return len(names) == 1 and not is_virtual(finding.identifier) and manager.constrain(names[0], bounds) != names[0]


def _make_transactions(manager: Manager, groups: tuple[Wanted, ...], machine: Machine) -> tuple[InstallCommand, ...]:
    """The commands for each group of packages that is not empty; the index is not refreshed twice."""
    commands: tuple[InstallCommand, ...] = ()
    for wanted in filter(None, groups):
        made = make_commands(
            manager, wanted, ecosystem=str(machine.ecosystem), site=machine.site, is_here=machine.is_probed
        )
        commands += made[-1:] if commands else made
    return commands


def _not_installed(packages: tuple[str, ...], machine: Machine, survey: Survey) -> tuple[str, ...]:
    installed = (survey.find_installed(packages) if machine.is_probed else None) or {}
    return tuple(name for name in packages if name not in installed)
