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
    from extdeps.render.selection import SCHEMA_VERSION, format_selection, render_selection

    chosen = _select(session, arguments)
    if arguments.format == "json":
        print_json({"schema_version": SCHEMA_VERSION, "selections": [format_selection(item) for item in chosen]})
    elif arguments.format == "table":
        for item in chosen:
            print_styled(render_selection(item, verbose=arguments.verbose))
    else:
        for line in _list_lines(chosen, arguments.format):
            print(line)
    return 0


def _select(session: Session, arguments: argparse.Namespace) -> tuple[Chosen, ...]:
    from extdeps.declaration.external import normalize_name
    from extdeps.errors import UsageError
    from extdeps.selection import Situation, select

    selectors, machine = session.catalogue.selectors, session.machine
    environment = machine.marker_environment()
    situation = Situation(
        accelerators=session.accelerators,
        environment=environment,
        table=session.catalogue.compatibility,
        system=environment.get("platform_system", machine.host.system),
        may_leave_out=arguments.may_leave_out,
        is_probed=machine.is_probed,
        find_defined=machine.find_defined,
    )
    found = []
    for text in arguments.projects:
        name, specifier = _split(text)
        selector = selectors.get(normalize_name(name))
        if selector is None:
            from difflib import get_close_matches

            close = get_close_matches(name, selectors, n=1)
            nearest = f"did you mean `{close[0]}`? " if close else ""
            raise UsageError(f"nothing is known of builds of `{name}`", hint=f"{nearest}known: {', '.join(selectors)}")
        found.append(select(selector, situation, specifier=specifier))
    return tuple(found)


def _split(text: str) -> tuple[str, str]:
    """The name and the range of a requirement.

    Raises:
        RequirementError: it is none, or asks for more than a range.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    from extdeps.errors import RequirementError

    try:
        parsed = Requirement(text)
    except InvalidRequirement as error:
        raise RequirementError(f"`{text}` is not a requirement", context=(str(error).partition("\n")[0],)) from error
    if parsed.url or parsed.extras or parsed.marker:
        raise RequirementError(f"`{text}` asks for more than a project and its versions")
    return parsed.name, str(parsed.specifier)


def _list_lines(chosen: tuple[Chosen, ...], form: str) -> tuple[str, ...]:
    """Lines for a requirements file, or the arguments of `pip install` or `uv pip install`."""
    from shlex import join

    if form == "pip":
        return tuple(join(item.pip_arguments) for item in chosen)
    if form == "uv":
        return tuple(join(item.uv_arguments) for item in chosen)
    return tuple(line for item in chosen for line in item.lines)
