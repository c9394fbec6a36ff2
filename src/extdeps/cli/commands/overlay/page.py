"""`extdeps overlay page`."""

from __future__ import annotations

import os

from extdeps.atomicfile import write_text
from extdeps.cli.commands.mapping.documents import default_directory, default_overlays

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

PAGE = os.path.join("projects", "VERIFIED.md")
"""Where the page lies below the data."""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    parser.add_argument(
        "--output", metavar="FILE", default="", help="default: projects/VERIFIED.md beside the mappings; `-` prints it"
    )


def execute(arguments: argparse.Namespace) -> int:
    """Write the page."""
    from extdeps.curate.cleanroom.page import format_page

    text = format_page(default_overlays())
    if arguments.output == "-":
        print(text, end="")
        return 0
    path = arguments.output or os.path.join(default_directory(), PAGE)
    write_text(path, text)
    return 0
