"""What there is to choose from, and by which preferences."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cache

from extdeps.model.identifier import is_virtual
from extdeps.model.requirement import PHASES
from extdeps.resolve.requirement import Place
from extdeps.versions.loose import key as version_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from extdeps.resolve.candidate import Key, Offer
    from extdeps.resolve.requirement import Demand


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """The order in which offers are tried (`pep_draft`, "Preferences").

    What is already here comes first; then the ecosystem of the Python that decides; then the user's order of managers;
    then, of those who provide a virtual, one that is asked for anyway, and the ecosystem's own choice, which is what
    its Python was built with; then what brings the fewest new packages; then what needs no root; then the newest.

    Args:
        home: the ecosystem of the Python that decides.
        managers: the user's order; a manager that is not in it comes after those that are.
        without: managers that are not to be used.
    """

    home: str = ""
    managers: tuple[str, ...] = ()
    without: frozenset[str] = frozenset()

    def rank(self, offer: Offer, identifier: str) -> tuple[bool, bool, int, int, int, bool]:
        """A sort key; the least is tried first.

        Args:
            offer: what is compared.
            identifier: what it would answer, which may be a virtual one.
        """
        listed = self.managers.index(offer.source) if offer.source in self.managers else len(self.managers)
        is_asked = offer.is_asked and identifier != offer.identifier
        choice, new = (-1, 0) if is_asked else (dict(offer.choices).get(identifier, 0), offer.new)
        return (not offer.is_here, offer.ecosystem != self.home, listed, choice, new, offer.is_elevated)


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
class Exclusive:
    """Identifiers of which one process, or one machine, bears only one.

    Args:
        members: the identifiers.
        phases: those in which they meet.
        ecosystems: where the packages are from that are in conflict; everywhere if empty.
    """

    members: tuple[str, ...]
    phases: tuple[str, ...] = PHASES
    ecosystems: frozenset[str] = frozenset()

    def concerns(self, phase: str, offer: Offer) -> bool:
        """Whether an offer, as an answer in a phase, is one of them."""
        is_of_it = not self.ecosystems or offer.ecosystem in self.ecosystems
        return offer.identifier in self.members and phase in self.phases and is_of_it


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """Everything that the resolver may choose from.

    Args:
        offers: by identifier.
        providers: by virtual identifier, what can stand for it, the registry's first choice first.
        coherent: groups of virtuals that one provider has to serve together (BLAS and LAPACK).
        neutral: providers that go with any provider of the others in such a group.
        exclusive: groups of identifiers that cannot live together.
        capabilities: by phase, what the machine itself has or lacks; what managers offer for these does not count.
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
    neutral: frozenset[str] = frozenset()
    exclusive: tuple[Exclusive, ...] = ()
    capabilities: frozenset[Key] = frozenset()
    alternatives: Mapping[str, tuple[Alternative, ...]] = field(default_factory=dict)
    elsewhere: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    find_release: Callable[[Demand], str] = lambda _demand: ""
    preferences: Preferences = field(default_factory=Preferences)

    def find(self, identifier: str, phase: str) -> tuple[Offer, ...]:
        """Every offer of an identifier, or of what provides it, for a phase, the preferred one first.

        Where the preferences tell two apart in nothing, the registry's first choice of provider comes first, then the
        newest, then the names decide, so that the order in which offers are listed does not.
        """
        found: list[tuple[int, Offer]] = []
        for place, name in enumerate(self._names(identifier)):
            is_of_machine = self._is_of_machine(phase, identifier, name)
            for offer in self.offers.get(name, ()):
                is_usable = offer.is_here if is_of_machine else offer.source not in self.preferences.without
                if is_usable and phase in offer.phases:
                    found.append((place, offer))
        found.sort(key=lambda item: _last_resort(item[1]))
        found.sort(key=lambda item: _age(item[1].version), reverse=True)
        found.sort(key=lambda item: (*self.preferences.rank(item[1], identifier), item[0]))
        return tuple(offer for _, offer in found)

    def _is_of_machine(self, phase: str, *identifiers: str) -> bool:
        return any((phase, name) in self.capabilities for name in identifiers)

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
        if offer.identifier != identifier and offer.identifier not in self.neutral:
            for group in self.coherent:
                if identifier in group:
                    yield Place(kind="provider", members=group, value=offer.identifier)
        for conflict in self.exclusive:
            if conflict.concerns(phase, offer):
                yield Place(kind="exclusive", members=conflict.members, value=offer.identifier)
        if phase != "build" and offer.version and not offer.is_here:
            yield Place(kind="version", members=(identifier,), value=(offer.identifier, _age(offer.version)))

    def world_of(self, key: Key, offer: Offer) -> str:
        """The ecosystem that an offer brings into the process; empty where it brings none.

        A program that builds runs beside the process, a capability of the machine is of no ecosystem, and a wheel of
        PyPI carries what it needs and is loaded into any process (the manylinux policy, PEP 600).
        """
        phase, identifier = key
        is_free = (
            phase == "build" or offer.ecosystem == "pypi" or self._is_of_machine(phase, identifier, offer.identifier)
        )
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
