"""Chocolatey: Windows."""

from __future__ import annotations

from extdeps.manager.base import BaseManager

_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"


class Choco(BaseManager):
    """choco."""

    name = "choco"
    ecosystems = ("chocolatey",)
    executables = ("choco",)
    install = ("choco", "install")
    answers = ("--yes",)
    grammar = _WORD
    files = (".nupkg", ".config")
