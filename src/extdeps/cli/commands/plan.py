"""`extdeps plan`: which manager can deliver all of it, together, at versions that satisfy everyone."""

from __future__ import annotations

from extdeps.cli.options import add_lock_options, add_preference_options, add_prefix_options, add_subject_options
from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from extdeps.cli.session import Session
    from extdeps.model.plan import Plan
    from extdeps.render.text import Line


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    from extdeps.render.formats.table import FORMATS

    add_subject_options(parser, tuple(FORMATS))
    add_preference_options(parser)
    add_prefix_options(parser)
    add_lock_options(parser, "only with what stands in")
    group = parser.add_argument_group("plan")
    group.add_argument("--why", metavar="IDENTIFIER", default="", help="show how it was decided what meets this")
    group.add_argument("-o", "--output", metavar="FILE", default="", help="write to a file (default: print)")


def execute(arguments: argparse.Namespace) -> int:
    """Plan and print; 4 where something cannot be met."""
    from extdeps.cli.session import Session

    return run(Session(arguments), arguments)


def run(session: Session, arguments: argparse.Namespace) -> int:
    """Plan and print, for the machine of a session.

    Args:
        session: everything that the command works with.
        arguments: of the command.

    Returns:
        The exit status: 0, or 4 where something cannot be met; what `--why` explains is no such answer.
    """
    if arguments.why:
        _print_path(session, arguments)
        return 0
    plans = _make_plans(session, arguments)
    _print_plans(plans, arguments)
    return 4 if any(plan.unmet for plan in plans) else 0


def _make_plans(session: Session, arguments: argparse.Namespace) -> tuple[Plan, ...]:
    from extdeps.cli.place import choose_machine
    from extdeps.cli.planningchoice import make_planning
    from extdeps.render.formats.table import FORMATS
    from extdeps.resolve.planning import find_plan_elevation

    planning, machine = make_planning(session, arguments), choose_machine(session, arguments)
    elevation = find_plan_elevation(machine)
    wanted = FORMATS.get(arguments.format)
    return planning.plans_for(wanted, machine, elevation) if wanted else (planning.plan(machine, elevation),)


def _print_plans(plans: tuple[Plan, ...], arguments: argparse.Namespace) -> None:
    if arguments.format == "table":
        from extdeps.render.plan import render_plan

        _say(render_plan(plans[0], verbose=arguments.verbose, quiet=arguments.quiet), arguments.output)
    elif arguments.format == "json":
        from extdeps.render.plandocument import format_plan

        _say_document(format_plan(plans[0]), arguments.output)
    else:
        from extdeps.render.formats.table import FORMATS

        _write(FORMATS[arguments.format].render(plans), arguments.output)


def _print_path(session: Session, arguments: argparse.Namespace) -> None:
    """Print the path of one decision."""
    from extdeps.cli.place import choose_machine
    from extdeps.cli.planningchoice import make_planning

    if arguments.format not in ("table", "json"):
        raise UsageError(f"`--why` is not said as `{arguments.format}`", hint="`--format` is table or json here")
    paths = make_planning(session, arguments).explain(choose_machine(session, arguments), arguments.why)
    if arguments.format == "json":
        from extdeps.render.whydocument import format_paths

        _say_document(format_paths(paths), arguments.output)
    else:
        from extdeps.render.why import render_why

        _say(render_why(paths), arguments.output)


def _say(lines: Iterable[Line], path: str) -> None:
    """Print lines as the terminal likes them, or write them to a file."""
    if path:
        from extdeps.render.text import format_plain

        _write(format_plain(lines), path)
        return
    from extdeps.cli.console import print_styled

    print_styled(lines)


def _say_document(document: dict[str, object], path: str) -> None:
    import json

    _write(json.dumps(document, indent=2, ensure_ascii=False) + "\n", path)


def _write(text: str, path: str) -> None:
    if path:
        from extdeps.atomicfile import write_text

        write_text(path, text)
    else:
        print(text, end="")
