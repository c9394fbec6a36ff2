"""The search for an offer for each demand, so that all of them can be had together.

The world couples all that host and run demands end in, so it is decided first, the best one that will do. In one
world most demands have nothing to do with each other: each key takes what it prefers, and only what is contested
then is searched by resolvelib, together with what it is connected to.
"""

from __future__ import annotations

from extdeps.resolve.candidate import Choice
from extdeps.resolve.shelf import Shelf, find_contested

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping, Sequence

    from extdeps.resolve.candidate import Key, Offer
    from extdeps.resolve.market import Market
    from extdeps.resolve.provider import Candidate, Requirement
    from extdeps.resolve.requirement import Demand

    Chosen = dict[Key, Offer]

ROUNDS = 2_000
ROUNDS_EACH = 10
"""How many answers one search may try, and how many more for each demand; what takes longer counts as impossible."""


class Search:
    """Chooses from one market, as often as it is asked.

    Args:
        market: what there is to choose from.
        narrows: whether what can be decided without trying is; else resolvelib decides all of it, by trying, to the
            same end as to what is possible, but slowly.

    Attributes:
        was_cut_short: whether a search has ended before all ways were tried.
    """

    def __init__(self, market: Market, *, narrows: bool = True) -> None:
        self.shelf = Shelf(market)
        self._narrows = narrows
        self.was_cut_short = False

    def solve(self, demands: Iterable[Demand]) -> dict[Demand, Offer] | None:
        """The offer of each demand, or None where they cannot be had together."""
        listed = tuple(demands)
        fitting = self.shelf.find_fitting(listed)
        for world in self.list_worlds(fitting):
            chosen = self.solve_in(world, listed, fitting)
            if chosen is not None:
                return {demand: chosen[demand.key] for demand in listed}
        return None

    def list_worlds(self, fitting: Mapping[Key, Sequence[Offer]]) -> list[str]:
        """The ecosystems that a process could be of, the best first; `""` where nothing is of any.

        The preferences are applied to all that would be chosen: how many are not here; the ecosystem of the deciding
        Python; the sum of the places in the user's order; the sum of new packages; how many need root.

        Args:
            fitting: by key, the offers to choose from, the preferred one first.
        """
        market = self.shelf.market
        worlds = {market.world_of(key, offer) for key, offers in fitting.items() for offer in offers} - {""}
        if not worlds:
            return [""]
        costs = {world: [0, world != market.preferences.home, 0, 0, 0] for world in worlds}
        for key, offers in fitting.items():
            first: dict[str, Offer] = {}
            for offer in offers:
                first.setdefault(market.world_of(key, offer), offer)
            order = list(first)
            for world, cost in costs.items():
                best = next((first[other] for other in order if other in ("", world)), None)
                if best is not None:
                    is_new, _, listed, _, new, is_elevated = market.preferences.rank(best, key[1])
                    for index, amount in ((0, is_new), (2, listed), (3, new), (4, is_elevated)):
                        cost[index] += amount
        return sorted(worlds, key=lambda world: (costs[world], world))

    def solve_in(
        self, world: str, demands: Sequence[Demand], fitting: Mapping[Key, Sequence[Offer]] | None = None
    ) -> Chosen | None:
        """The offer of each key where the process is of one ecosystem, or None where there is no way.

        Args:
            world: the ecosystem of the process.
            demands: what is asked for.
            fitting: by key, the offers that all demands on it agree with, where that is known.
        """
        market = self.shelf.market
        allowed = {
            key: [offer for offer in offers if market.world_of(key, offer) in ("", world)]
            for key, offers in (self.shelf.find_fitting(demands) if fitting is None else fitting).items()
        }
        if not self._narrows:
            return self._search(world, demands)
        if not all(allowed.values()):
            return None
        chosen = {key: offers[0] for key, offers in allowed.items()}
        if not find_contested(chosen, self.shelf):
            return chosen
        narrowed = narrow(allowed, self.shelf)
        if narrowed is None:
            return None
        allowed = narrowed
        chosen = {key: offers[0] for key, offers in allowed.items()}
        contested = find_contested(chosen, self.shelf)
        if contested:
            for group in self._list_groups(allowed, contested):
                found = self._search(world, [demand for demand in demands if demand.key in group])
                if found is None:
                    return None
                chosen.update(found)
        return chosen

    def _list_groups(self, allowed: Mapping[Key, Sequence[Offer]], contested: set[Key]) -> list[set[Key]]:
        """The keys that have to be decided together, as far as they are connected to what is contested."""
        claimants: dict[Key, list[Key]] = {}
        claims: dict[Key, set[Key]] = {}
        for key, offers in allowed.items():
            claims[key] = {name for offer in offers for name, _ in self.shelf.claims_of(key, offer)}
            for name in claims[key]:
                claimants.setdefault(name, []).append(key)
        groups: list[set[Key]] = []
        seen: set[Key] = set()
        for start in sorted(contested):
            group: set[Key] = set()
            ahead = [start]
            while ahead:
                name = ahead.pop()
                if name in seen:
                    continue
                seen.add(name)
                fresh = [key for key in claimants.get(name, ()) if key not in group]
                group.update(fresh)
                ahead += [other for key in fresh for other in claims[key]]
            if group:
                groups.append(group)
        return groups

    def _search(self, world: str, demands: Sequence[Demand]) -> Chosen | None:
        from resolvelib import BaseReporter, ResolutionImpossible, ResolutionTooDeep, Resolver

        from extdeps.resolve.provider import Provider

        provider = Provider(self.shelf, world)
        resolver: Resolver[Requirement, Candidate, Key] = Resolver(provider, BaseReporter())  # type: ignore[arg-type]
        try:
            result = resolver.resolve(demands, max_rounds=ROUNDS + ROUNDS_EACH * len(demands))
        except ResolutionImpossible:
            return None
        except ResolutionTooDeep:
            self.was_cut_short = True
            return None
        asked = {demand.key for demand in demands}
        return {
            key: choice.offer for key, choice in result.mapping.items() if key in asked and isinstance(choice, Choice)
        }


def narrow(allowed: Mapping[Key, Sequence[Offer]], shelf: Shelf) -> dict[Key, list[Offer]] | None:
    """Leave out offers that cannot be, since they settle something otherwise than others have to.

    Where all offers of a key settle one thing, what they settle it with is all that the others may. This is repeated
    until nothing changes, as in the arc consistency of Mackworth ("Consistency in Networks of Relations", 1977).

    Returns:
        The offers that are left, or None where a key has none.
    """
    left = {key: [(offer, dict(shelf.claims_of(key, offer))) for offer in offers] for key, offers in allowed.items()}
    while True:
        agreed: dict[Key, set[Hashable]] = {}
        for ways in left.values():
            for name in set.intersection(*(set(claims) for _, claims in ways)):
                values = {claims[name] for _, claims in ways}
                agreed[name] = agreed[name] & values if name in agreed else values
        if not all(agreed.values()):
            return None
        count = sum(map(len, left.values()))
        for key, ways in left.items():
            left[key] = [
                (offer, claims)
                for offer, claims in ways
                if all(value in agreed[name] for name, value in claims.items() if name in agreed)
            ]
        if not all(left.values()):
            return None
        if sum(map(len, left.values())) == count:
            return {key: [offer for offer, _ in ways] for key, ways in left.items()}
