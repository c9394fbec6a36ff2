"""The five answers that resolvelib asks for."""

from __future__ import annotations

from extdeps.model.identifier import is_virtual
from extdeps.resolve.candidate import Choice, Taken
from extdeps.resolve.requirement import PLACE, Demand, Pin, Place

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from extdeps.resolve.candidate import Key
    from extdeps.resolve.shelf import Shelf

    Requirement = Demand | Pin | Place
    Candidate = Choice | Taken


class Provider:
    """Tells resolvelib what a market offers to a process of one ecosystem (`resolvelib.AbstractProvider`).

    Args:
        shelf: what there is to choose from.
        world: the ecosystem of the process.
    """

    def __init__(self, shelf: Shelf, world: str) -> None:
        self._shelf = shelf
        self._world = world
        self._listed: dict[Key, list[Candidate]] = {}

    def identify(self, requirement_or_candidate: Requirement | Candidate) -> Key:
        return requirement_or_candidate.key

    def get_preference(
        self,
        identifier: Key,
        resolutions: Mapping[Key, Candidate],  # noqa: ARG002
        candidates: Mapping[Key, Iterator[Candidate]],
        information: Mapping[Key, Iterator[object]],  # noqa: ARG002
        backtrack_causes: Sequence[object],  # noqa: ARG002
    ) -> tuple[object, ...]:
        """What is here first, so that it decides for what has a choice.

        Then what has the fewest ways; then by name, to be stable.
        """
        found = list(candidates[identifier])
        is_here = any(isinstance(item, Choice) and item.offer.is_here for item in found[:1])
        return (not is_here, len(found), identifier)

    def narrow_requirement_selection(
        self,
        identifiers: Iterable[Key],
        resolutions: Mapping[Key, Candidate],  # noqa: ARG002
        candidates: Mapping[Key, Iterator[Candidate]],  # noqa: ARG002
        information: Mapping[Key, Iterator[object]],  # noqa: ARG002
        backtrack_causes: Sequence[object],  # noqa: ARG002
    ) -> Iterable[Key]:
        """Places before all others: they have one candidate, and it narrows the rest."""
        listed = list(identifiers)
        place = next((key for key in listed if key[0] == PLACE), None)
        return listed if place is None else (place,)

    def find_matches(
        self,
        identifier: Key,
        requirements: Mapping[Key, Iterator[Requirement]],
        incompatibilities: Mapping[Key, Iterator[Candidate]],
    ) -> list[Candidate]:
        asked = list(requirements[identifier])
        if not asked:  # what nobody asks for any longer, after a step back, is free
            return self._list_all(identifier)
        first = asked[0]
        found = [Taken(key=identifier, value=first.value)] if isinstance(first, Place) else self._list_all(identifier)
        excluded = list(incompatibilities[identifier])
        if isinstance(first, Place):
            return [item for item in found if item not in excluded and self._fits_all(item, asked)]
        gone = set(map(id, excluded))
        return [item for item in found if id(item) not in gone and self._fits_all(item, asked)]

    def _list_all(self, key: Key) -> list[Candidate]:
        """Every candidate of a key, each time the same ones."""
        if key[0] == PLACE:
            return [Taken(key=key, value=None)]
        if key not in self._listed:
            self._listed[key] = [Choice(key=key, offer=offer) for offer in self._shelf.find_in(key, self._world)]
        return self._listed[key]

    def _fits_all(self, candidate: Candidate, asked: Iterable[Requirement]) -> bool:
        return all(self.is_satisfied_by(requirement, candidate) for requirement in asked)

    def is_satisfied_by(self, requirement: Requirement, candidate: Candidate) -> bool:
        if isinstance(requirement, Place):
            return isinstance(candidate, Taken) and candidate.value == requirement.value
        if not isinstance(candidate, Choice):
            return False
        if isinstance(requirement, Pin):
            return candidate.offer is requirement.offer or candidate.offer == requirement.offer
        return self._shelf.fits(candidate.offer, requirement)

    def get_dependencies(self, candidate: Candidate) -> Iterable[Requirement]:
        if isinstance(candidate, Taken):
            return
        phase, identifier = candidate.key
        offer = candidate.offer
        yield from self._shelf.market.places_of(candidate.key, offer)
        if is_virtual(identifier) and offer.identifier != identifier:
            yield Pin(key=(phase, offer.identifier), offer=offer)
