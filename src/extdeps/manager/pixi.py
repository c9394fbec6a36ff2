"""pixi, whose packages belong to a project."""

from __future__ import annotations

from extdeps.manager.conda import Conda


class Pixi(Conda):
    """pixi."""

    name = "pixi"
    executables = ("pixi",)
    install = ("pixi", "add")
    answers = ()
