"""`extdeps check`: what this machine is missing, and how to get it."""

from __future__ import annotations

from extdeps.cli.options import add_subject_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_subject_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Check, print, and return 1 when something has to be done."""
    from extdeps.checker import check
    from extdeps.cli.console import print_json, print_styled
    from extdeps.cli.session import Session

    session = Session(arguments)
    report = check(session.declarations(), session.machine, session.catalogue, session.selection)
    if arguments.format == "json":
        from extdeps.machine import gather_facts
        from extdeps.render.json import format_report

        print_json(format_report(report, gather_facts(session.machine), strict=arguments.strict))
    else:
        from extdeps.render.report import render_report

        print_styled(render_report(report, verbose=arguments.verbose, quiet=arguments.quiet))
    return 0 if report.is_satisfied(strict=arguments.strict) else 1
