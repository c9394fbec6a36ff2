"""`extdeps plan`: which manager can deliver all of it, together, at versions that satisfy everyone."""

from __future__ import annotations

from extdeps.cli.options import add_lock_options, add_preference_options, add_prefix_options, add_subject_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.cli.planning import Planning
    from extdeps.machine import Machine
    from extdeps.model.plan import Plan


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
    """Plan and print; 4 where something cannot be met, 1 where a lock is not of what is so now."""
    from extdeps.cli.place import choose_machine
    from extdeps.cli.planning import make_planning
    from extdeps.cli.session import Session

    session = Session(arguments)
    planning = make_planning(session, arguments)
    machine = choose_machine(session, arguments)
    if arguments.why:
        return _explain(planning, machine, arguments)
    plans = _make_plans(planning, machine, arguments)
    _print(plans, arguments)
    return 4 if any(plan.unmet for plan in plans) else 0


def _make_plans(planning: Planning, machine: Machine, arguments: argparse.Namespace) -> tuple[Plan, ...]:
    from extdeps.cli.place import find_plan_elevation
    from extdeps.render.formats.table import FORMATS

    elevation = find_plan_elevation(machine)
    wanted = FORMATS.get(arguments.format)
    return planning.plans_for(wanted, machine, elevation) if wanted else (planning.plan(machine, elevation),)


def _print(plans: tuple[Plan, ...], arguments: argparse.Namespace) -> None:
    if arguments.format == "table" and not arguments.output:
        from extdeps.cli.console import print_styled
        from extdeps.render.plan import render_plan

        print_styled(render_plan(plans[0], verbose=arguments.verbose, quiet=arguments.quiet))
        return
    text = _render(plans, arguments)
    if not arguments.output:
        print(text, end="")
        return
    from extdeps.cli.console import write_file

    write_file(arguments.output, text)


def _render(plans: tuple[Plan, ...], arguments: argparse.Namespace) -> str:
    if arguments.format == "table":
        from extdeps.render.plan import render_plan
        from extdeps.render.text import format_plain

        return format_plain(render_plan(plans[0], verbose=arguments.verbose, quiet=arguments.quiet))
    if arguments.format == "json":
        import json

        from extdeps.render.plandocument import format_plan

        return json.dumps(format_plan(plans[0]), indent=2, ensure_ascii=False) + "\n"
    from extdeps.render.formats.table import FORMATS

    return FORMATS[arguments.format].render(plans)


def _explain(planning: Planning, machine: Machine, arguments: argparse.Namespace) -> int:
    """Print the path of one decision."""
    from extdeps.cli.console import print_styled
    from extdeps.render.why import render_why

    print_styled(render_why(planning.explain(machine, arguments.why)))
    return 0
