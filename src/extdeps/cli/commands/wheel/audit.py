"""`extdeps wheel audit`."""

from __future__ import annotations

from extdeps.cli.options import add_document_options, add_machine_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the action."""
    parser.add_argument("wheels", metavar="FILE", nargs="+", help="a wheel")
    add_machine_options(parser)
    add_document_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Print what the wheels carry; what is found is no fault, so that the status is 0."""
    from extdeps.audit.wheel import audit_wheels
    from extdeps.cli.console import print_json, print_styled
    from extdeps.cli.session import Session

    session = Session(arguments)
    report = audit_wheels(arguments.wheels, session.catalogue, session.machine.ecosystem)
    if arguments.format == "json":
        from extdeps.render.wheelaudit import format_audit

        print_json(format_audit(report))
    else:
        from extdeps.render.wheelaudit import render_audit

        print_styled(render_audit(report, verbose=arguments.verbose, quiet=arguments.quiet))
    return 0
