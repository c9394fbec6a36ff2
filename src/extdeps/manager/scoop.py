"""Scoop: Windows, for one user."""

from __future__ import annotations

from extdeps.manager.base import BaseManager

_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"


class Scoop(BaseManager):
    """scoop."""

    name = "scoop"
    ecosystems = ("scoop",)
    executables = ("scoop",)
    install = ("scoop", "install")
    grammar = rf"({_WORD}/)?{_WORD}"
    files = (".json",)
