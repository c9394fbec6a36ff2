"""Sets of documents: which files are documents, whether they can be used, and how two sets differ."""

from __future__ import annotations

import json
import os
import re
import tempfile
from dataclasses import dataclass

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.compatibility import load_compatibility
from extdeps.catalog.relations import SECTIONS
from extdeps.catalog.selectors import load_selectors
from extdeps.curate.layout import KINDS, find_table, is_relations
from extdeps.curate.lint import lint
from extdeps.curate.update.address import parse_ecosystems
from extdeps.declaration.overlay import check_overlay
from extdeps.errors import DocumentError, EnvironmentFaultError, InvalidInputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    Documents = Mapping[str, bytes]

NEEDED = ("registry.json", "probes.json", "known-ecosystems.json")
"""What every complete set has, each before those that refer to it."""

_NAME = re.compile(
    r"compatibility\.toml|registry\.json|probes\.json|relations\.json|known-ecosystems\.json|selectors\.json"
    r"|[a-z0-9][a-z0-9._-]*(\+[A-Za-z0-9._-]+)?\.(mapping|versions)\.json"
    r"|projects/[a-z0-9]+(-[a-z0-9]+)*\.toml"
)
_REFUSED = frozenset({"unreadable", "invalid", "grammar"})
"""The faults of a document that would make a check fail, or name what is no package; the others do no harm."""

_SHOWN_FAULTS = 10
_REST = ""
"""The key, among entries, of what stands beside them in their document."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How one document, or all overlays, differ from what they were.

    Args:
        document: its name; `projects` for the overlays.
        added: how many entries are new.
        changed: how many entries have another content.
        removed: how many entries are gone.
    """

    document: str
    added: int
    changed: int
    removed: int


def is_document(name: str) -> bool:
    """Whether a file, by its path below the directory of documents, is one that this extdeps reads."""
    return _NAME.fullmatch(name) is not None


def read_documents(directory: str) -> dict[str, bytes]:
    """The documents of a directory by their paths below it.

    Raises:
        DocumentError: one cannot be read.
    """
    found = {}
    for below in ("", "projects"):
        parent = os.path.join(directory, below)
        for file in sorted(os.listdir(parent)) if os.path.isdir(parent) else ():
            name = f"{below}/{file}" if below else file
            if is_document(name):
                found[name] = read_file(os.path.join(parent, file))
    return found


def read_file(path: str) -> bytes:
    """The content of a document.

    Raises:
        DocumentError: it cannot be read.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except OSError as error:
        raise DocumentError(f"`{path}` cannot be read", context=(error.strerror or str(error),)) from error


def write_documents(documents: Documents, directory: str) -> None:
    """Write documents into a directory, and see to it that they are on the disk."""
    for name, content in documents.items():
        path = os.path.join(directory, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def check_documents(documents: Documents, origin: str) -> None:
    """Read every entry of a set of documents as a check would.

    Args:
        documents: the contents by path.
        origin: where they come from, for the message.

    Raises:
        DocumentError: one has an entry that cannot be used.
        EnvironmentFaultError: there is no room for them.
    """
    try:
        with tempfile.TemporaryDirectory(prefix="extdeps-") as directory:
            write_documents(documents, directory)
            faults = [fault.replace(f"{directory}{os.sep}", "") for fault in _iter_faults(documents, directory)]
    except OSError as error:
        raise EnvironmentFaultError(
            f"the documents of `{origin}` cannot be written to a temporary directory",
            context=(error.strerror or str(error),),
        ) from error
    if faults:
        count = "1 fault" if len(faults) == 1 else f"{len(faults)} faults"
        raise DocumentError(
            f"the documents of `{origin}` have {count}, and are not taken", context=tuple(faults[:_SHOWN_FAULTS])
        )


def _iter_faults(documents: Documents, directory: str) -> Iterator[str]:
    catalogue = Catalogue((directory,))
    for name in dict.fromkeys((*NEEDED, *sorted(documents))):
        faults = tuple(dict.fromkeys(_faults_of(name, directory, catalogue)))
        yield from faults
        if faults and name in NEEDED:
            return  # what refers to it would have faults that are none of its own


def _faults_of(name: str, directory: str, catalogue: Catalogue) -> Iterator[str]:
    path = os.path.join(directory, name)
    try:
        if name == "compatibility.toml":
            load_compatibility(path)
        elif name.endswith(".toml"):
            check_overlay(path)
        elif name == "known-ecosystems.json":
            parse_ecosystems(read_file(path), path)
        elif name == "selectors.json":
            load_selectors(path)
        else:
            found = (fault for fault in lint(path, catalogue) if fault.code in _REFUSED)
            yield from (f"{fault.path}:{fault.line}: {fault.message}" for fault in found)
    except InvalidInputError as error:
        yield "; ".join((error.message, *error.context))


def compare(old: Documents, new: Documents) -> tuple[Change, ...]:
    """What differs between two sets of documents that can be used, in the order of their names."""
    before, after = _group(old), _group(new)
    changes = []
    for document in sorted({*before, *after}):
        was, now = before.get(document, {}), after.get(document, {})
        if was != now:
            changes.append(
                Change(
                    document=document,
                    added=len(now.keys() - was.keys() - {_REST}),
                    changed=sum(was[key] != now[key] for key in was.keys() & now.keys()),
                    removed=len(was.keys() - now.keys() - {_REST}),
                )
            )
    return tuple(changes)


def _group(documents: Documents) -> dict[str, dict[str, object]]:
    """The entries of each document by identifier; the overlays together are one document."""
    groups: dict[str, dict[str, object]] = {}
    for name, content in documents.items():
        if name.startswith("projects/"):
            groups.setdefault("projects", {})[name] = content
        elif name.endswith(".toml"):
            groups[name] = {_REST: content}
        else:
            groups[name] = _entries(json.loads(content))
    return groups


def _entries(document: dict[str, object]) -> dict[str, object]:
    if is_relations(document):
        return _related(document)
    kind = next((kind for kind in KINDS if kind in document), find_table(document))
    entries = document.get(kind, document)
    found: dict[str, object] = {}
    if isinstance(entries, dict):
        found.update(entries)
    for entry in entries if isinstance(entries, list) else ():
        found[str(entry["id"])] = (found.get(str(entry["id"])), entry)
    if kind:
        found[_REST] = {key: value for key, value in document.items() if key != kind}
    return found


def _related(document: dict[str, object]) -> dict[str, object]:
    """The entries of a document of relations by section and identifiers."""
    found: dict[str, object] = {_REST: {key: value for key, value in document.items() if key not in SECTIONS}}
    for section in SECTIONS:
        entries = document.get(section)
        for entry in entries if isinstance(entries, list) else ():
            key = f"{section} {entry.get('id', entry.get('identifiers'))}"
            found[key] = (found.get(key), entry)
    return found
