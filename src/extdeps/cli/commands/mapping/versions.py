"""`extdeps mapping versions`."""

from __future__ import annotations

import os
import sys

from extdeps.atomicfile import write_text
from extdeps.cli.commands.mapping.documents import default_directory
from extdeps.cli.commands.mapping.faults import format_count
from extdeps.cli.commands.mapping.source import add_source, read_source
from extdeps.errors import UsageError
from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    add_source(parser)
    parser.add_argument(
        "--output", metavar="FILE", help="default: the document of the ecosystem beside its mapping; `-` prints it"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Write the document of a release."""
    from datetime import UTC, datetime

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.versions import ENDING
    from extdeps.curate.index.table import open_index
    from extdeps.curate.versions import collect_versions

    source = read_source(arguments)
    directory = default_directory()
    mapping = Catalogue((directory,)).mapping(source.ecosystem)
    if mapping is None:
        raise UsageError(f"there is no mapping for `{source.ecosystem}`")
    today = datetime.now(UTC).date().isoformat()
    collection = collect_versions(mapping, open_index(source), source, today=today)
    path = arguments.output or os.path.join(directory, f"{source.ecosystem}{ENDING}")
    remarks = sys.stdout
    if path == "-":
        print(collection.text, end="")
        remarks = sys.stderr
    else:
        write_text(path, collection.text)
    for name in collection.absent:
        print(harmless(f"no version: `{name}`"), file=remarks)
    if path != "-":
        print(f"{format_count(collection.count, 'version')} in {path}.")
    return 0
