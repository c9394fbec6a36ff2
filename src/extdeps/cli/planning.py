"""From a session to plans for machines that are not here."""

from __future__ import annotations

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.checker import check
from extdeps.errors import UsageError
from extdeps.machine import gather_facts, retarget
from extdeps.model.plan import Ask, Decision, Plan, Unmet

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.cli.session import Session
    from extdeps.machine import Machine
    from extdeps.model.evidence import Finding


def plans_of(session: Session, targets: tuple[str, ...]) -> tuple[Plan, ...]:
    """A plan for an empty machine of each target.

    Args:
        session: what the command line says.
        targets: ecosystems (`debian+12`); where there is none, that of this machine.

    Raises:
        UsageError: nobody maps a target, or this machine's ecosystem is not known.
    """
    names = targets or ((str(session.machine.ecosystem),) if session.machine.ecosystem else ())
    if not names:
        raise UsageError("the ecosystem of this machine is not known", hint="name one with `--target`")
    known = set(session.catalogue.ecosystems())
    machines = []
    for target in dict.fromkeys(map(parse_ecosystem, names)):
        if not {target.name, str(target)} & known:
            raise UsageError(f"no mapping for `{target}`", hint=f"there are mappings for {', '.join(sorted(known))}")
        machines.append(retarget(session.machine, target))
    declarations = session.declarations()
    return tuple(
        _plan(machine, check(declarations, machine, session.catalogue, session.selection).findings, session)
        for machine in machines
    )


def _plan(machine: Machine, findings: tuple[Finding, ...], session: Session) -> Plan:
    """Everything that has a package is decided, each for itself."""
    decisions: dict[tuple[str, str], Decision] = {}
    unmet: list[Unmet] = []
    for finding in findings:
        if finding.status == "not-applicable" or not machine.ecosystem:
            continue
        asks = tuple(
            Ask(requirement=str(finding.requirement.url), requested_by=subject) for subject in finding.requested_by
        )
        packages = tuple(name for _, names in finding.packages for name in names)
        if not packages:
            reason = f"no package of {machine.ecosystem} is known for it"
            unmet += (Unmet(identifier=finding.identifier, phase=finding.phase, ask=ask, reason=reason) for ask in asks)
            continue
        before = decisions.get((finding.phase, finding.identifier))
        decisions[finding.phase, finding.identifier] = Decision(
            identifier=finding.identifier,
            phase=finding.phase,
            asks=(*(before.asks if before else ()), *asks),
            provider=session.catalogue.supplier(finding.identifier, machine.ecosystem),
            source=machine.manager.name if machine.manager else "",
            ecosystem=str(machine.ecosystem),
            packages=packages,
        )
    return Plan(
        decisions=tuple(decisions.values()),
        unmet=tuple(unmet),
        host=gather_facts(machine),
        ecosystem=str(machine.ecosystem or ""),
        is_verified=False,
    )
