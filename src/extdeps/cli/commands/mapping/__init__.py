"""`extdeps mapping`: for packagers, the layout, the faults and the truth of the data, and what is in it."""

from extdeps.cli.commands.mapping.table import configure, execute

__all__ = ["configure", "execute"]
