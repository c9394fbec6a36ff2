"""What there is to choose from, and by which preferences."""

from __future__ import annotations

from dataclasses import dataclass, field

from extdeps.model.identifier import is_virtual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.requirement import Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """The order in which offers are tried (`pep_draft`, "Preferences").

    What is already here comes first; then the ecosystem of the Python that decides; then the user's order of managers;
    then what brings the fewest new packages; then what needs no root; then, of those who provide a virtual, the
    ecosystem's own choice; then the newest version.

    Args:
        home: the ecosystem of the Python that decides.
        managers: the user's order; a manager that is not in it comes after those that are.
        without: managers that are not to be used.
    """

    home: str = ""
    managers: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()

    def rank(self, offer: Offer) -> tuple[object, ...]:
        """A sort key; the least is tried first."""
        listed = self.managers.index(offer.source) if offer.source in self.managers else len(self.managers)
        return (not offer.is_here, offer.ecosystem != self.home, listed, offer.new, offer.is_elevated, offer.choice)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """Other versions of a project, which need something else.

    Args:
        name: the project with the range of its versions: `pyproj>=3.5,<3.7`.
        demands: what those need.
        instead_of: what was asked for of the project, where none of them is in it (`pyproj>=3.7`); else empty.
    """

    name: str
    demands: tuple[Demand, ...]
    instead_of: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Everything that the resolver may choose from.

    Args:
        offers: by identifier.
        providers: by virtual identifier, what can stand for it, the registry's first choice first.
        coherent: groups of virtuals that one provider has to serve together (BLAS and LAPACK).
        exclusive: groups of identifiers of which one process, or one machine, bears only one.
        alternatives: by subject, what other versions of the project need, the best first; asked only for subjects
            of which something is refused.
        elsewhere: by identifier, what could be said of ecosystems that are not on the machine, the best first; asked
            only for what is refused.
        find_release: what could be said of other releases of the machine's distribution, or empty.
        preferences: in which order offers are tried.
    """

    offers: Mapping[str, tuple[Offer, ...]] = field(default_factory=dict)
    providers: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    coherent: tuple[tuple[str, ...], ...] = ()
    exclusive: tuple[tuple[str, ...], ...] = ()
    alternatives: Mapping[str, tuple[Alternative, ...]] = field(default_factory=dict)
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    find_release: Callable[[Demand], str] = lambda _demand: ""
    preferences: Preferences = field(default_factory=Preferences)

    def find(self, identifier: str, phase: str) -> tuple[Offer, ...]:
        """Every offer of an identifier, or of what provides it, for a phase, the preferred one first."""
        names = self.providers.get(identifier, ()) if is_virtual(identifier) else (identifier,)
        found = [offer for name in names for offer in self._newest_first(name) if phase in offer.phases]
        return tuple(sorted(found, key=self.preferences.rank))

    def _newest_first(self, identifier: str) -> Iterator[Offer]:
        from functools import cmp_to_key

        from extdeps.versions.loose import Loose

        order = cmp_to_key(Loose().compare)
        offers = (item for item in self.offers.get(identifier, ()) if item.source not in self.preferences.without)
        yield from sorted(offers, key=lambda offer: order(offer.version), reverse=True)

    def places_of(self, identifier: str, provider: str) -> Iterator[tuple[str, str]]:
        """The places that a choice takes beside the world, with what takes them.

        Args:
            identifier: what is answered.
            provider: what answers it.
        """
        for group in self.coherent:
            if identifier in group:
                yield f"the provider of {' and '.join(short_name(name) for name in group)}", provider
        for group in self.exclusive:
            if provider in group:
                yield f"one of {', '.join(short_name(name) for name in group)}", provider


def short_name(identifier: str) -> str:
    """The last part of an identifier, as people call it."""
    return identifier.rpartition("/")[2]
