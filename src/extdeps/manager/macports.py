"""MacPorts."""

from __future__ import annotations

from extdeps.manager.base import BaseManager

_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"


class Macports(BaseManager):
    """port."""

    name = "port"
    ecosystems = ("macports",)
    executables = ("port",)
    is_system = True
    install = ("port", "install")
    grammar = _WORD
