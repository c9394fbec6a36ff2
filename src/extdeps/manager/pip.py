"""pip: programs and libraries that PyPI has as wheels."""

from __future__ import annotations

from extdeps.manager.base import BaseManager


class Pip(BaseManager):
    """pip."""

    name = "pip"
    ecosystems = ("pypi",)
    executables = ("pip", "pip3")
    install = ("pip", "install")
    files = (".whl", ".zip", ".tar.gz")
    grammar = r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(\[[A-Za-z0-9._,-]+\])?"
