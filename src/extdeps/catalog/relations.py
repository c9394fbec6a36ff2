"""What goes together, what does not, and what only the machine has (`pep_draft`, "relations.json")."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.catalog.document import get_strings, load_document, normalize_identifier
from extdeps.errors import DocumentError
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from extdeps.catalog.document import Entry
    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.model.requirement import Phase

    Scope = Literal["process", "machine"]

_SCOPES: dict[str, tuple[Phase, ...]] = {"process": ("host", "run"), "machine": PHASES}
"""By scope, the phases of an exclusive group that names none: what builds is no part of the process."""

SECTIONS = ("coherent", "exclusive", "capabilities")
"""The keys of the document that hold entries; all of them have to be there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coherent:
    """Virtual identifiers that one provider has to serve together, in every phase.

    Args:
        identifiers: the virtuals; one alone where its phases need the same provider.
        neutral: providers that go with any provider of the others (an implementation on top of whatever BLAS there is).
        reason: one sentence.
        sources: what shows it: addresses, and packages as package URLs.
    """

    identifiers: tuple[str, ...]
    neutral: tuple[str, ...] = ()
    reason: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Exclusive:
    """Identifiers of which one process, or one machine, bears only one.

    Args:
        identifiers: canonical ones, none of them virtual.
        scope: what bears only one.
        phases: those in which they meet.
        ecosystems: where it holds, with or without a release; everywhere if empty.
        reason: one sentence.
        sources: as of `Coherent`.
    """

    identifiers: tuple[str, ...]
    scope: Scope
    phases: tuple[Phase, ...]
    ecosystems: tuple[str, ...] = ()
    reason: str
    sources: tuple[str, ...]

    def holds_in(self, ecosystem: Ecosystem) -> bool:
        """Whether the packages of an ecosystem are in conflict."""
        return not self.ecosystems or any(name in self.ecosystems for name in ecosystem.identifiers())


@dataclass(frozen=True, slots=True, kw_only=True)
class Capability:
    """An identifier that no package manager is asked for: the machine has it, or has it not.

    Args:
        id: the identifier.
        phases: those for which it holds; of a library of the driver the headers may well be in a package.
        reason: one sentence.
        sources: as of `Coherent`.
    """

    id: str
    phases: tuple[Phase, ...]
    reason: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relations:
    """A whole document.

    Args:
        coherent: what goes together.
        exclusive: what does not.
        capabilities: what only the machine has.
    """

    coherent: tuple[Coherent, ...] = ()
    exclusive: tuple[Exclusive, ...] = ()
    capabilities: tuple[Capability, ...] = ()

    def exclusive_in(self, ecosystem: Ecosystem, phase: Phase) -> tuple[Exclusive, ...]:
        """The exclusive groups that count for packages of an ecosystem in a phase."""
        return tuple(group for group in self.exclusive if phase in group.phases and group.holds_in(ecosystem))

    def capabilities_of(self, phase: Phase) -> frozenset[str]:
        """The identifiers that only the machine can have in a phase."""
        return frozenset(item.id for item in self.capabilities if phase in item.phases)


def load_relations(path: str | None) -> Relations:
    """Read a document.

    Args:
        path: the file; None where there is none, which relates nothing.

    Raises:
        DocumentError: it is wrong; the message names the entry.
    """
    if path is None:
        return Relations()
    document = load_document(path, SECTIONS[0])
    return Relations(
        coherent=tuple(parse_coherent(item, place) for place, item in iter_items(document, "coherent", path)),
        exclusive=tuple(parse_exclusive(item, place) for place, item in iter_items(document, "exclusive", path)),
        capabilities=tuple(parse_capability(item, place) for place, item in iter_items(document, "capabilities", path)),
    )


def iter_items(document: Entry, section: str, path: str) -> Iterator[tuple[str, Entry]]:
    """The entries of a section, each with where it stands, for messages.

    Raises:
        DocumentError: the section is not there, or no array of objects.
    """
    if section not in document:
        raise DocumentError(f"`{path}` has no `{section}`")
    items = document[section]
    if not isinstance(items, list):
        raise DocumentError(f"`{path}`: `{section}` is not an array")
    for index, item in enumerate(items):
        place = f"`{path}`: `{section}[{index}]`"
        if not isinstance(item, dict):
            raise DocumentError(f"{place} is not an object")
        yield place, item


def parse_coherent(entry: Entry, place: str) -> Coherent:
    """Read one entry of `coherent`; `place` is where it stands.

    Raises:
        DocumentError: it is wrong.
    """
    return Coherent(
        identifiers=_get_identifiers(entry, "identifiers", place, least=1),
        neutral=_get_identifiers(entry, "neutral", place),
        reason=_get_text(entry, "reason", place),
        sources=_get_sources(entry, place),
    )


def parse_exclusive(entry: Entry, place: str) -> Exclusive:
    """Read one entry of `exclusive`; `place` is where it stands.

    Raises:
        DocumentError: it is wrong.
    """
    scope = _get_text(entry, "scope", place)
    if scope not in _SCOPES:
        raise DocumentError(f"{place}: `scope` is `{scope}`; it is one of {', '.join(f'`{name}`' for name in _SCOPES)}")
    return Exclusive(
        identifiers=_get_identifiers(entry, "identifiers", place, least=2),
        scope="process" if scope == "process" else "machine",
        phases=_get_phases(entry, place) or _SCOPES[scope],
        ecosystems=get_strings(entry, "ecosystems", place),
        reason=_get_text(entry, "reason", place),
        sources=_get_sources(entry, place),
    )


def parse_capability(entry: Entry, place: str) -> Capability:
    """Read one entry of `capabilities`; `place` is where it stands.

    Raises:
        DocumentError: it is wrong.
    """
    return Capability(
        id=normalize_identifier(_get_text(entry, "id", place), place),
        phases=_get_phases(entry, place) or PHASES,
        reason=_get_text(entry, "reason", place),
        sources=_get_sources(entry, place),
    )


def _get_text(entry: Entry, key: str, place: str) -> str:
    value = entry.get(key)
    if not isinstance(value, str) or not value.strip():
        raise DocumentError(f"{place} has no `{key}`")
    return value


def _get_sources(entry: Entry, place: str) -> tuple[str, ...]:
    sources = get_strings(entry, "sources", place)
    if not sources:
        raise DocumentError(f"{place} has no `sources`")
    return sources


def _get_identifiers(entry: Entry, key: str, place: str, *, least: int = 0) -> tuple[str, ...]:
    found = tuple(normalize_identifier(text, place) for text in get_strings(entry, key, place))
    for identifier in found:
        if found.count(identifier) > 1:
            raise DocumentError(f"{place}: `{key}` names `{identifier}` {found.count(identifier)} times")
    if len(found) < least:
        raise DocumentError(f"{place}: `{key}` has {len(found)} of at least {least}")
    return found


def _get_phases(entry: Entry, place: str) -> tuple[Phase, ...]:
    named = get_strings(entry, "phases", place)
    for phase in named:
        if phase not in PHASES:
            raise DocumentError(f"{place}: `phases` has `{phase}`, which is not a phase")
    return tuple(phase for phase in PHASES if phase in named)
