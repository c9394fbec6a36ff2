"""conda."""

from __future__ import annotations

from extdeps.manager.base import BaseManager


class Conda(BaseManager):
    """conda."""

    name = "conda"
    ecosystems = ("conda-forge",)
    executables: tuple[str, ...] = ("conda",)
    scheme = "conda"
    install: tuple[str, ...] = ("conda", "install", "--channel", "conda-forge")
    answers: tuple[str, ...] = ("--yes",)
    grammar = r"[a-z0-9_][a-z0-9_.-]*"
    files = (".conda", ".tar.bz2")
