"""micromamba, which needs no Python."""

from __future__ import annotations

from extdeps.manager.conda import Conda


class Micromamba(Conda):
    """micromamba."""

    name = "micromamba"
    executables = ("micromamba",)
    install = ("micromamba", "install", "--channel", "conda-forge")
