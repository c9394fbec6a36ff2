"""What a package database answers."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Protocol

    from extdeps.model.evidence import Evidence
else:
    Protocol = object


class PackageDatabase(Protocol):
    """The installed packages of one ecosystem on one host."""

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        """The packages that are installed, also under a name that another provides.

        Args:
            names: package names in the ecosystem's own spelling.

        Returns:
            Evidence with the upstream version by name; None where the database cannot be read.
        """

    def owns(self, package: str, path: str, /) -> bool:
        """Whether an installed package brought this file."""
