"""What differs between two documents of the catalogue, or two directories of them, whatever their layout."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass

from extdeps.catalog.document import get_strings, iter_entries, read_document
from extdeps.catalog.relations import SECTIONS, iter_items
from extdeps.curate.layout import KINDS, VERSIONS, find_table, is_relations
from extdeps.errors import DocumentError, UsageError
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from extdeps.catalog.document import Entry

    Facts = dict[str, tuple[str, ...]]
    Effect = Literal["added", "removed", "changed"]

_UNORDERED = frozenset(
    {"provides", "specs", "pkg_config", "modules", "headers", "libraries", "components", "executables", "prefixes"}
    | {"evidence.build", "evidence.host", "evidence.run", "version.header"}
    | {"extra_metadata.sources", "extra_metadata.unknown"}
    | {"neutral", "phases", "ecosystems", "sources"}
)
"""What holds names of which each stands for itself, one alone or several."""

_ORDERED = frozenset({"version.macros", "version.arguments"})
"""What holds one name or several, in an order that counts."""

_HEADER = "the document itself"


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One thing of an entry that differs.

    Args:
        name: its key (`specs.host`, `extra_metadata.verified`).
        removed: the names that only the old entry has; of what is no list of names, the old value as JSON.
        added: those that only the new one has.
    """

    name: str
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An entry that differs.

    Args:
        document: the name of its file, in a comparison of directories.
        identifier: its identifier; of a further entry of the same one, with its number behind.
        effect: whether it is new, gone or another.
        fields: what differs; of an entry that is new or gone, all that it says.
    """

    document: str
    identifier: str
    effect: Effect
    fields: tuple[Field, ...]


def compare(old: str, new: str) -> tuple[Change, ...]:
    """Compare two documents, or two directories of documents.

    Args:
        old: a registry, probes, mapping or known-ecosystems document, or a directory of them.
        new: another of the same.

    Raises:
        DocumentError: one cannot be read, or they are of different kinds.
        UsageError: one is a directory and the other is not.
    """
    if os.path.isdir(old) != os.path.isdir(new):
        raise UsageError(f"`{old}` and `{new}`: only one of them is a directory")
    if not os.path.isdir(old):
        return tuple(_compare_entries("", *_read_both(old, new)))
    changes: list[Change] = []
    for name in sorted({*_list(old), *_list(new)}):
        paths = [os.path.join(directory, name) for directory in (old, new)]
        first, second = (path if os.path.isfile(path) else "" for path in paths)
        changes += _compare_entries(name, *_read_both(first, second))
    return tuple(changes)


def _list(directory: str) -> Iterator[str]:
    return (name for name in os.listdir(directory) if name.endswith(".json"))


def _read_both(old: str, new: str) -> tuple[dict[str, Facts], dict[str, Facts]]:
    """The entries of both; a document that is not there has none."""
    (first, before), (second, after) = (_read(path) if path else (None, {}) for path in (old, new))
    if first is not None and second is not None and first != second:
        kinds = " and ".join(f"`{kind}`" if kind else "no entries" for kind in (first, second))
        raise DocumentError(f"`{old}` and `{new}` are of different kinds: {kinds}")
    return before, after


def _read(path: str) -> tuple[str, dict[str, Facts]]:
    """The kind of a document and its entries, the rest of it as one more."""
    document = read_document(path)
    if is_relations(document):
        kind = SECTIONS[0]
    else:
        kind = next((kind for kind in KINDS if kind in document), find_table(document))
    entries: dict[str, Facts] = {}
    for identifier, entry in _iter(document, kind, path):
        count = 1
        key = identifier
        while key in entries:
            count += 1
            key = f"{identifier} ({count})"
        entries[key] = _flatten(entry, f"`{path}`: `{identifier}`")
    own = SECTIONS if kind in SECTIONS else (kind,)
    rest = {key: value for key, value in document.items() if key not in (*own, "$schema")}
    entries[_HEADER] = _flatten(rest, f"`{path}`")
    return kind, entries


def _iter(document: Entry, kind: str, path: str) -> Iterator[tuple[str, Entry]]:
    if kind in KINDS:
        for identifier, entry in iter_entries(document, kind, path):
            yield identifier, {key: value for key, value in entry.items() if key != "id"}
        return
    if kind in SECTIONS:
        yield from _iter_relations(document, path)
        return
    table = document.get(kind, {})
    if kind == VERSIONS and isinstance(table, dict):
        yield from ((name, {"version": version}) for name, version in table.items())
        return
    if not isinstance(table, dict) or not all(isinstance(entry, dict) for entry in table.values()):
        raise DocumentError(f"`{path}`: `{kind}` is not an object of objects")
    yield from table.items()


def _iter_relations(document: Entry, path: str) -> Iterator[tuple[str, Entry]]:
    """The entries of a document of relations, by their section and what they are about."""
    for section in SECTIONS:
        for place, entry in iter_items(document, section, path):
            about = sorted((*get_strings(entry, "id", place), *get_strings(entry, "identifiers", place)))
            rest = {key: value for key, value in entry.items() if key not in ("id", "identifiers")}
            yield f"{section}: {', '.join(about)}", rest


def _flatten(entry: Entry, place: str, prefix: str = "") -> Facts:
    """An entry as its facts: what is written in different ways and means the same is the same."""
    facts: Facts = {}
    for key, value in entry.items():
        name = f"{prefix}{key}"
        if name == "specs":
            phases = value if isinstance(value, dict) else dict.fromkeys(PHASES, value)
            facts |= {f"specs.{phase}": _names(phases, phase, f"{place}: `specs`") for phase in (*PHASES, *phases)}
        elif name in _UNORDERED:
            facts[name] = _names(entry, key, place)
        elif isinstance(value, dict) and not prefix:
            facts |= _flatten(value, place, f"{name}.")
        elif name in _ORDERED:
            facts[name] = (json.dumps(get_strings(entry, key, place), ensure_ascii=False),)
        else:
            facts[name] = (json.dumps(value, ensure_ascii=False, sort_keys=True),)
    return facts


def _names(entry: Entry, key: str, place: str) -> tuple[str, ...]:
    return tuple(sorted(get_strings(entry, key, place)))


def _compare_entries(document: str, old: dict[str, Facts], new: dict[str, Facts]) -> Iterator[Change]:
    for identifier in sorted({*old, *new}):
        before, after = old.get(identifier), new.get(identifier)
        fields = tuple(_compare_facts(before or {}, after or {}))
        effect: Effect = "added" if before is None else "removed" if after is None else "changed"
        if fields or effect != "changed":
            yield Change(document=document, identifier=identifier, effect=effect, fields=fields)


def _compare_facts(old: Facts, new: Facts) -> Iterator[Field]:
    for name in dict.fromkeys((*old, *new)):
        before, after = old.get(name, ()), new.get(name, ())
        removed = tuple(item for item in before if item not in after)
        added = tuple(item for item in after if item not in before)
        if removed or added:
            yield Field(name=name, removed=removed, added=added)
