"""What a package database answers."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection
    from typing import Protocol

    from extdeps.model.evidence import Evidence
    from extdeps.versions.upstream import Scheme
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


def installed_package(name: str, packaged: str, scheme: Scheme, *, location: str, origin: str) -> Evidence:
    """The evidence that an installed package is.

    Args:
        name: what it is called in the database, which may not be what was asked for.
        packaged: its version as the manager writes it.
        scheme: how that version is to be read.
        location: the file of the database, or the package's own directory.
        origin: the tool or the files that were read.
    """
    from extdeps.model.evidence import Evidence
    from extdeps.versions.upstream import upstream_version

    return Evidence(
        kind="package",
        name=name,
        location=location,
        version=upstream_version(packaged, scheme),
        origin=origin,
        packaged=packaged,
    )
