"""From plans to a lock."""

from __future__ import annotations

from dataclasses import replace

from extdeps.errors import UnsatisfiableError, UsageError
from extdeps.lockfile.subject import find_home, format_subject, make_printable
from extdeps.model.constraint import format_constraints
from extdeps.model.identifier import parse_depurl
from extdeps.model.lock import LOCK_NAME, Lock, LockedEntry, LockedRequirement, LockedTarget
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extdeps.model.plan import Ask, Decision, Plan


def make_lock(plans: Iterable[Plan], digests: Mapping[str, str], path: str = LOCK_NAME) -> Lock:
    """Keep what plans have settled on, without what depends on the machine that they were made on.

    Whether something is here already is left out: the lock is the same before and after it is installed.

    Args:
        plans: one for each target.
        digests: by ecosystem, the digest of the mapping that names its packages.
        path: where the lock is to lie.

    Raises:
        UnsatisfiableError: something cannot be met, or a plan is for a system that nobody maps.
        UsageError: two plans are for the same target.
    """
    plans = tuple(replace(plan, projects=_name_projects(plan, path)) for plan in plans)
    _require_met(plans)
    named = [plan.ecosystem for plan in plans]
    for name in named:
        if named.count(name) > 1:
            raise UsageError(f"`{name}` cannot be locked twice", hint="name each target once")
    targets = (
        LockedTarget(
            ecosystem=plan.ecosystem,
            mapping=digests[plan.ecosystem],
            entries=sort_entries(_make_entry(decision, plan) for decision in plan.decisions),
        )
        for plan in plans
    )
    return Lock(targets=tuple(sorted(targets, key=lambda target: target.ecosystem)))


def _name_projects(plan: Plan, path: str) -> tuple[tuple[str, str], ...]:
    home = find_home((subject for subject, _ in plan.subjects), path)
    return tuple({**home, **dict(plan.projects)}.items())


def sort_entries(entries: Iterable[LockedEntry]) -> tuple[LockedEntry, ...]:
    """Entries in the order of a lock."""
    return tuple(sorted(entries, key=lambda entry: (entry.identifier, PHASES.index(entry.phase))))


def _require_met(plans: tuple[Plan, ...]) -> None:
    lines = tuple(_iter_unmet(plans))
    if not lines:
        return
    count = sum(len(plan.unmet) + (not plan.ecosystem) for plan in plans)
    noun = "requirement" if count == 1 else "requirements"
    raise UnsatisfiableError(
        f"{count} {noun} cannot be met, and what cannot be met cannot be locked",
        context=lines,
        hint="nothing was written; `extdeps plan --target` tells what can be met",
    )


def _iter_unmet(plans: tuple[Plan, ...]) -> Iterator[str]:
    for plan in plans:
        projects = dict(plan.projects)
        if not plan.ecosystem:
            yield f"{plan.host.os_name or plan.host.system}: no ecosystem is known for it"
        for item in plan.unmet:
            asked = f"{item.ask.requirement} ({item.phase}), for {format_subject(item.ask.requested_by, projects)}"
            yield f"{plan.ecosystem}: {asked}: {item.reason}"
            yield from (f"  {line}" for line in (*item.details, *item.remedies))


def _make_entry(decision: Decision, plan: Plan) -> LockedEntry:
    projects = dict(plan.projects)
    is_own = decision.ecosystem in ("", plan.ecosystem, plan.family)
    return LockedEntry(
        identifier=decision.identifier,
        phase=decision.phase,
        provider=decision.provider,
        ecosystem="" if is_own else decision.ecosystem,
        packages=decision.packages,
        version=make_printable(decision.version),
        requirements=tuple(sorted({_make_requirement(ask, projects) for ask in decision.asks})),
    )


def _make_requirement(ask: Ask, projects: Mapping[str, str]) -> LockedRequirement:
    # the identifier is that of the entry; what remains of the DepURL is its range
    constraints = parse_depurl(ask.requirement).constraints
    return LockedRequirement(by=format_subject(ask.requested_by, projects), range=format_constraints(constraints))
