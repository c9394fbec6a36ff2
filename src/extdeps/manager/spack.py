"""Spack."""

from __future__ import annotations

from extdeps.manager.base import BaseManager


class Spack(BaseManager):
    """spack."""

    name = "spack"
    ecosystems = ("spack",)
    executables = ("spack",)
    install = ("spack", "install")
    grammar = r"[a-z0-9][a-z0-9-]*"
