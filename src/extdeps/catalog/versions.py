"""The versions that the packages of a release had (`pep_draft`, "Versions of packages")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.catalog.document import load_document
from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.errors import DocumentError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.catalog.document import Entry
    from extdeps.catalog.ecosystem import Ecosystem

KIND = "versions"
"""The key under which a document keeps them."""

ENDING = ".versions.json"
"""How the names of these documents end, after their ecosystem."""

_WORD = re.compile(r"[!-~]{1,200}")
"""What may be the name of a package or a version; no ecosystem has others."""

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownVersions:
    """What one document says.

    Args:
        ecosystem: whose packages they are, with its release.
        as_of: the day of the index that they were taken from (`2026-11-22`).
        source: where that index is.
        architecture: for which they are, as the ecosystem names it.
        packages: of each package its version, as the ecosystem writes it.
    """

    ecosystem: Ecosystem
    as_of: str
    source: str
    architecture: str
    packages: Mapping[str, str]


def load_versions(path: str) -> KnownVersions:
    """Read a document of versions.

    Raises:
        DocumentError: it is not JSON, of another schema version, or something in it is not what it should be.
    """
    document = load_document(path, KIND)
    as_of = _get_string(document, "as_of", path)
    if not _DATE.fullmatch(as_of):
        raise DocumentError(f"`{path}`: `as_of` is not a date such as `2026-11-22`")
    return KnownVersions(
        ecosystem=_get_ecosystem(document, path),
        as_of=as_of,
        source=_get_string(document, "source", path),
        architecture=_get_string(document, "architecture", path),
        packages=_parse_packages(document[KIND], path),
    )


def is_word(text: object) -> bool:
    """Whether something can be the name of a package or a version: printable ASCII without spaces."""
    return isinstance(text, str) and _WORD.fullmatch(text) is not None


def _get_string(document: Entry, key: str, path: str) -> str:
    value = document.get(key)
    if not isinstance(value, str) or not value:
        raise DocumentError(f"`{path}`: `{key}` is not a string, or empty")
    return value


def _get_ecosystem(document: Entry, path: str) -> Ecosystem:
    text = _get_string(document, "ecosystem", path)
    try:
        return parse_ecosystem(text)
    except UsageError as error:
        raise DocumentError(f"`{path}`: {error.message}") from error


def _parse_packages(value: object, path: str) -> Mapping[str, str]:
    if not isinstance(value, dict):
        raise DocumentError(f"`{path}`: `{KIND}` is not an object")
    for name, version in value.items():
        if not is_word(name):
            raise DocumentError(f"`{path}`: `{KIND}` has {name!r}, which is no name of a package")
        if not is_word(version):
            raise DocumentError(f"`{path}`: `{KIND}.{name}` is not a version")
    return value
