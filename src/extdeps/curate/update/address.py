"""Where a document comes from: an address of `known-ecosystems.json`, and the digest that vouches for it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.catalog.document import parse_document
from extdeps.declaration.external import normalize_name
from extdeps.declaration.index import find_digest
from extdeps.errors import DocumentError, UsageError

_PURL = re.compile(
    r"pkg:pypi/(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:@(?P<version>[A-Za-z0-9.!+_-]+))?#(?P<path>[^?#]+)"
)
_DIGEST = re.compile(r"sha256:([0-9A-Fa-f]{64})")


@dataclass(frozen=True, slots=True, kw_only=True)
class WheelAddress:
    """A file in the wheel of a project: `pkg:pypi/extdeps#mappings/debian.mapping.json` (a PURL).

    Args:
        project: the normalised name of the project.
        version: its version, or empty for the newest.
        path: the file, from the root of the wheel or of the package in it.
    """

    project: str
    version: str
    path: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainAddress:
    """A document by itself: `https://example.org/debian.mapping.json#sha256=...`.

    Args:
        url: its address.
        sha256: the digest in the fragment of the address.
    """

    url: str
    sha256: str


def parse_address(text: str) -> WheelAddress | PlainAddress | None:
    """Parse an address; None for one that nothing vouches for, or of another kind."""
    match = _PURL.fullmatch(text)
    if match:
        project = normalize_name(match["name"])
        return WheelAddress(project=project, version=match["version"] or "", path=match["path"].strip("/"))
    digest = find_digest(text) if text.startswith(("https://", "http://")) else ""
    return PlainAddress(url=text.partition("#")[0], sha256=digest) if digest else None


def parse_ecosystems(content: bytes, place: str) -> dict[str, str]:
    """The address of each ecosystem's mapping (PEP 804, "Known ecosystems").

    Args:
        content: a `known-ecosystems.json`.
        place: its path.

    Raises:
        DocumentError: it is none.
    """
    ecosystems = parse_document(content, place, "ecosystems")["ecosystems"]
    if not isinstance(ecosystems, dict):
        raise DocumentError(f"`{place}`: `ecosystems` is not an object")
    for name, entry in ecosystems.items():
        if not isinstance(entry, dict) or not isinstance(entry.get("mapping"), str):
            raise DocumentError(f"`{place}`: `{name}` is not an object with a `mapping`")
    return {name: entry["mapping"] for name, entry in ecosystems.items()}


def parse_digest(text: str) -> str:
    """The hexadecimal digits of `sha256:...`, as it is given on the command line.

    Raises:
        UsageError: it is something else.
    """
    match = _DIGEST.fullmatch(text)
    if not match:
        raise UsageError(f"`{text}` is not a digest", hint="write `sha256:` and 64 hexadecimal digits")
    return match[1].lower()
