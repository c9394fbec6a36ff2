"""The answer: an offer for every demand that can be met, and for each of the others the reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from extdeps.resolve.candidate import Choice
from extdeps.resolve.explain import Refusal, explain_alone, explain_together
from extdeps.resolve.provider import Provider
from extdeps.resolve.remedies import find_remedies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.market import Market
    from extdeps.resolve.provider import Candidate, Requirement
    from extdeps.resolve.requirement import Demand, Key

_ROUNDS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """What was decided.

    Args:
        choices: the offer for each demand that is met.
        refusals: the demands that are not, each with the reason.
    """

    choices: Mapping[Demand, Offer] = field(default_factory=dict)
    refusals: tuple[Refusal, ...] = ()


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
    refusals: list[Refusal] = []
    possible: list[Demand] = []
    for demand in dict.fromkeys(demands):
        alone = explain_alone(demand, market)
        if alone:
            refusals.append(alone)
        else:
            possible.append(demand)
    choices = _solve(possible, market)
    if choices is None:
        choices = _solve_in_turn(possible, market, refusals)
    return Resolution(choices=choices, refusals=find_remedies(refusals, choices, market, _solve))


def _solve(demands: Sequence[Demand], market: Market) -> dict[Demand, Offer] | None:
    """The offer of each demand, or None where they cannot be had together."""
    from resolvelib import BaseReporter, ResolutionImpossible, Resolver

    resolver: Resolver[Requirement, Candidate, Key] = Resolver(Provider(market), BaseReporter())  # type: ignore[arg-type]
    try:
        result = resolver.resolve(demands, max_rounds=_ROUNDS)
    except ResolutionImpossible:
        return None
    chosen = {key: choice.offer for key, choice in result.mapping.items() if isinstance(choice, Choice)}
    return {demand: chosen[demand.key] for demand in demands}


def _solve_in_turn(demands: Sequence[Demand], market: Market, refusals: list[Refusal]) -> dict[Demand, Offer]:
    kept: list[Demand] = []
    choices: dict[Demand, Offer] = {}
    for demand in demands:
        found = _solve([*kept, demand], market)
        if found is None:
            refusals.append(explain_together(demand, _find_opponents(demand, kept, market), market))
        else:
            kept.append(demand)
            choices = found
    return choices


def _find_opponents(demand: Demand, kept: Sequence[Demand], market: Market) -> tuple[Demand, ...]:
    """A least set of demands that a further one does not go with: without any one of them it would.

    This is the deletion filter for an irreducible infeasible subset (Chinneck and Dravnieks, 1991).
    """
    opponents = list(kept)
    for other in kept:
        fewer = [item for item in opponents if item != other]
        if _solve([*fewer, demand], market) is None:
            opponents = fewer
    return tuple(opponents)
