"""Homebrew."""

from __future__ import annotations

from extdeps.manager.base import BaseManager

_FORMULA = r"[a-z0-9][a-z0-9@._+-]*"


class Brew(BaseManager):
    """brew."""

    name = "brew"
    ecosystems = ("homebrew",)
    executables = ("brew",)
    scheme = "brew"
    install = ("brew", "install")
    grammar = rf"{_FORMULA}(/{_FORMULA}){{0,2}}"
    files = (".rb",)
