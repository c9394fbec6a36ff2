"""The entry point: a table of commands, each imported only when it is run."""

from __future__ import annotations

import argparse
import os
import sys
from importlib import import_module
from itertools import pairwise

from extdeps.errors import BugError, ExtdepsError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_COMMANDS = {
    "check": "say what this machine is missing, and how to get it",
    "show": "print the external requirements of something, without looking at this machine",
    "normalize": "print an [external] table as PEP 725 has it, whatever spelling it was declared in",
    "env": "print the variables that make a build find what is installed",
    "host": "describe this machine: system, C library, Python, package managers",
    "install": "get what this machine is missing, after showing it and a yes",
    "pip": "run pip, and get before what its projects need from outside of PyPI",
    "uv": "run uv, and get before what its projects need from outside of PyPI",
    "plan": "decide how all of it is met together, by which managers, and print the steps",
    "lock": "keep in `extdeps.lock` what meets the requirements on each kind of machine",
    "helper": "answer an installer: one JSON request on standard input, one JSON reply on standard output",
    "select": "say which build of a project fits the accelerators of this machine",
    "wheel": "say which shared libraries a wheel carries, whose they are, and what it would weigh without",
    "metadata": "print or replace what a finished wheel or sdist says about external requirements",
    "cache": "say what is kept of what was fetched and answered, or remove it",
    "mapping": "for packagers: search, check, compare, extend, measure and update the data",
    "overlay": "for packagers: build in clean roots what the overlays of projects say, and list what was tried",
}

_FRONTS = ("pip", "uv")
"""Commands that pass on what they do not know."""

_DESCRIPTION = "Know before `pip install` which non-PyPI dependencies are missing, and the one command that gets them."

_EXIT_CODES = """exit codes:
  0  satisfied             3  invalid input
  1  findings              4  cannot be met together, or not here
  2  usage                 5  this machine or a step failed
                          70  a bug of extdeps
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line.

    Args:
        argv: the arguments; those of the process by default.

    Returns:
        The exit code.
    """
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        return _dispatch(arguments)
    except ExtdepsError as error:
        return _fail(error, arguments)
    except BrokenPipeError:
        # the reader has seen enough; keep Python from complaining while it flushes
        sys.stdout = None
        return 0
    except KeyboardInterrupt:
        print("interrupted", file=sys.stderr)
        return 130
    except Exception as error:  # noqa: BLE001 - the last place where a bug becomes a sentence
        return _fail(describe_bug(error), arguments)


def _dispatch(arguments: list[str]) -> int:
    parser = Parser(prog="extdeps", description=_DESCRIPTION, epilog=_EXIT_CODES, formatter_class=_Formatter)
    parser.add_argument("--version", action="store_true", help="print the version and exit")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=Parser, prog="extdeps")
    chosen = next((word for word in arguments if word in _COMMANDS), "")
    for name, summary in _COMMANDS.items():
        command = commands.add_parser(
            name,
            help=summary,
            description=f"{summary[0].upper()}{summary[1:]}.",
            allow_abbrev=False,
            formatter_class=_Formatter,
        )
        if name == chosen:
            import_module(f"extdeps.cli.commands.{name}").configure(command)
    parsed, unknown = parser.parse_known_args(arguments)
    if unknown and parsed.command not in _FRONTS:
        parser.error(f"unrecognized arguments: {' '.join(unknown)}")
    if unknown:  # options of the installer itself
        parsed.command_line = [*unknown, *parsed.command_line]
    if parsed.version:
        from extdeps.resources import SHIPPED_VERSION

        print(f"extdeps {SHIPPED_VERSION}")
        return 0
    if not parsed.command:
        parser.print_help()
        return 0
    code: int = import_module(f"extdeps.cli.commands.{parsed.command}").execute(parsed)
    return code


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Help at a width of its own; argparse makes a formatter for every option, and would measure the terminal."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=_width())


def _width() -> int:
    columns = os.environ.get("COLUMNS", "")
    return int(columns) if columns.isdigit() and int(columns) else 100


class Parser(argparse.ArgumentParser):
    """An argument parser whose errors are ours."""

    def error(self, message: str):  # type: ignore[no-untyped-def]
        raise UsageError(message, hint=f"see `{self.prog} --help`")


def _fail(error: ExtdepsError, arguments: Sequence[str]) -> int:
    if _asks_for_json(arguments):
        import json

        from extdeps.render.json import SCHEMA_VERSION, describe_error

        print(json.dumps({"schema_version": SCHEMA_VERSION, "error": describe_error(error)}, indent=2))
    from extdeps.render.error import format_error

    print(format_error(error), file=sys.stderr)
    return error.exit_code


def _asks_for_json(arguments: Sequence[str]) -> bool:
    return "--format=json" in arguments or ("--format", "json") in pairwise(arguments)


def describe_bug(error: Exception) -> BugError:
    """An exception that nobody expected, as a sentence."""
    import traceback

    if os.environ.get("EXTDEPS_TRACEBACK"):
        traceback.print_exception(error)
    place = traceback.extract_tb(error.__traceback__)[-1]
    name = place.filename.rpartition("/")[2]
    return BugError(
        f"{type(error).__name__} at {name}:{place.lineno}: {error}",
        hint="this is a bug of extdeps; set EXTDEPS_TRACEBACK=1 for where it happened, and report it",
    )
