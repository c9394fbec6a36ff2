"""`extdeps check`: what this machine is missing, and how to get it."""

from __future__ import annotations

from extdeps.cli.options import add_lock_options, add_subject_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.cli.session import Session
    from extdeps.model.evidence import Report
    from extdeps.model.lock import LockCheck


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_subject_options(parser)
    add_lock_options(parser, "also compare with")


def execute(arguments: argparse.Namespace) -> int:
    """Check, print, and return 1 when something has to be done, or the lock says otherwise."""
    from extdeps.checker import check
    from extdeps.cli.console import print_json, print_styled
    from extdeps.cli.session import Session

    session = Session(arguments)
    report = check(session.declarations(), session.machine, session.catalogue, session.selection)
    lock_check = _compare(arguments, session, report)
    if arguments.format == "json":
        from extdeps.machine import gather_facts
        from extdeps.render.json import format_report

        document = format_report(report, gather_facts(session.machine), strict=arguments.strict)
        if lock_check:
            from extdeps.render.lock import add_lock_check

            document = add_lock_check(document, lock_check)
        print_json(document)
    else:
        from extdeps.render.report import render_report

        print_styled(render_report(report, verbose=arguments.verbose, quiet=arguments.quiet))
        if lock_check and (lock_check.drifts or not arguments.quiet):
            from extdeps.render.lock import render_lock_check

            print_styled(render_lock_check(lock_check))
    is_satisfied = report.is_satisfied(strict=arguments.strict) and not (lock_check and lock_check.drifts)
    return 0 if is_satisfied else 1


def _compare(arguments: argparse.Namespace, session: Session, report: Report) -> LockCheck | None:
    """The comparison with the lock, where one is asked for."""
    if not (arguments.locked or arguments.lock_file):
        return None
    from extdeps.cli.lockpath import find_lock_path
    from extdeps.lockfile.compare import check_locked
    from extdeps.lockfile.document import load_lock

    path = find_lock_path(arguments.lock_file, arguments.subjects)
    return check_locked(report, load_lock(path), session.machine.ecosystem, session.catalogue, path)
