"""micromamba, which needs no Python."""

from __future__ import annotations

from extdeps.manager.mamba import Mamba


class Micromamba(Mamba):
    """micromamba, whose options the first mamba did not have."""

    name = "micromamba"
    executables = ("micromamba",)
    keep = ("--no-allow-uninstall", "--no-allow-downgrade")
    lose = ("--allow-uninstall", "--allow-downgrade")
