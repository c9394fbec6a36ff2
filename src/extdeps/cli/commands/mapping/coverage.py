"""`extdeps mapping coverage`."""

from __future__ import annotations

import sys
from io import StringIO

from extdeps.atomicfile import write_text
from extdeps.cli.commands.mapping.documents import add_ecosystems, check_ecosystems, default_directory

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from typing import TextIO

    from extdeps.curate.coverage import Coverage


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    add_ecosystems(parser, "look at these alone (default: all that have a mapping)")
    parser.add_argument(
        "--format", choices=("table", "json", "html"), default="table", help="html: one page (default: table)"
    )
    parser.add_argument("--output", metavar="FILE", help="write to a file (default: print)")


def execute(arguments: argparse.Namespace) -> int:
    """Say what is covered and what is not; always 0, since to lack something is no fault."""
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.curate.coverage import measure
    from extdeps.host import LocalHost
    from extdeps.machine import describe_machine

    catalogue = Catalogue((default_directory(),))
    check_ecosystems(arguments.ecosystems, catalogue)
    machine = describe_machine(LocalHost(), catalogue.ecosystems())
    coverage = measure(catalogue, machine, tuple(dict.fromkeys(arguments.ecosystems)))
    if not arguments.output:
        _write(coverage, arguments.format, sys.stdout)
        return 0
    page = StringIO()
    _write(coverage, arguments.format, page)
    write_text(arguments.output, page.getvalue())
    return 0


def _write(coverage: Coverage, output: str, stream: TextIO) -> None:
    if output == "html":
        from extdeps.curate.coveragepage import format_page

        stream.write(format_page(coverage))
        return
    from extdeps.cli.coverage import format_coverage, render_coverage

    if output == "json":
        import json

        stream.write(json.dumps(format_coverage(coverage), indent=2, ensure_ascii=False) + "\n")
        return
    import os

    from extdeps.render.text import print_lines

    print_lines(render_coverage(coverage), stream, os.environ)
