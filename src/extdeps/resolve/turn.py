"""Demands taken up one after the other, where not all of them can be met, and what stands against the others."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from extdeps.resolve.candidate import Key, Offer
    from extdeps.resolve.requirement import Demand
    from extdeps.resolve.search import Search


class World:
    """What has been taken up so far, and one way to meet it, in a process of one ecosystem.

    Args:
        name: the ecosystem.
        search: chooses from a market.
    """

    def __init__(self, name: str, search: Search) -> None:
        self.chosen: dict[Key, Offer] = {}
        self._name = name
        self._search = search
        self._settled: dict[Key, Hashable] = {}
        self._group_of: dict[Key, Group] = {}

    def take(self, demand: Demand) -> bool:
        """Take up one more demand, if that can be; what is chosen for others may change with it."""
        present = self.chosen.get(demand.key)
        if present and self._search.shelf.fits(present, demand):
            self.group_of(demand).demands.append(demand)
            return True
        offers = () if present else self._offers(demand)
        for offer in offers:
            claims = self._search.shelf.claims_of(demand.key, offer)
            if all(self._settled.get(name, value) == value for name, value in claims):
                self.chosen[demand.key] = offer
                self._settled.update(claims)
                self.group_of(demand).demands.append(demand)
                return True
        if not present and not offers:
            return False
        group = self.group_of(demand)
        found = self._search.solve_in(self._name, [*group.demands, demand])
        if found is None:
            return False
        group.demands.append(demand)
        self.chosen.update(found)
        self._settled = {
            name: value
            for key, offer in self.chosen.items()
            for name, value in self._search.shelf.claims_of(key, offer)
        }
        return True

    def list_suspects(self, demand: Demand) -> tuple[Demand, ...]:
        """What has been taken up and could stand against a demand that cannot be."""
        return tuple(self.group_of(demand).demands) if self._offers(demand) else ()

    def _offers(self, demand: Demand) -> list[Offer]:
        shelf = self._search.shelf
        return [offer for offer in shelf.find_in(demand.key, self._name) if shelf.fits(offer, demand)]

    def group_of(self, demand: Demand) -> Group:
        """What is connected to a demand by what its offers and those of others claim."""
        key = demand.key
        if key not in self._group_of:
            shelf = self._search.shelf
            names = {name for offer in shelf.find_in(key, self._name) for name, _ in shelf.claims_of(key, offer)} | {
                key
            }
            known = {id(group): group for name in sorted(names) if (group := self._group_of.get(name))}
            largest = max(known.values(), key=lambda group: len(group.names), default=Group())
            for other in known.values():
                if other is not largest:
                    names |= other.names
                    largest.demands += other.demands
            for name in names:
                self._group_of[name] = largest
            largest.names |= names
        return self._group_of[key]


class Group:
    """Demands that may have to be decided together, and the names of what they can claim."""

    def __init__(self) -> None:
        self.demands: list[Demand] = []
        self.names: set[Key] = set()


def take_in_turn(
    demands: Sequence[Demand], search: Search
) -> tuple[dict[Demand, Offer], list[tuple[Demand, tuple[Demand, ...]]]]:
    """Take up demands in their order, and leave out those that do not go with what has been taken up.

    Args:
        demands: who asks for what; each could be met by itself.
        search: chooses from a market.

    Returns:
        The choices, and each demand that is left out with a least set of those that it does not go with.
    """
    shelf = search.shelf
    names = search.list_worlds({demand.key: shelf.find(demand.key) for demand in demands})
    alive = [World(name, search) for name in names]
    kept: list[Demand] = []
    against_worlds: set[Demand] = set()
    refused: list[tuple[Demand, tuple[Demand, ...]]] = []
    for demand in demands:
        going = [world for world in alive if world.take(demand)]
        against = {other for world in alive if world not in going for other in world.list_suspects(demand)}
        if going:
            kept.append(demand)
            if len(going) < len(alive):
                against_worlds |= {demand, *against}
            alive = going
        else:
            suspects = against | against_worlds
            refused.append((demand, find_opponents(demand, [item for item in kept if item in suspects], search)))
    chosen = alive[0].chosen
    return search.solve(kept) or {demand: chosen[demand.key] for demand in kept}, refused


def find_opponents(demand: Demand, suspects: Sequence[Demand], search: Search) -> tuple[Demand, ...]:
    """A least set of demands that a further one does not go with: without any one of them it would.

    This is QuickXplain (Junker, "QUICKXPLAIN: Preferred Explanations and Relaxations for Over-Constrained Problems",
    AAAI 2004).

    Args:
        demand: what goes by itself.
        suspects: what it does not go with, all together; of several least sets, that of the first of these is found.
        search: chooses from a market.
    """
    if search.solve((demand,)) is None:
        return ()
    return _explain((demand,), tuple(suspects), search)


def _explain(background: tuple[Demand, ...], suspects: tuple[Demand, ...], search: Search) -> tuple[Demand, ...]:
    """Which of the suspects are needed to make the background impossible, where it alone is possible."""
    if len(suspects) <= 1:
        return suspects
    middle = len(suspects) // 2
    first, second = suspects[:middle], suspects[middle:]
    needed = _explain_rest((*background, *first), second, search)
    return (*_explain_rest((*background, *needed), first, search), *needed)


def _explain_rest(background: tuple[Demand, ...], suspects: tuple[Demand, ...], search: Search) -> tuple[Demand, ...]:
    return () if search.solve(background) is None else _explain(background, suspects, search)
