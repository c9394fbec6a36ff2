"""What is wrong with a document of relations, entry by entry."""

from __future__ import annotations

import re

from extdeps.catalog.document import load_document
from extdeps.catalog.relations import SECTIONS, iter_items, parse_capability, parse_coherent, parse_exclusive
from extdeps.curate.fault import Fault
from extdeps.errors import DocumentError
from extdeps.model.identifier import is_virtual

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.document import Entry
    from extdeps.catalog.relations import Capability, Coherent, Exclusive

    Check = Callable[[Entry, str, Catalogue], Iterator[tuple[str, str]]]

_SOURCE = re.compile(r"(https://[^\s/]+/\S*)|(pkg:[a-z]+/[^\s/]+(/\S+)?)")
"""An address, or a package URL."""


def lint_relations(path: str, text: str, catalogue: Catalogue) -> Iterator[Fault]:
    """The faults of a document of relations.

    Args:
        path: the file.
        text: its content.
        catalogue: the registry and the ecosystems that it refers to.

    Raises:
        DocumentError: a section is not there, or no array of objects.
    """
    document = load_document(path, SECTIONS[0])
    checks: dict[str, Check] = {
        "coherent": _lint_coherent,
        "exclusive": _lint_exclusive,
        "capabilities": _lint_capability,
    }
    for section, check in checks.items():
        seen: set[str] = set()
        for index, (place, entry) in enumerate(iter_items(document, section, path)):
            line = _find_line(text, section, index)
            for code, message in (*_lint_twice(entry, seen), *_collect(check, entry, place, catalogue)):
                yield Fault(path=path, line=line, code=code, message=f"`{section}[{index}]` {message}")


def _find_line(text: str, section: str, index: int) -> int:
    """The line of an entry, from 1; 0 where the document has not one entry a line."""
    lines = text.splitlines()
    opening = f'"{section}": ['
    number = lines.index(opening) + index + 2 if opening in lines else 0
    return number if number and lines[number - 1 :] and lines[number - 1].startswith("{") else 0


def _lint_twice(entry: Entry, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Whether an entry before had the same identifiers in the same places."""
    key = repr([entry.get(name) for name in ("id", "identifiers", "scope", "phases", "ecosystems")])
    if key in seen:
        yield "duplicate", "says again what another entry says"
    seen.add(key)


def _collect(check: Check, entry: Entry, place: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    """The faults that a check finds; what the loader refuses is one too."""
    try:
        yield from check(entry, place, catalogue)
    except DocumentError as error:
        yield "invalid", f"is wrong: {error.message}"


def _lint_coherent(entry: Entry, place: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    group = parse_coherent(entry, place)
    yield from _lint_identifiers((*group.identifiers, *group.neutral), catalogue)
    for identifier in group.identifiers:
        if not is_virtual(identifier):
            yield "not-virtual", f"names `{identifier}`, which is not virtual: nobody provides it"
    provided = {name for identifier in group.identifiers for name in catalogue.registry.providers(identifier)}
    for identifier in group.neutral:
        if identifier not in provided:
            yield "no-provider", f"names `{identifier}` as neutral, which provides none of the group"
    yield from _lint_sources(group)


def _lint_exclusive(entry: Entry, place: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    group = parse_exclusive(entry, place)
    yield from _lint_identifiers(group.identifiers, catalogue)
    for identifier in group.identifiers:
        if is_virtual(identifier):
            yield "virtual", f"names `{identifier}`, which is virtual; what provides it is what excludes"
    known = catalogue.ecosystems()
    for ecosystem in group.ecosystems:
        if known and ecosystem not in known:
            yield "ecosystem", f"names the ecosystem `{ecosystem}`, which has no mapping"
    yield from _lint_sources(group)


def _lint_capability(entry: Entry, place: str, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    capability = parse_capability(entry, place)
    yield from _lint_identifiers((capability.id,), catalogue)
    yield from _lint_sources(capability)


def _lint_identifiers(identifiers: tuple[str, ...], catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    for identifier in identifiers:
        if identifier not in catalogue.registry:
            yield "unregistered", f"names `{identifier}`, which is not in the registry"
        elif catalogue.registry.canonical(identifier) != identifier:
            yield "alias", f"names `{identifier}`, an alias of `{catalogue.registry.canonical(identifier)}`"


def _lint_sources(relation: Coherent | Exclusive | Capability) -> Iterator[tuple[str, str]]:
    for source in relation.sources:
        if not _SOURCE.fullmatch(source):
            yield "source", f"names the source `{source}`, which is neither an address nor a package URL"
