"""FreeBSD: the catalogue of a repository of packages.

Format: pkg-repository(5); a tar archive whose member `packagesite.yaml` has an object of JSON on each line
"""

from __future__ import annotations

import io
import json
import re
import tarfile
from functools import cached_property

from extdeps.compression import decompress
from extdeps.curate.index.interface import Package
from extdeps.curate.index.trust import UnsignedSite
from extdeps.errors import FetchError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.catalog.probes import Kind
    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.trust import Document

    Entry = dict[str, object]

_ADDRESS = "https://pkg.freebsd.org/FreeBSD:{release}:{architecture}/quarterly"
_ARCHITECTURES = {"arm64": "aarch64"}
_FILES = ("packagesite.pkg", "packagesite.txz", "packagesite.yaml")
_MEMBER = "packagesite.yaml"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+@-]*")
_MAGIC = {b"\x28\xb5\x2f\xfd": ".zst", b"\xfd7zX": ".xz", b"BZh": ".bz2", b"\x1f\x8b": ".gz"}
_LIMIT = 256 * 1024 * 1024
"""Bytes of a catalogue; that of all ports has some 100 MB."""


def open_index(source: Source) -> FreebsdIndex:
    """The index of the packages of a release.

    Raises:
        UsageError: the release is not named.
        UntrustedIndexError: nobody vouches for the address.
    """
    release = source.ecosystem.release.partition(".")[0]
    if not release and not source.address:
        raise UsageError(f"`{source.ecosystem}` names no release", hint=f"write `{source.ecosystem}+RELEASE`")
    architecture = _ARCHITECTURES.get(source.architecture, source.architecture)
    return FreebsdIndex(UnsignedSite(source, _ADDRESS.format(release=release, architecture=architecture)))


class FreebsdIndex:
    """The packages of a repository by their names; each answers to its origin (`category/port`) too.

    Args:
        site: the repository, or its catalogue.
    """

    default_repositories: tuple[str, ...] = ("ports",)
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
        packages = {package.name: package for package in _read_packages(self._site.get(*_FILES))}
        if not packages:
            raise FetchError(f"`{self.name}` has no packages")
        return packages


def _read_packages(document: Document) -> Iterator[Package]:
    for number, line in enumerate(_read_lines(document), start=1):
        if line.strip():
            yield _parse_package(line, f"line {number} of `{_MEMBER}`", document)


def _parse_package(line: bytes, place: str, document: Document) -> Package:
    try:
        entry = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise document.fault(f"{place}: {error}") from error
    name = entry.get("name") if isinstance(entry, dict) else None
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise document.fault(f"{place}: `name` is not the name of a package")
    dependencies = entry.get("deps") or {}
    if not isinstance(dependencies, dict):
        raise document.fault(f"{place}: `deps` is not an object")
    origin = entry.get("origin")
    return Package(
        name=name,
        repository="ports",
        depends=tuple((other,) for other in dependencies),
        provides=(origin,) if isinstance(origin, str) else (),
        summary=str(entry.get("comment") or ""),
    )


def _read_lines(document: Document) -> Iterator[bytes]:
    """The lines of the catalogue, from the archive or as it is."""
    content = document.read(_LIMIT)
    ending = next((ending for magic, ending in _MAGIC.items() if content.startswith(magic)), "")
    content = decompress(content, f"{document.address}{ending}", limit=_LIMIT) if ending else content
    if content.startswith(b"{"):
        return iter(io.BytesIO(content))
    try:
        with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as archive:
            file = archive.extractfile(_MEMBER)
            return iter(io.BytesIO(file.read() if file else b""))
    except (tarfile.TarError, EOFError, OSError, ValueError, KeyError) as error:
        raise FetchError(f"`{document.address}` cannot be read", context=(str(error),)) from error
