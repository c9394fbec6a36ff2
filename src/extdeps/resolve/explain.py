"""Why a demand cannot be met, in the words of those who ask and of what there is."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.resolve.provider import WORLD, fits

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.market import Market
    from extdeps.resolve.requirement import Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """A demand that cannot be met.

    Args:
        demand: what was asked for.
        reason: one sentence.
        lines: what there is, one line for each that has a part in it.
        opponents: the demands that it does not go with; none where it cannot be met by itself.
        remedies: what would help, one line each, the most useful first.
    """

    demand: Demand
    reason: str
    lines: tuple[str, ...] = ()
    opponents: tuple[Demand, ...] = ()
    remedies: tuple[str, ...] = ()

    def __str__(self) -> str:
        return "\n".join((self.reason, *(f"  {line}" for line in (*self.lines, *self.remedies))))


def explain_alone(demand: Demand, market: Market) -> Refusal | None:
    """Why a demand cannot be met by itself, or None where it can."""
    offers = market.find(demand.identifier, demand.phase)
    if not offers:
        return Refusal(demand=demand, reason=f"nobody here has {_describe(demand)}")
    if any(fits(offer, demand) for offer in offers):
        return None
    there = f"there is {_list(offers)}"
    return Refusal(
        demand=demand, reason=f"no version that is here or can be had is {_describe(demand)}", lines=(there,)
    )


def explain_together(demand: Demand, opponents: Sequence[Demand], market: Market) -> Refusal:
    """Why a demand does not go with others that are met.

    Args:
        demand: the one that is refused.
        opponents: a least set of those that it does not go with.
        market: what there is.
    """
    parties = (*opponents, demand)
    others = ", ".join(_describe(other) for other in opponents)
    lines = []
    if all(other.key == demand.key for other in opponents):
        lines.append(f"there is {_list(market.find(demand.identifier, demand.phase))}")
    else:
        for party in parties:
            offers = [offer for offer in market.find(party.identifier, party.phase) if fits(offer, party)]
            lines.append(f"{party} is {_list(offers)}")
        lines += _find_clashes(parties, market)
    return Refusal(
        demand=demand,
        reason=f"{_describe(demand)} does not go with {others}",
        lines=tuple(lines),
        opponents=tuple(opponents),
    )


def _find_clashes(parties: Iterable[Demand], market: Market) -> list[str]:
    """The places that the parties cannot share."""
    wanted: dict[str, list[frozenset[str]]] = {}
    for party in parties:
        offers = [offer for offer in market.find(party.identifier, party.phase) if fits(offer, party)]
        taken: dict[str, set[str]] = {}
        for offer in offers:
            if party.phase != "build" and offer.ecosystem:
                taken.setdefault(WORLD, set()).add(offer.ecosystem)
            for name, value in market.places_of(party.identifier, offer.identifier):
                taken.setdefault(name, set()).add(value)
        for name, values in taken.items():
            wanted.setdefault(name, []).append(frozenset(values))
    return [_describe_place(name) for name, values in wanted.items() if not frozenset.intersection(*values)]


def _describe_place(name: str) -> str:
    if name == WORLD:
        return "the libraries of one Python process come from one ecosystem"
    if name.startswith("one of "):
        return f"{name.removeprefix('one of ').replace(', ', ' and ')} cannot live together"
    return f"{name} is one library for all"


def _describe(demand: Demand) -> str:
    asked = f" for {demand.requested_by}" if demand.requested_by else ""
    return f"{demand} ({demand.phase}{asked})"


def _list(offers: Iterable[Offer]) -> str:
    return ", ".join(dict.fromkeys(str(offer) for offer in offers)) or "nowhere"
