"""What a market offers, each question answered once."""

from __future__ import annotations

from extdeps.model.identifier import is_virtual
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable, Mapping

    from extdeps.model.constraint import Constraint
    from extdeps.resolve.candidate import Key, Offer
    from extdeps.resolve.market import Market
    from extdeps.resolve.requirement import Demand

    Claims = tuple[tuple[Key, Hashable], ...]


class Shelf:
    """The offers of a market by key, sorted and compared with ranges once.

    Args:
        market: what there is to choose from; it must not change.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        self._found: dict[Key, tuple[Offer, ...]] = {}
        self._claims: dict[tuple[Key, int], Claims] = {}
        self._is_within: dict[tuple[str, tuple[Constraint, ...]], bool] = {}

    def find(self, key: Key) -> tuple[Offer, ...]:
        """Every offer for a phase and an identifier, the preferred one first."""
        found = self._found.get(key)
        if found is None:
            phase, identifier = key
            found = self._found[key] = self.market.find(identifier, phase)
        return found

    def find_in(self, key: Key, world: str) -> tuple[Offer, ...]:
        """Those of them that can be had where the process is of an ecosystem."""
        return tuple(offer for offer in self.find(key) if self.market.world_of(key, offer) in ("", world))

    def fits(self, offer: Offer, demand: Demand) -> bool:
        """Whether the version of an offer is in the range of a demand; one that cannot be told is in none.

        Of what is here a check has told. The version of a module cannot be told from a package before it is installed.
        """
        if not demand.constraints or offer.is_assumed:
            return True
        for asked, is_satisfied in offer.verdicts:
            if asked == (demand.identifier, demand.module, demand.constraints):
                return is_satisfied
        if demand.module and not offer.is_here:
            return True
        question = (offer.version_of(demand.identifier), demand.constraints)
        answer = self._is_within.get(question)
        if answer is None:
            answer = self._is_within[question] = satisfies(*question) is True
        return answer

    def find_fitting(self, demands: Iterable[Demand]) -> dict[Key, tuple[Offer, ...]]:
        """By key, the offers that all demands on it agree with."""
        fitting: dict[Key, tuple[Offer, ...]] = {}
        for demand in demands:
            offers = fitting[demand.key] if demand.key in fitting else self.find(demand.key)
            fitting[demand.key] = tuple(offer for offer in offers if self.fits(offer, demand))
        return fitting

    def claims_of(self, key: Key, offer: Offer) -> Claims:
        """What is settled once for all by an answer: places, and which offer of a provider it is."""
        question = (key, id(offer))
        claims = self._claims.get(question)
        if claims is None:
            claims = self._claims[question] = self._find_claims(key, offer)
        return claims

    def _find_claims(self, key: Key, offer: Offer) -> Claims:
        phase, identifier = key
        keys = (key, (phase, offer.identifier)) if is_virtual(identifier) else (key,)
        return tuple(
            claim
            for answered in keys
            for claim in (
                (answered, offer),
                *((place.key, place.value) for place in self.market.places_of(answered, offer)),
            )
        )


def find_contested(chosen: Mapping[Key, Offer], shelf: Shelf) -> set[Key]:
    """What has been settled in more than one way by a choice of offers."""
    settled: dict[Key, Hashable] = {}
    return {
        name
        for key, offer in chosen.items()
        for name, value in shelf.claims_of(key, offer)
        if settled.setdefault(name, value) != value
    }
