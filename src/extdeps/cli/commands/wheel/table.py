"""The actions of `extdeps wheel`, one a module."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

_ACTIONS = {
    "audit": "say which shared libraries wheels carry, whose they are, and what would supply them here instead",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of the command."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, prog=parser.prog)
    for name, summary in _ACTIONS.items():
        description = f"{summary[0].upper()}{summary[1:]}."
        _import(name).configure(actions.add_parser(name, help=summary, description=description))


def execute(arguments: argparse.Namespace) -> int:
    """Run one action."""
    code: int = _import(arguments.action).execute(arguments)
    return code


def _import(action: str):  # type: ignore[no-untyped-def]
    return import_module(f"extdeps.cli.commands.wheel.{action}")
