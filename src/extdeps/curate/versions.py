"""The document of versions of a release, out of its index."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.catalog.versions import is_word
from extdeps.curate.layout import VERSIONS, render_document
from extdeps.curate.shipment import Packages
from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.catalog.mapping import Mapping
    from extdeps.curate.index.interface import PackageIndex, Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Collection:
    """What an index says of the packages of a mapping.

    Args:
        text: the document.
        count: how many packages have a version in it.
        absent: the packages of the mapping that the index does not have, or gives no version for.
    """

    text: str
    count: int
    absent: tuple[str, ...]


def collect_versions(mapping: Mapping, index: PackageIndex, source: Source, *, today: str) -> Collection:
    """Note the versions of the packages that a mapping names.

    Packages of a vendor's repository, which has an index of its own, are left out.

    Args:
        mapping: the entries of the ecosystem and release of the index.
        index: the packages that there are.
        source: where the index was read from.
        today: the day of the document where the index gives none (ISO 8601).

    Raises:
        DocumentError: the mapping is wrong.
        FetchError: the index cannot be read.
        UsageError: the index does not tell versions.
    """
    if not index.tells_versions:
        raise UsageError(f"`{index.name}` does not tell which versions of its packages are installed")
    packages = Packages(index)
    entries = (specs for specs in map(mapping.find, mapping) if specs and packages.covers(specs))
    names = sorted({name for specs in entries for name in specs.names})
    known = {name: packages.known[name].version for name in names if name in packages.known}
    versions = {name: version for name, version in known.items() if is_word(name) and is_word(version)}
    document = {
        "schema_version": 1,
        "ecosystem": str(source.ecosystem),
        "as_of": index.date or today,
        "source": index.name,
        "architecture": source.architecture,
        VERSIONS: versions,
    }
    absent = tuple(name for name in names if name not in versions)
    return Collection(text=render_document(document, index.name), count=len(versions), absent=absent)
