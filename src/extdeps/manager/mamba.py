"""mamba, which takes the place of conda."""

from __future__ import annotations

from extdeps.manager.conda import Conda


class Mamba(Conda):
    """mamba."""

    name = "mamba"
    executables = ("mamba",)
    install = ("mamba", "install", "--channel", "conda-forge")
