"""What a package manager can be asked."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from typing import Literal, Protocol

    from extdeps.host import Host

    ContentKind = Literal["pkg-config", "executable"]
else:
    Protocol = object
    ContentKind = str

_CONTENT = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]{0,127}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """Something that packages ship, by which an ecosystem may name them.

    Args:
        kind: a pkg-config module or a program.
        name: its name.
    """

    kind: ContentKind
    name: str

    @property
    def is_plain(self) -> bool:
        """Whether the name can stand in a spec and a pattern without meaning anything else there."""
        return _CONTENT.fullmatch(self.name) is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Derived:
    """What an ecosystem calls the package that ships something.

    Args:
        spec: what the manager is given.
        location: the path of the file in that package; empty where only the manager will know whether there is one.
    """

    spec: str
    location: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """The answer about several contents.

    Args:
        specs: those that can be named.
        note: why others could not be looked for, or empty.
    """

    specs: Mapping[Content, Derived] = field(default_factory=dict)
    note: str = ""


class Manager(Protocol):
    """One tool that installs packages of one ecosystem.

    Attributes:
        name: what the tool is called.
        ecosystems: the ecosystems whose packages it installs, the family's own first.
        executables: the programs, any of which means that the tool is here.
        is_system: whether it installs for the whole machine, so that a derivative is known by it.
    """

    name: str
    ecosystems: tuple[str, ...]
    executables: tuple[str, ...]
    is_system: bool

    def accepts(self, package: str, /) -> bool:
        """Whether a name follows the ecosystem's grammar, so that it can be no option, pattern or file."""

    def install_commands(self, packages: tuple[str, ...], host: Host, /) -> tuple[tuple[str, ...], ...]:
        """The commands, without elevation, that install packages on a host."""

    def has_repository(self, repository: str, host: Host, /) -> bool:
        """Whether a part of the ecosystem that is not on by itself is switched on there."""

    def derive(self, contents: Collection[Content], host: Host | None, /) -> Derivation:
        """Name packages by what they ship, for what no mapping names (`pep_draft`, "Names without a mapping").

        Args:
            contents: what is looked for, all at once.
            host: the machine, or None for one that is not here.
        """

    def needs_elevation(self, host: Host, /) -> bool:
        """Whether they have to run as root there."""
