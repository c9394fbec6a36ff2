"""micromamba, which needs no Python."""

from __future__ import annotations

from extdeps.manager.mamba import Mamba


class Micromamba(Mamba):
    """micromamba."""

    name = "micromamba"
    executables = ("micromamba",)
