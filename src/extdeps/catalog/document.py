"""Reading a JSON document with errors that say where (PEP 804, and ours)."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import cast

from extdeps.errors import DocumentError, RequirementError
from extdeps.model.identifier import parse_depurl

SUPPORTED_VERSION = 1
MAX_BYTES = 32 * 1024 * 1024

Entry = dict[str, object]


def load_document(path: str, kind: str) -> Entry:
    """Read a document.

    Args:
        path: the file.
        kind: the key that holds its content (`definitions`, `mappings`, `ecosystems`, `probes`).

    Raises:
        DocumentError: not JSON, of another schema version, or without its content.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"`{path}` cannot be read", context=(error.strerror or str(error),)) from error
    if len(content) > MAX_BYTES:
        raise DocumentError(f"`{path}` is larger than {MAX_BYTES // 1024 // 1024} MiB")
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"`{path}` is not JSON", context=(str(error),)) from error
    if not isinstance(document, dict):
        raise DocumentError(f"`{path}` is not a JSON object")
    version = document.get("schema_version", SUPPORTED_VERSION)
    if version != SUPPORTED_VERSION:
        raise DocumentError(
            f"`{path}` has schema version {version!r}; this extdeps reads {SUPPORTED_VERSION}",
            hint="a newer extdeps may read it",
        )
    if kind not in document:
        raise DocumentError(f"`{path}` has no `{kind}`")
    return document


def iter_entries(document: Entry, kind: str, path: str) -> Iterator[tuple[str, Entry]]:
    """The entries of a list, each with its normalised identifier.

    Raises:
        DocumentError: an entry is no object, or its `id` no DepURL.
    """
    entries = document[kind]
    if not isinstance(entries, list):
        raise DocumentError(f"`{path}`: `{kind}` is not an array")
    for index, entry in enumerate(entries):
        if not isinstance(entry, dict) or not isinstance(entry.get("id"), str):
            raise DocumentError(f"`{path}`: `{kind}[{index}]` is not an object with an `id`")
        yield normalize_identifier(entry["id"], f"`{path}`: `{kind}[{index}]`"), entry


def normalize_identifier(text: str, place: str) -> str:
    """The identifier as the catalogue is keyed: normalised as PURL says.

    Raises:
        DocumentError: the text is no DepURL.
    """
    if text.startswith("dep:generic/") and text[12:].isalnum():
        return text
    try:
        return parse_depurl(text).identifier
    except RequirementError as error:
        raise DocumentError(f"{place}: {error.message}") from error


def get_strings(entry: Entry, key: str, place: str) -> tuple[str, ...]:
    """A string or an array of strings; an absent key is empty.

    Raises:
        DocumentError: it is something else.
    """
    value = entry.get(key)
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list) and all(isinstance(item, str) and item for item in value):
        return tuple(cast("list[str]", value))
    raise DocumentError(f"{place}: `{key}` is not a string or an array of strings")
