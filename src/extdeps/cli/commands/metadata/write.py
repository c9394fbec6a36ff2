"""`extdeps metadata write`."""

from __future__ import annotations

from dataclasses import replace

from extdeps.cli.options import add_document_options, add_format_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.distribution.fields import Fields
    from extdeps.distribution.file import DistributionFile
    from extdeps.model.externalmetadata import Dropped


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    parser.add_argument("file", metavar="FILE", help="a wheel or an sdist")
    group = parser.add_argument_group("what it says then")
    group.add_argument(
        "--pyproject",
        metavar="FILE",
        default="",
        help="start from the `[external]` table of this pyproject.toml (default: from what the file says now)",
    )
    group.add_argument(
        "--dep", metavar="REQ", action="append", default=[], help="add this, even if the wheel carries it"
    )
    group.add_argument("--no-dep", metavar="REQ", action="append", default=[], help="drop what is on the same thing")
    group = parser.add_argument_group("where")
    group.add_argument("-o", "--output", metavar="FILE", default="", help="write another file (default: in place)")
    group.add_argument("--drop-signature", action="store_true", help="drop signatures, which would become wrong")
    add_format_option(parser)
    add_document_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Write the file, and print what it says and what was dropped."""
    from extdeps.cli.console import print_json, print_styled
    from extdeps.cli.session import Session
    from extdeps.distribution.describe import describe_file
    from extdeps.distribution.narrow import add_named, drop_carried, drop_named
    from extdeps.distribution.open import open_distribution
    from extdeps.distribution.replace import replace_external
    from extdeps.render.externalmetadata import format_metadata, render_metadata

    catalogue = Session(arguments).catalogue
    file = open_distribution(arguments.file)
    describe_file(file)  # what is wrong there is said before anything is changed
    carried: tuple[Dropped, ...] = ()
    fields = _find_fields(file, arguments.pyproject)
    if file.path.endswith(".whl"):
        fields, carried = drop_carried(fields, file.path, catalogue)
    fields, dropped = drop_named(fields, arguments.no_dep, catalogue)
    fields = add_named(fields, arguments.dep)
    replace_external(file, fields, output=arguments.output, drop_signature=arguments.drop_signature)
    written = describe_file(open_distribution(arguments.output or file.path))
    said = [replace(written, dropped=(*carried, *dropped))]
    if arguments.format == "json":
        print_json(format_metadata(said))
    else:
        print_styled(render_metadata(said))
    return 0


def _find_fields(file: DistributionFile, pyproject: str) -> Fields:
    """The fields to start from."""
    from extdeps.distribution.fields import read_fields

    if not pyproject:
        return read_fields(file.metadata)
    from extdeps.declaration.pyproject import parse_tables, read_tables
    from extdeps.errors import InvalidInputError
    from extdeps.model.declaration import format_core_metadata

    declaration = parse_tables(read_tables(pyproject), subject=pyproject, origin=pyproject).declaration
    if declaration is None:
        raise InvalidInputError(f"`{pyproject}` has no `[external]` table")
    return format_core_metadata(declaration)
