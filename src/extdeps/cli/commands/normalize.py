"""`extdeps normalize`: the `[external]` table of something as PEP 725 has it, whatever spelling it was declared in."""

from __future__ import annotations

import sys

from extdeps.cli.options import add_subject_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command; `--strict` is for readers that know PEP 725 alone."""
    add_subject_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print the table of each subject, and on stderr what of it is lost with `--strict`."""
    from extdeps.cli.console import print_json
    from extdeps.cli.session import Session
    from extdeps.render.external import list_lowered, normalize_table, render_table

    declarations = Session(arguments).declarations()
    tables = [normalize_table(item, strict=arguments.strict) for item in declarations]
    if arguments.format == "json":
        print_json(
            {
                "tables": [
                    {"subject": item.subject, "external": table}
                    for item, table in zip(declarations, tables, strict=True)
                ]
            }
        )
    else:
        print("\n".join(map(render_table, tables)), end="")
    for declaration in declarations:
        notes = (*declaration.notes, *(list_lowered(declaration) if arguments.strict else ()))
        for note in dict.fromkeys(notes):
            print(f"note: {note}", file=sys.stderr)
    return 0
