"""What there is to choose from, and by which preferences."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from extdeps.model.identifier import is_virtual
from extdeps.resolve.requirement import Place
from extdeps.versions.loose import key as version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.requirement import Demand, Key


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """The order in which offers are tried (`pep_draft`, "Preferences").

    What is already here comes first; then the ecosystem of the Python that decides; then the user's order of managers;
    then what brings the fewest new packages; then what needs no root; then the newest version.

    Args:
        home: the ecosystem of the Python that decides.
        managers: the user's order; a manager that is not in it comes after those that are.
        without: managers that are not to be used.
    """

    home: str = ""
    managers: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()

    def rank(self, offer: Offer) -> tuple[bool, bool, int, int, bool]:
        """A sort key; the least is tried first."""
        listed = self.managers.index(offer.source) if offer.source in self.managers else len(self.managers)
        return (not offer.is_here, offer.ecosystem != self.home, listed, offer.new, offer.is_elevated)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Other versions of a project, which need something else.

    Args:
        name: the project with the range of its versions: `pyproj<3.7`.
        demands: what those need.
    """

    name: str
    demands: tuple[Demand, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Everything that the resolver may choose from.

    Args:
        offers: by identifier.
        providers: by virtual identifier, what can stand for it, the registry's first choice first.
        coherent: groups of virtuals that one provider has to serve together (BLAS and LAPACK).
        exclusive: groups of identifiers of which one process, or one machine, bears only one.
        capabilities: what the machine itself has or lacks; what managers offer for these does not count.
        alternatives: by project, what its other versions need, the newest first.
        preferences: in which order offers are tried.
    """

    offers: Mapping[str, tuple[Offer, ...]] = field(default_factory=dict)
    providers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    coherent: tuple[tuple[str, ...], ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    capabilities: frozenset[str] = frozenset()
    alternatives: Mapping[str, tuple[Alternative, ...]] = field(default_factory=dict)
    preferences: Preferences = field(default_factory=Preferences)

    def find(self, identifier: str, phase: str) -> tuple[Offer, ...]:
        """Every offer of an identifier, or of what provides it, for a phase, the preferred one first.

        Where the preferences tell two apart in nothing, the registry's first choice of provider comes first, then the
        newest, then the names decide, so that the order in which offers are listed does not.
        """
        found: list[tuple[int, Offer]] = []
        for place, name in enumerate(self._names(identifier)):
            is_of_machine = identifier in self.capabilities or name in self.capabilities
            for offer in self.offers.get(name, ()):
                is_usable = offer.is_here if is_of_machine else offer.source not in self.preferences.without
                if is_usable and phase in offer.phases:
                    found.append((place, offer))
        found.sort(key=lambda item: _last_resort(item[1]))
        found.sort(key=lambda item: _age(item[1].version), reverse=True)
        found.sort(key=lambda item: (*self.preferences.rank(item[1]), item[0]))
        return tuple(offer for _, offer in found)

    def _names(self, identifier: str) -> tuple[str, ...]:
        """What can answer; of a virtual also what does not tell which provider it is."""
        if not is_virtual(identifier):
            return (identifier,)
        return tuple(dict.fromkeys((identifier, *self.providers.get(identifier, ()))))

    def places_of(self, key: Key, offer: Offer) -> Iterator[Place]:
        """The places that an offer takes as the answer to a key, beside the world.

        An offer that does not tell which provider it is goes with every one. What is here keeps its version.
        """
        phase, identifier = key
        if offer.identifier != identifier:
            for group in self.coherent:
                if identifier in group:
                    yield Place(kind="provider", members=group, value=offer.identifier)
        for group in self.exclusive:
            if offer.identifier in group:
                yield Place(kind="exclusive", members=group, value=offer.identifier)
        if phase != "build" and offer.version and not offer.is_here:
            yield Place(kind="version", members=(identifier,), value=(offer.identifier, _age(offer.version)))

    def world_of(self, key: Key, offer: Offer) -> str:
        """The ecosystem that an offer brings into the process; empty where it brings none.

        A program that builds runs beside the process, and a capability of the machine is of no ecosystem.
        """
        phase, identifier = key
        is_free = phase == "build" or identifier in self.capabilities or offer.identifier in self.capabilities
        return "" if is_free else offer.ecosystem


@cache
def _age(version: str) -> tuple[bool, object]:
    """A key that orders as `extdeps.versions.loose.Loose` does."""
    parsed = version_key(version)
    return (parsed is not None, version if parsed is None else parsed)


def _last_resort(offer: Offer) -> tuple[object, ...]:
    return (offer.source, offer.ecosystem, offer.version, offer.packages, offer.is_assumed, offer.phases)


def short_name(identifier: str) -> str:
    """The last part of an identifier, as people call it."""
    return identifier.rpartition("/")[2]
