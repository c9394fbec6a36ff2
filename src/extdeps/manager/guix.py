"""Guix."""

from __future__ import annotations

from extdeps.manager.base import BaseManager


class Guix(BaseManager):
    """guix."""

    name = "guix"
    ecosystems = ("guix",)
    executables = ("guix",)
    install = ("guix", "install")
    grammar = r"[a-z0-9][a-z0-9+._-]*(:[a-z][a-z0-9-]*)?"
