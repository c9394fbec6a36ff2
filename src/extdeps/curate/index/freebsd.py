"""FreeBSD: the catalogue of a repository of packages.

Format: pkg-repository(5); a tar archive whose member `packagesite.yaml` has an object of JSON on each line
"""

from __future__ import annotations

import io
import json
import re

from extdeps.curate.index.interface import Package
from extdeps.curate.index.names import NamesIndex
from extdeps.curate.index.tararchive import iter_members
from extdeps.curate.index.trust import UnsignedSite
from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.trust import Document

    Entry = dict[str, object]

_ADDRESS = "https://pkg.freebsd.org/FreeBSD:{release}:{architecture}/quarterly"
_ARCHITECTURES = {"arm64": "aarch64"}
_FILES = ("packagesite.pkg", "packagesite.txz", "packagesite.yaml")
_MEMBER = "packagesite.yaml"
_REPOSITORY = "ports"
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+@-]*")
_LIMIT = 256 * 1024 * 1024
"""Bytes of a catalogue; that of all ports has some 100 MB."""


def open_index(source: Source) -> NamesIndex:
    """The packages of a release by their names; each answers to its origin (`category/port`) too.

    Raises:
        UsageError: the release is not named.
        UntrustedIndexError: nobody vouches for the address.
    """
    release = source.ecosystem.release.partition(".")[0]
    if not release and not source.address:
        raise UsageError(f"`{source.ecosystem}` names no release", hint=f"write `{source.ecosystem}+RELEASE`")
    architecture = _ARCHITECTURES.get(source.architecture, source.architecture)
    site = UnsignedSite(source, _ADDRESS.format(release=release, architecture=architecture))
    return NamesIndex(site.address, _REPOSITORY, lambda: _read_packages(site.get(*_FILES)))


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
        repository=_REPOSITORY,
        depends=tuple((other,) for other in dependencies),
        provides=(origin,) if isinstance(origin, str) else (),
        summary=str(entry.get("comment") or ""),
        version=str(entry.get("version") or ""),
    )


def _read_lines(document: Document) -> Iterator[bytes]:
    """The lines of the catalogue, from the archive or as it is."""
    content = document.read(_LIMIT)
    if content.startswith(b"{"):
        return iter(io.BytesIO(content))
    members = dict(iter_members(content, document.address, lambda path: path == _MEMBER))
    return iter(io.BytesIO(members.get(_MEMBER, b"")))
