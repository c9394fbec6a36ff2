"""`extdeps show`: the requirements of something, normalised, with where each was read."""

from __future__ import annotations

from extdeps.cli.options import add_subject_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_subject_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print the declarations; nothing is probed. With `--strict`, a subject that nobody declares for is a finding."""
    from extdeps.cli.console import print_json, print_styled
    from extdeps.cli.session import Session

    session = Session(arguments)
    declarations = session.declarations()
    resolve = session.catalogue.resolve
    urls = {item.requirement.url for declaration in declarations for item in declaration.requirements}
    identify = {url.identifier: resolve(url).identifier for url in urls}
    if arguments.format == "json":
        from extdeps.render.json import format_declarations

        print_json(format_declarations(declarations, identify))
    else:
        from extdeps.render.declarations import render_declarations

        print_styled(render_declarations(declarations, identify, session.selection.phases))
    return 1 if arguments.strict and any(item.is_undeclared for item in declarations) else 0
