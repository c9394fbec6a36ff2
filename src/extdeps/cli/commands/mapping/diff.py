"""`extdeps mapping diff`."""

from __future__ import annotations

from extdeps.cli.commands.mapping.faults import format_count
from extdeps.render.text import Span, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator

    from extdeps.curate.diff import Change, Field
    from extdeps.render.text import Line, Style

_SIGNS: dict[str, tuple[str, Style]] = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    parser.add_argument("old", metavar="A", help="a document, or a directory of documents")
    parser.add_argument("new", metavar="B", help="another of the same kind")
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")


def execute(arguments: argparse.Namespace) -> int:
    """Print what differs; 1 where something does."""
    from extdeps.cli.console import print_json, print_styled
    from extdeps.curate.diff import compare

    changes = compare(arguments.old, arguments.new)
    if arguments.format == "json":
        from dataclasses import asdict

        print_json({"schema_version": 1, "changes": [asdict(change) for change in changes]})
        return 1 if changes else 0
    print_styled(_render(changes))
    counts = (f"{sum(change.effect == effect for change in changes)} {effect}" for effect in _SIGNS)
    print(f"{format_count(len(changes), 'difference')}: {', '.join(counts)}." if changes else "No difference.")
    return 1 if changes else 0


def _render(changes: tuple[Change, ...]) -> Iterator[Line]:
    """Of each entry its effect, and what it has lost and gained, field by field."""
    document = ""
    for change in changes:
        if change.document != document:
            document = change.document
            yield (Span(harmless(document), "bold"),)
        sign, style = _SIGNS[change.effect]
        yield (Span(f"{sign} {harmless(change.identifier)}", style),)
        for names, field in _merge_phases(change.fields):
            signed = [*(f"-{item}" for item in field.removed), *(f"+{item}" for item in field.added)]
            yield (Span(f"    {', '.join(names)}: ", "dim"), Span(harmless(" ".join(signed))))


def _merge_phases(fields: tuple[Field, ...]) -> Iterator[tuple[list[str], Field]]:
    """Fields with the same difference, which is often that of all phases, together."""
    same: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Field]] = {}
    for field in fields:
        same.setdefault((field.removed, field.added), []).append(field)
    for group in same.values():
        yield [harmless(field.name) for field in group], group[0]
