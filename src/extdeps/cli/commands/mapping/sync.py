"""`extdeps mapping sync`."""

from __future__ import annotations

import os

from extdeps.atomicfile import write_text
from extdeps.cli.commands.mapping.documents import default_directory
from extdeps.cli.commands.mapping.faults import format_count
from extdeps.cli.commands.mapping.source import add_source, read_source

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    add_source(parser)
    parser.add_argument("--base", action="store_true", help="write the ecosystem's own document, not the release's")
    parser.add_argument("--check", action="store_true", help="write nothing; exit 1 where something would change")


def execute(arguments: argparse.Namespace) -> int:
    """Rewrite the document of a release; with `--check`, 1 where it would change."""
    from datetime import UTC, datetime

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.curate.index.table import open_index
    from extdeps.curate.sync import list_ecosystem, synchronize

    source = read_source(arguments)
    ecosystem = Ecosystem(name=source.ecosystem.name) if arguments.base else source.ecosystem
    directory = default_directory()
    path = os.path.join(directory, f"{ecosystem}.mapping.json")
    today = datetime.now(UTC).date().isoformat()
    result = synchronize(ecosystem, path, Catalogue((directory,)), open_index(source), today=today)
    changes = {"added": result.added, "changed": result.changed, "removed": result.removed}
    for verb, identifiers in {**changes, "doubtful": result.doubtful}.items():
        for identifier in identifiers:
            print(f"{verb}: `{identifier}`")
    total = sum(map(len, changes.values()))
    if total and not arguments.check:
        write_text(path, result.text)
        list_ecosystem(os.path.join(directory, "known-ecosystems.json"), ecosystem)
    print(f"{format_count(total, 'change')} {'would be made in' if arguments.check else 'made in'} {path}.")
    return 1 if arguments.check and total else 0
