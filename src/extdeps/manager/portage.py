"""Portage: Gentoo and what derives from it."""

from __future__ import annotations

from extdeps.manager.base import BaseManager


class Portage(BaseManager):
    """emerge."""

    name = "emerge"
    ecosystems = ("gentoo",)
    executables = ("emerge",)
    is_system = True
    install = ("emerge", "--noreplace")
    grammar = r"[A-Za-z0-9_][A-Za-z0-9+_.-]*/[A-Za-z0-9_][A-Za-z0-9+_-]*"
