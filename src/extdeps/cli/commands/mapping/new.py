"""`extdeps mapping new`."""

from __future__ import annotations

import os
import sys

from extdeps.atomicfile import write_text
from extdeps.cli.commands.mapping.documents import add_ecosystems, check_ecosystems, default_directory
from extdeps.cli.commands.mapping.faults import format_count
from extdeps.errors import UsageError
from extdeps.model.identifier import is_virtual
from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.document import Entry
    from extdeps.curate.suggest import Suggestion

_EVIDENCE = ("pkg_config", "headers", "libraries", "executables")


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    parser.add_argument("identifier", metavar="ID", help="a new identifier, or one that some mappings lack")
    add_ecosystems(parser, "suggest for these alone (default: all that lack it)")
    parser.add_argument("--description", metavar="TEXT", default="", help="one line for the registry")
    parser.add_argument("--write", action="store_true", help="add the entries to the documents of ./mappings")


def execute(arguments: argparse.Namespace) -> int:
    """Print the entries, and with `--write` add them."""
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.curate.layout import add_entries, format_entry

    directory = default_directory()
    if arguments.write and directory != "mappings":
        raise UsageError("there is no `mappings/registry.json` here", hint="stand in a checkout to use `--write`")
    catalogue = Catalogue((directory,))
    identifier = _parse_identifier(arguments.identifier, catalogue)
    lines = list(_make_entries(identifier, arguments, catalogue))
    for name, entry, comments in lines:
        print(os.path.join(directory, name))
        for comment in comments:
            print(harmless(f"# {comment}"))
        if entry:
            print(harmless(f"{format_entry(entry)},"))
    additions = [(os.path.join(directory, name), entry) for name, entry, _ in lines if entry]
    for path, entry in additions if arguments.write else ():
        write_text(path, add_entries(path, (entry,)))
    done = "added" if arguments.write else "to add"
    print(f"{format_count(len(additions), 'entry', 'entries')} {done}." if lines else "Nothing is lacking.")
    return 0


def _parse_identifier(text: str, catalogue: Catalogue) -> str:
    """The canonical identifier of an argument."""
    from extdeps.model.requirement import parse_requirement

    requirement = parse_requirement(text)
    if requirement.marker or requirement.constraints:
        raise UsageError(f"`{text}` is a requirement, not an identifier", hint="leave version range and marker out")
    identifier = requirement.url.identifier
    if identifier in catalogue.registry:
        canonical = catalogue.registry.canonical(identifier)
        if canonical != identifier:
            print(harmless(f"note: `{identifier}` is an alias of `{canonical}`"), file=sys.stderr)
        return canonical
    owner = catalogue.probes.find_owner(requirement.url.name)
    if owner:
        print(harmless(f"note: `{requirement.url.name}` is a pkg-config module of `{owner}`"), file=sys.stderr)
    return identifier


def _make_entries(
    identifier: str, arguments: argparse.Namespace, catalogue: Catalogue
) -> Iterator[tuple[str, Entry | None, list[str]]]:
    """Of each document that lacks the identifier its name, the entry, and what is to be said about it."""
    from extdeps.curate.suggest import suggest

    if identifier not in catalogue.registry:
        description = {"description": arguments.description} if arguments.description else {}
        yield "registry.json", {"id": identifier, **description}, []
    if not is_virtual(identifier) and catalogue.probes.find(identifier) is None:
        entry: Entry = {"id": identifier, **{kind: [] for kind in _EVIDENCE}}
        yield "probes.json", entry, ["what proves it; take out what it does not have"]
    for suggestion in suggest(identifier, _find_targets(identifier, arguments.ecosystems, catalogue), catalogue):
        name = f"{suggestion.ecosystem}.mapping.json"
        if suggestion.guesses:
            yield name, suggestion.entry(identifier), list(_explain(suggestion))
        else:
            yield name, None, ["no habit of the names here fits"]


def _find_targets(identifier: str, asked: tuple[str, ...], catalogue: Catalogue) -> tuple[str, ...]:
    from extdeps.catalog.ecosystem import parse_ecosystem
    from extdeps.curate.suggest import find_lacking

    check_ecosystems(asked, catalogue)
    if not asked:
        return find_lacking(identifier, catalogue)
    mappings = {name: catalogue.mapping(parse_ecosystem(name)) for name in dict.fromkeys(asked)}
    return tuple(name for name, mapping in mappings.items() if mapping and not mapping.path_of(identifier))


def _explain(suggestion: Suggestion) -> Iterator[str]:
    """Why each package is suggested: the habit, and in which share of entries it holds."""
    same: dict[str, list[str]] = {}
    for phase, source, guess in suggestion.guesses:
        old, new = ("X".join(affixes) for affixes in (guess.habit.old, guess.habit.new))
        said = f"`{old}` of {source} is `{new}` here"
        same.setdefault(f"{said}, in {guess.holds} of {guess.tried} ({guess.share:.0%})", []).append(phase)
    for reason, phases in same.items():
        yield f"{', '.join(phases)}: {reason}"
