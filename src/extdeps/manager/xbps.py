"""xbps: Void Linux."""

from __future__ import annotations

from extdeps.manager.base import BaseManager

_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"


class Xbps(BaseManager):
    """xbps-install."""

    name = "xbps"
    ecosystems = ("void",)
    executables = ("xbps-install",)
    is_system = True
    install = ("xbps-install", "-S")
    answers = ("--yes",)
    grammar = _WORD
