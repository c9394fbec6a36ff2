"""pacman: Arch Linux and what derives from it, and MSYS2."""

from __future__ import annotations

from extdeps.manager.base import BaseManager

TYPE_CHECKING = False
if TYPE_CHECKING:
    pass


class Pacman(BaseManager):
    """pacman."""

    name = "pacman"
    ecosystems = ("arch",)
    executables: tuple[str, ...] = ("pacman",)
    is_system = True
    scheme = "alpm"
    install = ("pacman", "-S", "--needed")
    answers = ("--noconfirm",)
    grammar = r"[a-z0-9@_+][a-z0-9@._+-]*"


class PacmanOfMsys2(Pacman):
    """pacman on Windows, which needs no root."""

    ecosystems = ("msys2",)
    executables: tuple[str, ...] = ()
    is_system = False
