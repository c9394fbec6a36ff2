"""What can meet a demand: what is here, or packages of one manager at one version."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.model.plan import HERE
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Hashable

    from extdeps.model.constraint import Constraint
    from extdeps.model.requirement import Phase

    Key = tuple[str, str]
    """What is decided once: a phase and an identifier, or that it is about a place and which."""

    Asked = tuple[str, str, tuple[Constraint, ...]]
    """An identifier, the pkg-config module by whose name it was asked for (or empty), and the range."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One way to have an identifier.

    Args:
        identifier: what is had; a virtual one only where it cannot be told which of its providers it is.
        source: `here`, or the manager that installs it.
        ecosystem: where its packages come from; empty for what is not a package of any (a driver, a capability).
        version: the upstream version, or empty where it does not tell.
        packages: what supplies it.
        lacking: those of them that have to be installed or upgraded for it, which the machine does not have yet.
        new: how many packages would be new on the machine.
        is_elevated: whether root is needed for it.
        phases: the phases that it serves; what is here may be the library without its headers.
        choices: by virtual, its place among those who provide it in the ecosystem, 0 for the ecosystem's own choice.
        interfaces: by virtual, the version of it that is implemented; empty where that cannot be told.
        verdicts: of what is here, by what was asked for, whether a check found the range satisfied.
        is_assumed: whether its version cannot be looked up, and is taken to be in every range.
        is_asked: whether somebody asks for it by its own name, so that a virtual brings nothing new with it.
        takes_range: whether the manager can be told the range that a demand on it has.
    """

    identifier: str
    source: str
    ecosystem: str = ""
    version: str = ""
    packages: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    new: int = 0
    is_elevated: bool = False
    phases: tuple[Phase, ...] = PHASES
    choices: tuple[tuple[str, int], ...] = ()
    interfaces: tuple[tuple[str, str], ...] = ()
    verdicts: tuple[tuple[Asked, bool], ...] = ()
    is_assumed: bool = False
    is_asked: bool = False
    takes_range: bool = False

    def version_of(self, identifier: str) -> str:
        """The version that counts for an identifier: of a virtual, that of the interface."""
        return dict(self.interfaces).get(identifier, self.version)

    @property
    def is_here(self) -> bool:
        """Whether nothing has to be installed for it."""
        return self.source == HERE

    def __str__(self) -> str:
        version = self.version or ("some version" if self.is_assumed else "of unknown version")
        return f"{version} here" if self.is_here else f"{version} of {self.source}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """An offer, as the answer to a key.

    Args:
        key: the phase and the identifier that are answered, which may be a virtual one.
        offer: what answers.
    """

    key: Key
    offer: Offer


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """A place that is taken.

    Args:
        key: the place.
        value: what takes it.
    """

    key: Key
    value: Hashable
