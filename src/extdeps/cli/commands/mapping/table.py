"""The actions of `extdeps mapping`, one a module."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

_ACTIONS = {
    "search": "say what a word stands for, and what that is called everywhere",
    "format": "bring documents into the canonical layout",
    "lint": "say what is wrong with documents; exit 1 where something is",
    "sync": "write the mapping of a release out of its index; what a person wrote stays",
    "versions": "write which versions the packages of a release have, out of its index",
    "update": "fetch newer data than came with extdeps, or go back to what was before",
    "verify": "compare a mapping with the index of its packages; exit 1 on faults",
    "diff": "say what differs between two documents or directories; exit 1 where something does",
    "new": "suggest the entries of an identifier, where they are lacking",
    "coverage": "say what each ecosystem covers, and what to add next",
}


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the actions of the command."""
    actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, prog=parser.prog)
    for name, summary in _ACTIONS.items():
        description = f"{summary[0].upper()}{summary[1:]}."
        _import(name).configure(actions.add_parser(name, help=summary, description=description))


def execute(arguments: argparse.Namespace) -> int:
    """Run one action; 1 when there is something to do."""
    code: int = _import(arguments.action).execute(arguments)
    return code


def _import(action: str):  # type: ignore[no-untyped-def]
    return import_module(f"extdeps.cli.commands.mapping.{action}")
