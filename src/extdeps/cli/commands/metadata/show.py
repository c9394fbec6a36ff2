"""`extdeps metadata show`."""

from __future__ import annotations

from extdeps.cli.options import add_format_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    parser.add_argument("files", metavar="FILE", nargs="+", help="a wheel or an sdist")
    add_format_option(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print the fields of each file."""
    from extdeps.cli.console import print_json, print_styled
    from extdeps.distribution.describe import describe_file
    from extdeps.distribution.open import open_distribution
    from extdeps.render.externalmetadata import format_metadata, render_metadata

    files = [describe_file(open_distribution(path)) for path in arguments.files]
    if arguments.format == "json":
        print_json(format_metadata(files))
    else:
        print_styled(render_metadata(files))
    return 0
