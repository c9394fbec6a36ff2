"""`extdeps mapping lint`."""

from __future__ import annotations

import os

from extdeps.cli.commands.mapping.documents import add_files, default_files, default_overlays
from extdeps.cli.commands.mapping.faults import add_format, format_count, print_faults
from extdeps.errors import UsageError
from extdeps.resources import shipped_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    add_files(parser)
    add_format(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print what is wrong; 1 where something is."""
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.curate.lint import lint

    files = arguments.files or [*default_files(), *default_overlays()]
    for path in files:
        if not os.path.isfile(path):
            raise UsageError(f"`{path}` is not a file")
    directories = tuple(dict.fromkeys((*(os.path.dirname(path) or "." for path in files), shipped_directory())))
    catalogue = Catalogue(directories)
    faults = [fault for path in files for fault in lint(path, catalogue)]
    print_faults(faults, arguments.format, {})
    if arguments.format == "table":
        print(f"{format_count(len(faults), 'fault')} in {format_count(len(files), 'document')}.")
    return 1 if faults else 0
