"""Guix: the document of all packages that its website publishes.

Format: `packages-json-builder` of https://git.savannah.gnu.org/cgit/guix/guix-artwork.git
"""

from __future__ import annotations

import re
from functools import cached_property

from extdeps.curate.index.interface import Package
from extdeps.curate.index.trust import UnsignedSite
from extdeps.errors import FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.catalog.probes import Kind
    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.trust import Document

_ADDRESS = "https://guix.gnu.org"
_FILE = "packages.json"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9+._-]*")


def open_index(source: Source) -> GuixIndex:
    """The index of the packages of the Guix channel.

    Raises:
        UntrustedIndexError: nobody vouches for the address.
    """
    return GuixIndex(UnsignedSite(source, _ADDRESS))


class GuixIndex:
    """The packages by their names, whatever their versions; neither what they depend on nor their files is told.

    Args:
        site: the website, or the document itself.
    """

    default_repositories: tuple[str, ...] = ("guix",)
    shows: frozenset[Kind] = frozenset()

    def __init__(self, site: UnsignedSite) -> None:
        self.name = site.address
        self._site = site

    def packages(self) -> Mapping[str, Package]:
        return self._packages

    def find_files(self, _names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        return iter(())

    @cached_property
    def _packages(self) -> dict[str, Package]:
        packages = {package.name: package for package in _read_packages(self._site.get(_FILE))}
        if not packages:
            raise FetchError(f"`{self.name}` has no packages")
        return packages


def _read_packages(document: Document) -> Iterator[Package]:
    reader = document.parse()
    for number, _ in enumerate(reader.iter_items()):
        entry = reader.value()
        name = entry.get("name") if isinstance(entry, dict) else None
        if not isinstance(entry, dict) or not isinstance(name, str) or not _NAME.fullmatch(name):
            raise document.fault(f"`[{number}].name` is not the name of a package")
        yield Package(name=name, repository="guix", summary=str(entry.get("synopsis") or ""))
    reader.end()
