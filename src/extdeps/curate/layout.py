"""The canonical layout of a document: sorted, one entry a line, so that a contribution is a diff of one line."""

from __future__ import annotations

import json

from extdeps.catalog.document import Entry, iter_entries, read_document
from extdeps.catalog.relations import SECTIONS
from extdeps.catalog.versions import KIND
from extdeps.errors import DocumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

KINDS = ("definitions", "probes", "mappings")
"""The keys under which a document keeps its entries."""

ECOSYSTEMS = "ecosystems"
"""The key of `known-ecosystems.json`, under which each has an object of its own."""

VERSIONS = KIND
"""The key of the versions of packages."""

SELECTORS = "selectors"
"""The key of the builds of projects."""

TABLES = (ECOSYSTEMS, VERSIONS, SELECTORS)
"""The keys under which a document keeps an object instead, whose keys are names."""

_HEADER = ("$schema", "schema_version", "name", "description")
_KEYS = (
    *("id", "description", "provides", "specs", "specs_from"),
    *("pkg_config", "modules", "headers", "libraries", "components", "executables", "prefixes"),
    *("version", "evidence", "implements"),
    *("urls", "extra_metadata"),
)
_RELATION_KEYS = ("identifiers", "id", "neutral", "scope", "phases", "ecosystems", "reason", "sources")


def compact_specs(phases: Mapping[str, list[str]]) -> object:
    """What `specs` says in the fewest words: one name or list where it is that of every phase, else all phases."""
    first, *others = phases.values()
    if any(other != first for other in others):
        return phases
    return first[0] if len(first) == 1 else first


def find_kind(document: Entry, path: str) -> str:
    """The key under which a document keeps its entries.

    Raises:
        DocumentError: it is no registry, probes or mapping document.
    """
    for kind in KINDS:
        if kind in document:
            return kind
    raise DocumentError(f"`{path}` has none of {', '.join(f'`{kind}`' for kind in KINDS)}")


def find_table(document: Entry) -> str:
    """The key under which a document keeps an object, whose keys are names; empty where it keeps entries."""
    return next((key for key in TABLES if key in document), "")


def format_document(path: str) -> str:
    """The text of a document in its canonical layout.

    Args:
        path: the file.

    Raises:
        DocumentError: it is not JSON, or not a document with entries.
    """
    return render_document(read_document(path), path)


def render_document(document: Entry, path: str) -> str:
    """The text of a document in its canonical layout.

    Args:
        document: its keys.
        path: what it is called in an error.

    Raises:
        DocumentError: it is not a document with entries.
    """
    table = find_table(document)
    if table:
        return _render_table(document, table, path)
    if is_relations(document):
        return _render_relations(document, path)
    kind = find_kind(document, path)
    entries = document[kind]
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise DocumentError(f"`{path}`: `{kind}` is not an array of objects")
    entries = sorted((_order(entry) for entry in entries), key=lambda entry: str(entry.get("id", "")))
    rest = [key for key in document if key not in (*_HEADER, kind)]
    fields = [f'"{key}": {_line(document[key])}' for key in _HEADER if key in document]
    fields.append(_array(kind, entries))
    for key in rest:
        value = document[key]
        fields.append(_array(key, value) if isinstance(value, list) else f'"{key}": {_line(value)}')
    return "{\n" + ",\n".join(fields) + "\n}\n"


def add_entries(path: str, entries: Iterable[Entry]) -> str:
    """The text of a document with further entries, in its canonical layout.

    Args:
        path: the file.
        entries: what is added; an identifier that the document has keeps the entry that it has.

    Raises:
        DocumentError: it is not JSON, or not a document with entries.
    """
    document = read_document(path)
    kind = find_kind(document, path)
    there = {identifier for identifier, _ in iter_entries(document, kind, path)}
    present = document[kind]
    further = [entry for entry in entries if entry["id"] not in there]
    return render_document({**document, kind: [*(present if isinstance(present, list) else ()), *further]}, path)


def _render_table(document: Entry, key: str, path: str) -> str:
    table = document[key]
    if not isinstance(table, dict):
        raise DocumentError(f"`{path}`: `{key}` is not an object")
    fields = [f'"{name}": {_line(value)}' for name, value in document.items() if name != key]
    lines = ",\n".join(f"{_line(name)}: {_line(table[name])}" for name in sorted(table))
    return "{\n" + ",\n".join((*fields, f'"{key}": {{\n{lines}\n}}')) + "\n}\n"


def is_relations(document: Entry) -> bool:
    """Whether a document relates identifiers to each other (`relations.json`)."""
    return any(section in document for section in SECTIONS)


def _render_relations(document: Entry, path: str) -> str:
    fields = [f'"{key}": {_line(value)}' for key, value in document.items() if key not in SECTIONS]
    for section in SECTIONS:
        items = document.get(section, [])
        if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
            raise DocumentError(f"`{path}`: `{section}` is not an array of objects")
        if section in document:
            fields.append(_array(section, sorted(map(_order_relation, items), key=_line)))
    return "{\n" + ",\n".join(fields) + "\n}\n"


def _order_relation(entry: Entry) -> Entry:
    """An entry with its keys in order, and the identifiers too, whose order means nothing."""
    ordered = {key: entry[key] for key in sorted(entry, key=lambda key: (_rank(key), key))}
    for key in ("identifiers", "neutral"):
        names = entry.get(key)
        if isinstance(names, list) and all(isinstance(name, str) for name in names):
            ordered[key] = sorted(names)
    return ordered


def _rank(key: str) -> int:
    return _RELATION_KEYS.index(key) if key in _RELATION_KEYS else len(_RELATION_KEYS)


def _order(entry: Entry) -> Entry:
    known = [key for key in _KEYS if key in entry]
    return {key: entry[key] for key in (*known, *(key for key in entry if key not in _KEYS))}


def _array(key: str, items: list[Entry]) -> str:
    if not items:
        return f'"{key}": []'
    return f'"{key}": [\n' + ",\n".join(map(_line, items)) + "\n]"


def format_entry(entry: Entry) -> str:
    """The line of an entry, without a comma behind it."""
    return _line(_order(entry))


def _line(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)
