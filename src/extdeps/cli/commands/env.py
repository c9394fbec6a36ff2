"""`extdeps env`: the variables that make a build find what is installed."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.cli.session import Session
    from extdeps.model.environment import Environment

_EPILOG = """take them over:
  sh, bash, zsh  eval "$(extdeps env)"
  fish           extdeps env --format fish | source
  PowerShell     extdeps env --format powershell | Out-String | Invoke-Expression
  GitHub Actions a step with `run: eval "$(extdeps env --format github)"`
"""


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    parser.epilog = _EPILOG
    parser.add_argument(
        "--prefix",
        metavar="DIR",
        default="",
        help="the variables of this prefix alone (default: of `.extdeps` beside the project, and of what is "
        "installed where no build looks)",
    )
    parser.add_argument(
        "--phase",
        metavar="PHASE",
        action="append",
        default=[],
        help="only what build, host or run needs, or several with commas",
    )
    parser.add_argument("--python", metavar="PATH", default="", help="the Python that decides")
    parser.add_argument(
        "--format",
        choices=("sh", "fish", "powershell", "github", "json"),
        default="sh",
        help="default: sh",
    )
    parser.set_defaults(root="", target="")


def execute(arguments: argparse.Namespace) -> int:
    """Print the variables."""
    from extdeps.cli.session import Session

    session = Session(arguments)
    environment = _describe(session, arguments.prefix, arguments.python)
    if session.phases:
        environment = environment.select(session.phases)
    if arguments.format == "json":
        from extdeps.cli.console import print_json
        from extdeps.render.json import format_environment

        print_json(format_environment(environment))
    else:
        from extdeps.render.environment import render_environment

        for line in render_environment(environment, arguments.format):
            print(line)
    return 0


def _describe(session: Session, prefix: str, python: str) -> Environment:
    import os
    from dataclasses import replace

    from extdeps.buildenv.advice import NOTHING, describe_advice
    from extdeps.buildenv.prefix import describe_prefix, require_nameable
    from extdeps.cli.place import default_prefix
    from extdeps.interpreter import find_interpreter

    host = session.host
    interpreter = find_interpreter(host, python)
    if prefix:
        return describe_prefix(host, interpreter, _check_prefix(prefix))
    advice = describe_advice(host, interpreter, session.catalogue.probes)
    own = default_prefix(session)
    if not os.path.isdir(own):
        return advice
    require_nameable(own)
    further = replace(advice, notes=tuple(note for note in advice.notes if note != NOTHING))
    return describe_prefix(host, interpreter, own).join(further)


def _check_prefix(prefix: str) -> str:
    """The absolute path of a prefix that can be named in a variable.

    Raises:
        UsageError: it is not there, or its name holds what parts one directory from the next.
    """
    import os
    from shlex import quote

    from extdeps.buildenv.prefix import require_nameable
    from extdeps.errors import UsageError

    path = os.path.abspath(prefix)
    if not os.path.isdir(path):
        raise UsageError(
            f"there is no prefix at `{path}`",
            hint=f"`extdeps install --prefix {quote(prefix)} ...` makes it",
        )
    require_nameable(path)
    return path
