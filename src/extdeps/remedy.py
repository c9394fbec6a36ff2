"""How to get what is missing: the commands for this machine, and what they cannot get."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.manager.table import make_commands

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.machine import Machine
    from extdeps.manager.interface import Manager
    from extdeps.model.evidence import Finding, InstallCommand
    from extdeps.probe.survey import Survey


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
    """The transaction with every package that is needed and not installed.

    Args:
        findings: the answers of a check.
        machine: where they were given; for one that is not here, everything is needed.
        catalogue: what supplies an identifier.
        survey: the probes of the machine, for what is installed.
    """
    ecosystem = machine.ecosystem
    manager = machine.manager
    if ecosystem is None:
        return Remedy()
    wanted: dict[str, None] = {}
    uncertain: dict[str, None] = {}
    unnamed: dict[str, None] = {}
    notes: dict[str, None] = {}
    for finding in findings:
        if not (finding.needs_action if machine.is_probed else finding.status == "unknown"):
            continue
        names = finding.packages[0][1] if finding.packages else ()
        missing = _not_installed(names, machine, survey)
        specs = catalogue.specs(finding.identifier, ecosystem)
        repository = specs.repository if specs else ""
        if not names:
            unnamed[finding.requirement.format_short()] = None
        elif not missing:
            notes[f"{', '.join(names)}: installed already, and {ecosystem} knows no other package for it"] = None
        elif repository and machine.is_probed and manager and not manager.has_repository(repository, machine.site):
            notes[f"{', '.join(missing)}: in `{repository}` of {ecosystem}, which is not enabled here"] = None
        else:
            (uncertain if finding.derived == "capability" else wanted).update(dict.fromkeys(missing))
    if unnamed:
        notes[f"no package of {ecosystem} is known for {', '.join(unnamed)}"] = None
    if manager is None or not (wanted or uncertain):
        return Remedy(notes=tuple(notes))
    groups = (tuple(wanted), tuple(name for name in uncertain if name not in wanted))
    commands = _make_transactions(manager, groups, machine)
    if machine.is_probed and manager.needs_elevation(machine.site) and not commands[-1].elevation:
        notes["the command needs root, and neither sudo, doas, run0 nor pkexec is here"] = None
    return Remedy(commands=commands, notes=tuple(notes))


def _make_transactions(
    manager: Manager, groups: tuple[tuple[str, ...], ...], machine: Machine
) -> tuple[InstallCommand, ...]:
    """The commands for each group of packages that is not empty; the index is not refreshed twice."""
    commands: tuple[InstallCommand, ...] = ()
    for packages in filter(None, groups):
        made = make_commands(manager, packages, ecosystem=str(machine.ecosystem), site=machine.site)
        commands += made[-1:] if commands else made
    return commands


def _not_installed(packages: tuple[str, ...], machine: Machine, survey: Survey) -> tuple[str, ...]:
    installed = (survey.find_installed(packages) if machine.is_probed else None) or {}
    return tuple(name for name in packages if name not in installed)
