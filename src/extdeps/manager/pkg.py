"""pkg: FreeBSD."""

from __future__ import annotations

from extdeps.manager.base import BaseManager

_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"


class Pkg(BaseManager):
    """pkg."""

    name = "pkg"
    ecosystems = ("freebsd",)
    executables = ("pkg",)
    is_system = True
    install = ("pkg", "install")
    answers = ("--yes",)
    grammar = rf"({_WORD}/)?{_WORD}"
    files = (".pkg",)
