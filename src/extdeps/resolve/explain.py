"""Why a demand cannot be met, in the words of those who ask and of what there is."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.resolve.market import short_name
from extdeps.resolve.requirement import PLACE, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Sequence

    from extdeps.resolve.candidate import Key, Offer
    from extdeps.resolve.requirement import Demand
    from extdeps.resolve.shelf import Shelf

WORLD = Place(kind="world", value="").key
_OF_MACHINE = "it is a capability of the machine, which no manager installs"
_CUT_SHORT = "not all ways were tried: there are too many"


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


def explain_alone(demand: Demand, shelf: Shelf) -> Refusal | None:
    """Why a demand cannot be met by itself, or None where it can."""
    offers = shelf.find(demand.key)
    if any(shelf.fits(offer, demand) for offer in offers):
        return None
    is_of_machine = demand.key in shelf.market.capabilities
    there = (f"there is {_list(offers)}",) if offers else ()
    if offers:
        reason = f"no version that is here{'' if is_of_machine else ' or can be had'} is {_describe(demand)}"
    else:
        reason = f"{'this machine does not have' if is_of_machine else 'nobody here has'} {_describe(demand)}"
    return Refusal(demand=demand, reason=reason, lines=(*there, *([_OF_MACHINE] if is_of_machine else ())))


def explain_together(demand: Demand, opponents: Sequence[Demand], shelf: Shelf, *, is_sure: bool = True) -> Refusal:
    """Why a demand does not go with others that are met.

    Args:
        demand: the one that is refused.
        opponents: a least set of those that it does not go with.
        shelf: what there is.
        is_sure: whether all ways were tried.
    """
    parties = (*opponents, demand)
    others = ", ".join(_describe(other) for other in opponents)
    lines = []
    if opponents and all(other.key == demand.key for other in opponents):
        lines.append(f"there is {_list(shelf.find(demand.key))}")
    else:
        for party in parties:
            lines.append(f"{party} is {_list(_find_fitting(party, shelf))}")
        lines += _find_clashes(parties, shelf)
    if not is_sure:
        lines.append(_CUT_SHORT)
    return Refusal(
        demand=demand,
        reason=f"{_describe(demand)} does not go with {others or 'the others'}",
        lines=tuple(lines),
        opponents=tuple(opponents),
    )


def _find_fitting(demand: Demand, shelf: Shelf) -> tuple[Offer, ...]:
    return tuple(offer for offer in shelf.find(demand.key) if shelf.fits(offer, demand))


def _find_clashes(parties: Iterable[Demand], shelf: Shelf) -> list[str]:
    """What the parties cannot share: each has to settle it, and there is nothing that all of them could agree on."""
    wanted: dict[Key, list[frozenset[Hashable]]] = {}
    for party in parties:
        offers = _find_fitting(party, shelf)
        claims: dict[Key, list[Hashable]] = {}
        for offer in offers:
            world = shelf.market.world_of(party.key, offer)
            if world:
                claims.setdefault(WORLD, []).append(world)
            for name, value in dict(shelf.claims_of(party.key, offer)).items():
                claims.setdefault(name, []).append(value)
        for name, values in claims.items():
            if len(values) == len(offers):
                wanted.setdefault(name, []).append(frozenset(values))
    clashes = [name for name, values in wanted.items() if not frozenset.intersection(*values)]
    if any(head != PLACE for head, _ in clashes):  # two offers of one thing: that their versions differ is no news
        clashes = [name for name in clashes if not name[1].startswith("version ")]
    return [describe_place(name) for name in clashes]


def describe_place(name: Key) -> str:
    """What cannot be shared, as one says why two things do not go together."""
    head, rest = name
    if head != PLACE:
        return f"one {short_name(rest)} is for all who ask"
    kind, *members = rest.split(" ")
    names = " and ".join(map(short_name, members))
    if kind == "world":
        return "the libraries of one Python process come from one ecosystem"
    if kind == "exclusive":
        return f"{names} cannot live together"
    if kind == "version":
        return f"{names} is one version, to link with and to run"
    return f"the provider of {names} is one library for all"


def _describe(demand: Demand) -> str:
    asked = f" for {demand.requested_by}" if demand.requested_by else ""
    return f"{demand} ({demand.phase}{asked})"


def _list(offers: Iterable[Offer]) -> str:
    return ", ".join(dict.fromkeys(str(offer) for offer in offers)) or "nowhere"
