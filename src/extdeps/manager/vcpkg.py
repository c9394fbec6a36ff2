"""vcpkg."""

from __future__ import annotations

from extdeps.manager.base import BaseManager


class Vcpkg(BaseManager):
    """vcpkg."""

    name = "vcpkg"
    ecosystems = ("vcpkg",)
    executables = ("vcpkg",)
    install = ("vcpkg", "install")
    grammar = r"[a-z0-9]+(-[a-z0-9]+)*"
