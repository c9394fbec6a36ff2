"""What a conda environment gets for a plan, with the versions that it may be."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.errors import RequirementError
from extdeps.model.condarange import format_conda_range
from extdeps.model.identifier import is_virtual
from extdeps.model.requirement import parse_requirement
from extdeps.render.formats.contents import list_own, list_packages

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.model.constraint import Constraint
    from extdeps.model.plan import Ask, Decision, Plan

CHANNEL = "conda-forge"


@dataclass(frozen=True, slots=True, kw_only=True)
class CondaPackages:
    """The packages of an environment.

    Args:
        ranges: by name, in order; the range is empty where any version does.
        unranged: the decisions of which a range cannot be written, as no package has the version that is meant.
    """

    ranges: Mapping[str, str]
    unranged: tuple[Decision, ...]


def list_conda_packages(plan: Plan, *more: str) -> CondaPackages:
    """The packages that a plan installs.

    A range is written where it can only be that of a package: where the identifier is not virtual, and one package
    alone supplies it.

    Args:
        plan: of conda-forge.
        more: packages beside those of the plan.
    """
    bounds: dict[str, tuple[Constraint, ...]] = dict.fromkeys((*more, *list_packages(plan)), ())
    unranged: list[Decision] = []
    for decision in list_own(plan):
        asked = [_read_bounds(ask) for ask in decision.asks]
        wanted = tuple(bound for some in asked for bound in some or ())
        is_one = len(decision.packages) == 1 and not is_virtual(decision.identifier)
        if is_one and format_conda_range(wanted):
            bounds[decision.packages[0]] += wanted
        if None in asked or (wanted and not (is_one and format_conda_range(wanted))):
            unranged.append(decision)
    ranges = {name: format_conda_range(bounds[name]) for name in sorted(bounds)}
    return CondaPackages(ranges=ranges, unranged=tuple(unranged))


def _read_bounds(ask: Ask) -> tuple[Constraint, ...] | None:
    """The bounds that somebody sets, or None where they cannot be read."""
    try:
        return parse_requirement(ask.requirement).constraints
    except RequirementError:
        return None
