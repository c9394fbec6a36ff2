"""What of a plan is written into a file for one ecosystem: the decisions of this ecosystem, and their packages."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.plan import Decision, Plan
    from extdeps.model.requirement import Phase


def list_own(plan: Plan) -> tuple[Decision, ...]:
    """What has to be installed, and comes from the plan's own ecosystem."""
    return tuple(decision for decision in plan.new if decision.ecosystem in ("", plan.ecosystem))


def list_foreign(plan: Plan) -> tuple[Decision, ...]:
    """What has to be installed, but comes from another ecosystem than the one that the file is written for."""
    return tuple(decision for decision in plan.new if decision.ecosystem not in ("", plan.ecosystem))


def list_packages(plan: Plan, *phases: Phase) -> tuple[str, ...]:
    """The packages of the plan's own ecosystem that have to be installed, each once, sorted.

    Args:
        plan: for one ecosystem.
        phases: only those for these; for all where none is given.
    """
    own = (decision for decision in list_own(plan) if not phases or decision.phase in phases)
    return tuple(sorted({name for decision in own for name in decision.packages}))
