"""The five answers that resolvelib asks for."""

from __future__ import annotations

from extdeps.model.identifier import is_virtual
from extdeps.resolve.candidate import Choice, Taken
from extdeps.resolve.requirement import Demand, Pin, Place
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.market import Market
    from extdeps.resolve.requirement import Key

    Requirement = Demand | Pin | Place
    Candidate = Choice | Taken

WORLD = "the packages of one Python process"


class Provider:
    """Tells resolvelib what a market offers (`resolvelib.AbstractProvider`).

    Args:
        market: what there is to choose from.
    """

    def __init__(self, market: Market) -> None:
        self._market = market

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
        """Places first, since they narrow the rest; then what is here, so that it decides for what has a choice.

        Then what has the fewest ways; then by name, to be stable.
        """
        found = list(candidates[identifier])
        is_here = any(isinstance(item, Choice) and item.offer.is_here for item in found[:1])
        return (identifier[0] != "place", not is_here, len(found), identifier)

    def narrow_requirement_selection(
        self,
        identifiers: Iterable[Key],
        resolutions: Mapping[Key, Candidate],  # noqa: ARG002
        candidates: Mapping[Key, Iterator[Candidate]],  # noqa: ARG002
        information: Mapping[Key, Iterator[object]],  # noqa: ARG002
        backtrack_causes: Sequence[object],  # noqa: ARG002
    ) -> Iterable[Key]:
        return identifiers

    def find_matches(
        self,
        identifier: Key,
        requirements: Mapping[Key, Iterator[Requirement]],
        incompatibilities: Mapping[Key, Iterator[Candidate]],
    ) -> list[Candidate]:
        asked = list(requirements[identifier])
        excluded = list(incompatibilities[identifier])
        first = asked[0]
        found: list[Candidate]
        if isinstance(first, Place):
            found = [Taken(key=identifier, value=first.value)]
        else:
            found = [Choice(key=identifier, offer=offer) for offer in self._market.find(identifier[1], identifier[0])]
        return [
            candidate
            for candidate in found
            if candidate not in excluded and all(self.is_satisfied_by(item, candidate) for item in asked)
        ]

    def is_satisfied_by(self, requirement: Requirement, candidate: Candidate) -> bool:
        if isinstance(requirement, Place):
            return isinstance(candidate, Taken) and candidate.value == requirement.value
        if not isinstance(candidate, Choice):
            return False
        if isinstance(requirement, Pin):
            return candidate.offer == requirement.offer
        return fits(candidate.offer, requirement)

    def get_dependencies(self, candidate: Candidate) -> Iterable[Requirement]:
        if isinstance(candidate, Taken):
            return
        phase, identifier = candidate.key
        offer = candidate.offer
        if phase != "build" and offer.ecosystem:  # a program that builds runs beside the Python process
            yield Place(name=WORLD, value=offer.ecosystem)
        for name, value in self._market.places_of(identifier, offer.identifier):
            yield Place(name=name, value=value)
        if is_virtual(identifier):
            yield Pin(key=(phase, offer.identifier), offer=offer)


def fits(offer: Offer, demand: Demand) -> bool:
    """Whether the version of an offer is in the range of a demand; one that cannot be told is in none."""
    if not demand.constraints or offer.is_assumed:
        return True
    return satisfies(offer.version_of(demand.identifier), demand.constraints) is True
