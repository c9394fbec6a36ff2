"""Commands that have actions of their own, one a module."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping
    from types import ModuleType


@dataclass(frozen=True, slots=True, kw_only=True)
class Actions:
    """The actions of one command.

    Args:
        package: the package that holds their modules.
        summaries: what each is for, by its name, in the order in which they are listed.
    """

    package: str
    summaries: Mapping[str, str]

    def configure(self, parser: argparse.ArgumentParser) -> None:
        """Add the actions to the parser of the command."""
        actions = parser.add_subparsers(dest="action", metavar="ACTION", required=True, prog=parser.prog)
        for name, summary in self.summaries.items():
            description = f"{summary[0].upper()}{summary[1:]}."
            self._import(name).configure(actions.add_parser(name, help=summary, description=description))

    def execute(self, arguments: argparse.Namespace) -> int:
        """Run the action that was asked for, and return its exit code."""
        code: int = self._import(arguments.action).execute(arguments)
        return code

    def _import(self, action: str) -> ModuleType:
        return import_module(f"{self.package}.{action}")
