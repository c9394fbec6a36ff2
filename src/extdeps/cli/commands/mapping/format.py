"""`extdeps mapping format`."""

from __future__ import annotations

from extdeps.atomicfile import write_text
from extdeps.cli.commands.mapping.documents import add_files, default_files

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 where something would change")
    add_files(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Rewrite what is not formatted; with `--check`, 1 where there is any."""
    from extdeps.curate.layout import format_document

    changed = []
    for path in arguments.files or default_files():
        formatted = format_document(path)
        with open(path, encoding="utf-8") as file:
            if file.read() == formatted:
                continue
        changed.append(path)
        if not arguments.check:
            write_text(path, formatted)
    for path in changed:
        print(f"{'would format' if arguments.check else 'formatted'} {path}")
    return 1 if arguments.check and changed else 0
