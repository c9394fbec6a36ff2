"""`extdeps wheel`: what is in wheels."""

from extdeps.cli.commands.wheel.table import configure, execute

__all__ = ["configure", "execute"]
