"""What a package manager can be asked."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from extdeps.host import Host
else:
    Protocol = object


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

    def needs_elevation(self, host: Host, /) -> bool:
        """Whether they have to run as root there."""
