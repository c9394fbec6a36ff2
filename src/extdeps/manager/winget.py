"""winget: Windows."""

from __future__ import annotations

from extdeps.manager.base import BaseManager

_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"


class Winget(BaseManager):
    """winget."""

    name = "winget"
    ecosystems = ("winget",)
    executables = ("winget",)
    install = ("winget", "install", "--exact")
    grammar = _WORD
