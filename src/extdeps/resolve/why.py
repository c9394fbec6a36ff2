"""The path of a decision: every offer in the order in which they were tried, and what became of it."""

from __future__ import annotations

from extdeps.model.why import Path, Weighed
from extdeps.resolve.explain import WORLD, describe_place
from extdeps.resolve.market import short_name
from extdeps.resolve.shelf import Shelf

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterator

    from extdeps.model.requirement import Phase
    from extdeps.resolve.candidate import Key, Offer
    from extdeps.resolve.market import Market
    from extdeps.resolve.requirement import Demand
    from extdeps.resolve.solution import Solution


def explain_choice(solution: Solution, identifier: str) -> tuple[Path, ...]:
    """The path of the decision about an identifier, one for each phase in which it is asked for.

    Args:
        solution: what was decided.
        identifier: canonical; what was asked for, or what could provide it.
    """
    demands = (*solution.resolution.choices, *(item.demand for item in solution.resolution.refusals))
    keys = dict.fromkeys((item.phase, item.identifier) for item in demands if _is_about(item, identifier, solution))
    shelf = Shelf(solution.market)
    return tuple(_trace(solution, name, phase, shelf) for phase, name in keys)


def _is_about(demand: Demand, identifier: str, solution: Solution) -> bool:
    if demand.identifier == identifier:
        return True
    return identifier in solution.market.providers.get(demand.identifier, ())


def _trace(solution: Solution, identifier: str, phase: Phase, shelf: Shelf) -> Path:
    resolution = solution.resolution
    met = {item: offer for item, offer in resolution.choices.items() if item.key == (phase, identifier)}
    refused = [item for item in resolution.refusals if item.demand.key == (phase, identifier)]
    chosen = next(iter(met.values()), None)
    demands = (*met, *(item.demand for item in refused))
    return Path(
        identifier=identifier,
        phase=phase,
        asked=tuple(f"{demand} for {demand.requested_by}" for demand in demands),
        weighed=tuple(
            _weigh(offer, chosen, tuple(met) or demands, solution, shelf) for offer in shelf.find((phase, identifier))
        ),
        refusals=tuple(item.reason for item in refused),
        hints=(*(line for item in refused for line in item.lines), *solution.hints.get(identifier, ())),
    )


def _weigh(offer: Offer, chosen: Offer | None, met: tuple[Demand, ...], solution: Solution, shelf: Shelf) -> Weighed:
    return Weighed(
        provider=offer.identifier,
        offer=str(offer),
        packages=offer.packages,
        verdict=_judge(offer, chosen, met, solution, shelf),
        is_chosen=offer == chosen,
    )


def _judge(offer: Offer, chosen: Offer | None, met: tuple[Demand, ...], solution: Solution, shelf: Shelf) -> str:
    """What became of an offer, and why."""
    if offer == chosen:
        return "chosen"
    outside = [demand for demand in met if not shelf.fits(offer, demand)]
    if outside:
        return f"not in the range of {', '.join(map(str, outside))}"
    if chosen is None:
        return "does not go with the rest"
    market = solution.market
    name = met[0].identifier
    if market.preferences.rank(offer, name) < market.preferences.rank(chosen, name):
        return next(_find_clashes(offer, met, solution, shelf), "does not go with the rest")
    return _compare(chosen, offer, name, market)


def _find_clashes(offer: Offer, met: tuple[Demand, ...], solution: Solution, shelf: Shelf) -> Iterator[str]:
    """What was chosen for others and settles something otherwise than the offer would."""
    wanted = _settle(offer, met[0], shelf)
    for demand, other in solution.resolution.choices.items():
        if demand in met:
            continue
        for name, value in _settle(other, demand, shelf).items():
            if wanted.get(name, value) != value:
                yield f"does not go with {other} for {demand} ({describe_place(name)})"


def _settle(offer: Offer, demand: Demand, shelf: Shelf) -> dict[Key, Hashable]:
    world = shelf.market.world_of(demand.key, offer)
    return {**({WORLD: world} if world else {}), **dict(shelf.claims_of(demand.key, offer))}


def _compare(chosen: Offer, offer: Offer, identifier: str, market: Market) -> str:
    """The first preference that tells two offers apart (`pep_draft`, "Preferences")."""
    preferences = market.preferences
    names = (
        "what is here comes first",
        "the ecosystem of the Python that decides comes first",
        "the order of managers",
        "the ecosystem's own choice comes first",
        "the other brings fewer new packages",
        "the other needs no root",
    )
    pairs = zip(names, preferences.rank(chosen, identifier), preferences.rank(offer, identifier), strict=True)
    reason = next((name for name, better, worse in pairs if better != worse), "")
    if reason:
        return f"possible: {reason}"
    if chosen.identifier == offer.identifier:
        return "possible: the newest comes first"
    return f"possible: {short_name(chosen.identifier)} comes first in the registry"
