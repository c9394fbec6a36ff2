"""`extdeps mapping search`."""

from __future__ import annotations

from extdeps.cli.commands.mapping.documents import default_directory
from extdeps.cli.commands.mapping.faults import format_count

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.catalog.mapping import Specs


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    parser.add_argument(
        "word", metavar="WORD", help="an identifier, module, header, library, executable or package, or a part of one"
    )
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")


def execute(arguments: argparse.Namespace) -> int:
    """Print what the word stands for; 1 where it is nothing."""
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.cli.console import print_json, print_styled
    from extdeps.curate.search import search

    matches = search(arguments.word, Catalogue((default_directory(),)))
    if arguments.format == "json":
        documents = [
            {
                "identifier": match.identifier,
                "description": match.description,
                "because": [{"kind": kind, "name": name} for kind, name in match.because],
                "packages": {ecosystem: _document(specs) for ecosystem, specs in match.packages},
            }
            for match in matches
        ]
        print_json({"schema_version": 1, "matches": documents})
    else:
        from extdeps.cli.matches import render_matches

        print_styled(render_matches(matches))
        print(f"{format_count(len(matches), 'match', 'matches')}.")
    return 0 if matches else 1


def _document(specs: Specs) -> dict[str, object]:
    return {
        **{phase: list(getattr(specs, phase)) for phase in ("build", "host", "run")},
        "repository": specs.repository,
        "unshipped": specs.unshipped,
    }
