"""Reading JSON documents, with errors that say where, and no more of them than is asked for (PEP 804, and ours).

A document that is formatted as ours has one entry a line. Of such a document
only the lines that are asked for are parsed, so that a check of a few
requirements does not pay for a catalogue of thousands; any other layout is
parsed as a whole and answers the same.
"""

from __future__ import annotations

import json
import re

from extdeps.errors import DocumentError, RequirementError
from extdeps.model.identifier import parse_depurl

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

SUPPORTED_VERSION = 1
MAX_BYTES = 32 * 1024 * 1024

Entry = dict[str, object]

_ENTRY = re.compile(rb'\n\{"id": "(?:(dep:generic/[A-Za-z0-9._+-]+)|(dep:[^"]*))"')
"""The start of an entry; a plain identifier can be written in one way only, any other is normalised."""

_VARIABLE = re.compile(rb'\n\{"id": "()(dep:(?!generic/[A-Za-z0-9._+-]+")[^"]*)"')
"""The start of an entry whose identifier is not plain."""

_FEW = 10
"""Searches after which an index of the whole document costs less than another search."""


class Document:
    """The entries of a document by their normalised identifier.

    Args:
        path: the file.
        kind: the key that holds its entries (`definitions`, `mappings`, `probes`).

    Raises:
        DocumentError: not JSON, of another schema version, or without its entries.
    """

    def __init__(self, path: str, kind: str) -> None:
        self.path = path
        self.kind = kind
        content = _read(path)
        self._entries: dict[str, list[Entry]] = {}
        self._lines = _find_lines(content, kind)
        self._searches = 0
        self._index: dict[str, list[int]] = {}
        self._add_to_index(_VARIABLE)
        if not self._lines:
            for identifier, entry in iter_entries(parse_document(content, path, kind), kind, path):
                self._entries.setdefault(identifier, []).append(entry)

    def __contains__(self, identifier: str) -> bool:
        return bool(self._entries.get(identifier)) or bool(self._starts(identifier))

    def __iter__(self) -> Iterator[str]:
        if not self._lines:
            return iter(self._entries)
        return iter(dict.fromkeys(map(self._identify, _ENTRY.finditer(self._lines))))

    def digest(self) -> str:
        """The SHA-256 of its bytes as they are on the disk, in hexadecimal digits."""
        from hashlib import sha256

        return sha256(_read(self.path)).hexdigest()

    def find(self, identifier: str) -> list[Entry]:
        """The entries of an identifier, in the order of the document; empty where it has none."""
        if identifier not in self._entries:
            self._entries[identifier] = [self._parse(start) for start in self._starts(identifier)]
        return self._entries[identifier]

    def _starts(self, identifier: str) -> list[int]:
        """Where the lines of an identifier's entries begin: searched for, while that is less work than an index."""
        if identifier not in self._index and self._searches < _FEW:
            self._searches += 1
            self._index[identifier] = self._search(identifier)
            if self._searches == _FEW:
                self._index.clear()
                self._add_to_index(_ENTRY)
        return self._index.get(identifier, [])

    def _search(self, identifier: str) -> list[int]:
        needle = f'\n{{"id": "{identifier}"'.encode()
        starts = []
        position = self._lines.find(needle)
        while position >= 0:
            starts.append(position + 1)
            position = self._lines.find(needle, position + 1)
        return starts

    def _add_to_index(self, pattern: re.Pattern[bytes]) -> None:
        for match in pattern.finditer(self._lines):
            self._index.setdefault(self._identify(match), []).append(match.start() + 1)

    def find_containing(self, text: str) -> Iterator[tuple[str, Entry]]:
        """The entries that hold a string somewhere, with their identifiers; perhaps some others."""
        if not self._lines:
            yield from ((identifier, entry) for identifier, entries in self._entries.items() for entry in entries)
            return
        needle = json.dumps(text, ensure_ascii=False).encode()
        position = self._lines.find(needle)
        while position >= 0:
            start = self._lines.rfind(b"\n", 0, position)
            match = _ENTRY.match(self._lines, start)
            if match:
                yield self._identify(match), self._parse(start + 1)
            position = self._lines.find(needle, self._line_end(start + 1))

    def _identify(self, match: re.Match[bytes]) -> str:
        plain, variable = match.groups()
        if plain:
            return str(plain, "ascii")
        return normalize_identifier(str(variable, "utf-8", "replace"), f"`{self.path}`: `{self.kind}`")

    def _line_end(self, start: int) -> int:
        end = self._lines.find(b"\n", start)
        return len(self._lines) if end < 0 else end

    def _parse(self, start: int) -> Entry:
        line = self._lines[start : self._line_end(start)].rstrip(b",")
        try:
            entry = json.loads(str(line, "utf-8"))
        except (ValueError, RecursionError) as error:
            context = (str(error), line.decode("utf-8", "replace"))
            raise DocumentError(f"`{self.path}` is not JSON", context=context) from error
        if not isinstance(entry, dict):
            raise DocumentError(f"`{self.path}`: an entry of `{self.kind}` is not an object")
        return entry


def _find_lines(content: bytes, kind: str) -> bytes:
    """The entries of a document in our layout, each on a line after a newline; empty for any other layout."""
    head, opening, rest = content.partition(f'"{kind}": [\n'.encode())
    body, closing, _ = rest.partition(b"\n]")
    body = b"\n" + body
    is_ours = opening and closing and b'"schema_version": 1,' in head
    return body if is_ours and body.count(b"\n") == body.count(b'\n{"id": "dep:') else b""


def load_document(path: str, kind: str) -> Entry:
    """Read a whole document.

    Args:
        path: the file.
        kind: the key that holds its content.

    Raises:
        DocumentError: not JSON, of another schema version, or without its content.
    """
    return parse_document(_read(path), path, kind)


def _read(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise DocumentError(f"`{path}` cannot be read", context=(error.strerror or str(error),)) from error
    if len(content) > MAX_BYTES:
        raise DocumentError(f"`{path}` is larger than {MAX_BYTES // 1024 // 1024} MiB")
    return content


def read_document(path: str) -> Entry:
    """Read a JSON object, whatever it holds.

    Raises:
        DocumentError: the file cannot be read, or is no JSON object.
    """
    return _parse_object(_read(path), path)


def _parse_object(content: bytes, path: str) -> Entry:
    try:
        document = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise DocumentError(f"`{path}` is not JSON", context=(str(error),)) from error
    if not isinstance(document, dict):
        raise DocumentError(f"`{path}` is not a JSON object")
    return document


def parse_document(content: bytes, path: str, kind: str) -> Entry:
    """Parse a whole document; arguments and errors as of `load_document`."""
    document = _parse_object(content, path)
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
        return tuple(value)
    raise DocumentError(f"{place}: `{key}` is not a string or an array of strings")
