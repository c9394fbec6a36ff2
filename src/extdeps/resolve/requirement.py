"""What the resolver is asked for, and what a choice asks for in turn."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable
    from typing import Literal

    from extdeps.model.constraint import Constraint
    from extdeps.model.requirement import Phase
    from extdeps.resolve.candidate import Key, Offer

    PlaceKind = Literal["world", "provider", "exclusive", "version"]

PLACE = "place"
"""Stands in the key of a place where others have a phase."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Demand:
    """A requirement of somebody.

    Args:
        identifier: canonical; a virtual one is met by a provider.
        constraints: the range.
        phase: build, host or run.
        requested_by: who asks.
        module: the pkg-config module that was asked for by name; its versions are its own, and not those of packages.
    """

    identifier: str
    constraints: tuple[Constraint, ...] = ()
    phase: Phase = "host"
    requested_by: str = ""
    module: str = ""

    @property
    def key(self) -> Key:
        """What is decided once for all who ask."""
        return (self.phase, self.identifier)

    def __str__(self) -> str:
        name = self.module or self.identifier.removeprefix("dep:generic/").removeprefix("dep:virtual/interface/")
        return f"{name}{','.join(map(str, self.constraints))}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """The offer that a virtual has settled on, for what it provides it with.

    Args:
        key: the provider, in the same phase.
        offer: the one that it has to be.
    """

    key: Key
    offer: Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place that one thing alone can take.

    Args:
        kind: `world`, the ecosystem of a process; `provider`, what serves coherent virtuals; `exclusive`, one of
            several that cannot live together; `version`, what host and run have in common of one identifier.
        members: the identifiers that share it; none for the world.
        value: what takes it.
    """

    kind: PlaceKind
    members: tuple[str, ...] = ()
    value: Hashable

    @property
    def key(self) -> Key:
        """What is decided once for all who ask."""
        return _place_key(self.kind, self.members)


@lru_cache(maxsize=1024)
def _place_key(kind: PlaceKind, members: tuple[str, ...]) -> Key:
    return (PLACE, " ".join((kind, *members)))
