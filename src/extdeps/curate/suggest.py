"""Entries for an identifier where they are lacking, with suggestions from what others call it."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.curate.habit import guess
from extdeps.curate.layout import compact_specs
from extdeps.manager.table import choose_manager
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.document import Entry
    from extdeps.catalog.mapping import Specs
    from extdeps.curate.habit import Guess
    from extdeps.model.requirement import Phase

SUGGESTED = "suggested"
"""The source of an entry that nobody has confirmed."""

_GUESSED: tuple[Phase, ...] = ("host", "run")
_IDENTIFIER = "the identifier"
_PREFIX = "dep:generic/"
_NAME = re.compile(r"[A-Za-z0-9_@][A-Za-z0-9._+@-]*")
"""What any manager would take, where none is known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """What an ecosystem may call an identifier.

    Args:
        ecosystem: whose mapping lacks it.
        guesses: by phase the source of the guess (an ecosystem, or the identifier itself) and the guess.
    """

    ecosystem: str
    guesses: tuple[tuple[Phase, str, Guess], ...]

    def entry(self, identifier: str) -> Entry:
        """The entry, marked as unconfirmed; phases without a guess are said to be unknown."""
        names = {phase: [found.name] for phase, _, found in self.guesses}
        unknown = [phase for phase in PHASES if phase not in names]
        specs = compact_specs({phase: names.get(phase, []) for phase in PHASES})
        metadata: Entry = {"sources": [SUGGESTED], **({"unknown": unknown} if unknown else {})}
        return {"id": identifier, "specs": specs, "extra_metadata": metadata}


def find_lacking(identifier: str, catalogue: Catalogue) -> tuple[str, ...]:
    """The ecosystems whose mapping lacks an identifier; a release whose ecosystem has a mapping takes that one's."""
    names = catalogue.ecosystems()
    lacking = []
    for name in names:
        ecosystem = parse_ecosystem(name)
        mapping = catalogue.mapping(ecosystem)
        is_overlay = ecosystem.release and ecosystem.name in names
        if mapping and not is_overlay and not mapping.path_of(identifier):
            lacking.append(name)
    return tuple(lacking)


def suggest(identifier: str, ecosystems: Iterable[str], catalogue: Catalogue) -> tuple[Suggestion, ...]:
    """Suggest what ecosystems call an identifier.

    Args:
        identifier: a canonical or a new one.
        ecosystems: those that lack it.
        catalogue: what the others call it, and the names to learn from.

    Raises:
        DocumentError: a mapping is wrong.
    """
    known = {name: _specs_of(name, catalogue) for name in catalogue.ecosystems() if "+" not in name}
    sources: dict[str, dict[str, Specs]] = {
        name: specs for name, specs in known.items() if identifier in specs and not specs[identifier].is_empty
    }
    return tuple(
        _suggest_one(identifier, target, {name: specs for name, specs in sources.items() if name != target}, catalogue)
        for target in ecosystems
    )


def _specs_of(ecosystem: str, catalogue: Catalogue) -> dict[str, Specs]:
    mapping = catalogue.mapping(parse_ecosystem(ecosystem))
    return {known: specs for known in mapping or () if mapping and (specs := mapping.find(known))}


def _suggest_one(
    identifier: str, target: str, sources: dict[str, dict[str, Specs]], catalogue: Catalogue
) -> Suggestion:
    there = _specs_of(target, catalogue)
    manager = choose_manager(parse_ecosystem(target).name, ())
    accepts: Callable[[str], bool] = manager.accepts if manager else _is_name
    guesses: list[tuple[Phase, str, Guess]] = []
    for phase in _GUESSED:
        found = [
            (source, result)
            for source, name, pairs in _pairs(identifier, phase, sources, there)
            if (result := guess(name, pairs, accepts))
        ]
        if found:
            source, best = max(found, key=lambda item: item[1].weight)
            guesses += [("build", source, best)] if phase == "host" else []  # most entries say the same for both
            guesses.append((phase, source, best))
    return Suggestion(ecosystem=target, guesses=tuple(guesses))


def _pairs(
    identifier: str, phase: Phase, sources: dict[str, dict[str, Specs]], there: dict[str, Specs]
) -> Iterator[tuple[str, str, list[tuple[str, str]]]]:
    """Of each source what it calls the identifier, and what it and the target call everything that both know."""
    if identifier.startswith(_PREFIX):
        named = ((known.removeprefix(_PREFIX), specs) for known, specs in there.items() if known.startswith(_PREFIX))
        pairs = [(name, new) for name, specs in named if (new := _single(specs, phase))]
        yield _IDENTIFIER, identifier.removeprefix(_PREFIX), pairs
    for source, entries in sources.items():
        name = _single(entries[identifier], phase)
        if name:
            both = (
                (_single(specs, phase), _single(there[known], phase))
                for known, specs in entries.items()
                if known in there
            )
            yield source, name, [(old, new) for old, new in both if old and new]


def _single(specs: Specs, phase: Phase) -> str:
    """The package of a phase where there is exactly one."""
    names: tuple[str, ...] = getattr(specs, phase)
    return names[0] if len(names) == 1 else ""


def _is_name(name: str) -> bool:
    return _NAME.fullmatch(name) is not None
