"""`extdeps select`: which build of a project fits the accelerators of this machine."""

from __future__ import annotations

from extdeps.cli.options import add_capability_options, add_machine_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.cli.session import Session
    from extdeps.model.selection import Chosen


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.add_argument("projects", metavar="PROJECT", nargs="+", help="a project, with a range where that matters")
    parser.add_argument(
        "--may-leave-out", action="store_true", help="a build will do that does not run on all GPUs of a vendor"
    )
    add_machine_options(parser, ("requirements", "pip", "uv"))
    add_capability_options(parser)


def execute(arguments: argparse.Namespace) -> int:
    """Choose and print; 4 where no build fits."""
    from extdeps.cli.session import Session

    return run(Session(arguments), arguments)


def run(session: Session, arguments: argparse.Namespace) -> int:
    """Choose and print, for the machine of a session.

    Args:
        session: everything that the command works with.
        arguments: of the command.

    Raises:
        UnsatisfiableError: no build of one of the projects fits.
    """
    from extdeps.cli.console import print_json, print_styled
    from extdeps.cli.selecting import select_builds
    from extdeps.render.selection import SCHEMA_VERSION, format_selection, render_selection

    chosen = select_builds(session, arguments.projects, may_leave_out=arguments.may_leave_out)
    if arguments.format == "json":
        print_json({"schema_version": SCHEMA_VERSION, "selections": [format_selection(item) for item in chosen]})
    elif arguments.format == "table":
        for item in chosen:
            print_styled(render_selection(item, verbose=arguments.verbose))
    else:
        for line in _list_lines(chosen, arguments.format):
            print(line)
    return 0


def _list_lines(chosen: tuple[Chosen, ...], form: str) -> tuple[str, ...]:
    """Lines for a requirements file, or the arguments of `pip install` or `uv pip install`."""
    from shlex import join

    if form == "pip":
        return tuple(join(item.pip_arguments) for item in chosen)
    if form == "uv":
        return tuple(join(item.uv_arguments) for item in chosen)
    return tuple(line for item in chosen for line in item.lines)
