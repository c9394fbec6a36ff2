"""Whether choices hold together, and whether there are any that do, told from the definitions alone.

Nothing here uses the resolver: what it is to be compared with must not share its mistakes.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from extdeps.model.constraint import parse_constraints
from extdeps.resolve.candidate import Offer
from extdeps.resolve.market import Market
from extdeps.resolve.requirement import Demand
from extdeps.versions.ranges import satisfies

Key = tuple[str, str]


def can_answer(demand: Demand, offer: Offer, market: Market) -> bool:
    """Whether an offer meets one demand, all others aside."""
    names = {demand.identifier}
    if demand.identifier.startswith("dep:virtual/"):
        names |= set(market.providers.get(demand.identifier, ()))
    is_of_machine = is_capability(demand, offer, market)
    return (
        offer.identifier in names
        and offer in market.offers.get(offer.identifier, ())
        and demand.phase in offer.phases
        and (offer.source == "here" or (not is_of_machine and offer.source not in market.preferences.without))
        and (not demand.constraints or offer.is_assumed or satisfies(offer.version, demand.constraints) is True)
    )


def is_capability(demand: Demand, offer: Offer, market: Market) -> bool:
    """Whether only the machine can have what answers a demand."""
    return any((demand.phase, name) in market.capabilities for name in (demand.identifier, offer.identifier))


def find_faults(choices: Mapping[Demand, Offer], market: Market) -> list[str]:
    """What is wrong with choices; nothing where they can be had together."""
    faults = [f"{demand} is not {offer}" for demand, offer in choices.items() if not can_answer(demand, offer, market)]
    chosen: dict[Key, set[Offer]] = {}
    for demand, offer in choices.items():
        for name in {demand.identifier, offer.identifier}:
            chosen.setdefault((demand.phase, name), set()).add(offer)
    faults += [f"{key} is {len(offers)} offers" for key, offers in chosen.items() if len(offers) > 1]
    faults += _find_faults_of_world(choices, market)
    for group in market.coherent:
        providers = {
            offer.identifier
            for demand, offer in choices.items()
            if demand.identifier in group and offer.identifier != demand.identifier
        }
        faults += [f"{group} is provided by {sorted(providers)}"] if len(providers) > 1 else []
    for conflict in market.exclusive:
        alive = {offer.identifier for offer in choices.values() if offer.identifier in conflict.members}
        faults += [f"{sorted(alive)} live together"] if len(alive) > 1 else []
    for name in sorted({name for _, name in chosen}):
        new = [
            offer
            for phase in ("host", "run")
            for offer in chosen.get((phase, name), ())
            if offer.source != "here" and offer.version
        ]
        faults += [f"{name} is both {new[0]} and {offer}" for offer in new if not _is_same(offer, new[0])]
    return faults


def _is_same(one: Offer, other: Offer) -> bool:
    exactly = parse_constraints(f"=={other.version}")
    return one.identifier == other.identifier and satisfies(one.version, exactly) is True


def _find_faults_of_world(choices: Mapping[Demand, Offer], market: Market) -> list[str]:
    anywhere = {"", "pypi"}  # a wheel goes into any process
    worlds = {
        offer.ecosystem
        for demand, offer in choices.items()
        if demand.phase != "build" and not is_capability(demand, offer, market)
    } - anywhere
    return [f"one process of {sorted(worlds)}"] if len(worlds) > 1 else []


def iter_plans(
    demands: Sequence[Demand], market: Market, so_far: Mapping[Demand, Offer] | None = None
) -> Iterator[dict[Demand, Offer]]:
    """Every way to meet all demands, by trying every offer for each; nothing mends a fault that is there already."""
    chosen = dict(so_far or {})
    if find_faults(chosen, market):
        return
    if not demands:
        yield chosen
        return
    first, *rest = demands
    for offer in (offer for offers in market.offers.values() for offer in offers):
        if can_answer(first, offer, market):
            yield from iter_plans(rest, market, {**chosen, first: offer})


def has_plan(demands: Iterable[Demand], market: Market) -> bool:
    """Whether all demands can be met together."""
    return next(iter_plans(tuple(demands), market), None) is not None
