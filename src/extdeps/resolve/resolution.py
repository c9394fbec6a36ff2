"""The answer: an offer for every demand that can be met, and for each of the others the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from extdeps.resolve.explain import Refusal, explain_alone, explain_together
from extdeps.resolve.search import Search

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.market import Market
    from extdeps.resolve.requirement import Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What was decided.

    Args:
        choices: the offer for each demand that is met.
        refusals: the demands that are not, each with the reason.
    """

    choices: Mapping[Demand, Offer] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()


def resolve_all(demands: Iterable[Demand], market: Market) -> Resolution | None:
    """Choose an offer for every demand, or say only that not all of them can be had together.

    The arguments are those of `resolve`, which says why.
    """
    choices = Search(market).solve(dict.fromkeys(demands))
    return None if choices is None else Resolution(choices=choices)


def resolve(demands: Iterable[Demand], market: Market) -> Resolution:
    """Choose an offer for every demand, so that all of them can be had together.

    What cannot be met does not stop the rest: where not everything can be had, demands are taken up one after the
    other, in their order, and one that does not go with those before it is refused.

    Args:
        demands: who asks for what; those that come first have the stronger claim.
        market: what there is to choose from.

    Returns:
        The choices, and a refusal for each demand that is left out.
    """
    search = Search(market)
    refusals: list[Refusal] = []
    possible: list[Demand] = []
    for demand in dict.fromkeys(demands):
        alone = explain_alone(demand, search.shelf)
        if alone:
            refusals.append(alone)
        else:
            possible.append(demand)
    choices = search.solve(possible)
    if choices is None:
        from extdeps.resolve.turn import take_in_turn

        choices, refused = take_in_turn(possible, search)
        for demand, opponents in refused:
            refusals.append(explain_together(demand, opponents, search.shelf, is_sure=not search.was_cut_short))
    if not refusals:
        return Resolution(choices=choices)
    from extdeps.resolve.remedies import find_remedies

    return Resolution(choices=choices, refusals=find_remedies(refusals, choices, search))
