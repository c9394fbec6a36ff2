"""Guix: the document of all packages that its website publishes.

Format: `packages-json-builder` of https://git.savannah.gnu.org/cgit/guix/guix-artwork.git
"""

from __future__ import annotations

import re

from extdeps.curate.index.interface import Package
from extdeps.curate.index.names import NamesIndex
from extdeps.curate.index.trust import UnsignedSite
from extdeps.versions.loose import Loose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.trust import Document

_ADDRESS = "https://guix.gnu.org"
_FILE = "packages.json"
_REPOSITORY = "guix"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9+._-]*")


def open_index(source: Source) -> NamesIndex:
    """The packages of the Guix channel by their names, each as its newest version is, which is what a name installs.

    What they depend on is not told.

    Raises:
        UntrustedIndexError: nobody vouches for the address.
    """
    site = UnsignedSite(source, _ADDRESS)
    return NamesIndex(site.address, _REPOSITORY, lambda: _find_newest(_read_packages(site.get(_FILE))))


def _find_newest(packages: Iterable[Package]) -> Iterable[Package]:
    newest: dict[str, Package] = {}
    order = Loose()
    for package in packages:
        other = newest.get(package.name)
        if other is None or order.compare(package.version, other.version) >= 0:
            newest[package.name] = package
    return newest.values()


def _read_packages(document: Document) -> Iterator[Package]:
    reader = document.parse()
    for number, _ in enumerate(reader.iter_items()):
        entry = reader.value()
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(name, str) or not _NAME.fullmatch(name):
            raise document.fault(f"`[{number}].name` is not the name of a package")
        yield Package(
            name=name,
            repository=_REPOSITORY,
            summary=str(entry.get("synopsis") or ""),
            version=str(entry.get("version") or ""),
        )
    reader.end()
