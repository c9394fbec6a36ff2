"""In front of an installer: what it would install is checked, and what is missing is got, before it runs as ever.

The command line is the installer's own, with `extdeps` before it; the few options of ours may stand anywhere in it.
"""

from __future__ import annotations

import argparse
import sys
from contextlib import redirect_stdout
from dataclasses import dataclass
from functools import cached_property

from extdeps.cli.session import Session
from extdeps.declaration.installer.pipcommand import parse_install_command
from extdeps.errors import ExtdepsError, LockedError, StepError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from extdeps.declaration.installer.pipcommand import InstallCommand
    from extdeps.host import Host
    from extdeps.model.evidence import Report

_HELP = "options of extdeps, which may stand anywhere in the command"


def add_front_options(parser: argparse.ArgumentParser) -> None:
    """Add the options of ours, and all that is the installer's."""
    _add_own(parser)
    parser.add_argument("command_line", metavar="...", nargs=argparse.REMAINDER, help="as without extdeps")


def _add_own(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(_HELP)
    group.add_argument("--no-install", action="store_true", help="only check: nothing is installed or run")
    group.add_argument("--select", action="store_true", help="take the builds that fit this machine's accelerators")
    group.add_argument("--yes", action="store_true", help="get what is missing without asking")
    group.add_argument("--allow-removals", action="store_true", help="other packages may be removed or downgraded")
    for name, what in (
        ("for", "the package managers to use, the preferred one first"),
        ("prefer", "the order of managers, where there is a choice"),
        ("without", "managers that are not to be used"),
    ):
        dest = "managers" if name == "for" else name
        group.add_argument(f"--{name}", dest=dest, metavar="MANAGERS", action="append", default=[], help=what)


def find_installation(
    arguments: argparse.Namespace, command: tuple[str, ...]
) -> tuple[argparse.Namespace, tuple[str, ...]] | None:
    """Our options, wherever they stand before `--`, and the installer's arguments without the words of the command.

    Args:
        arguments: the parsed command line.
        command: the words that install: `install`, or `pip install`.

    Returns:
        None for another command of the installer, all of whose options are its own, and where nothing is named that
        would be installed.

    Raises:
        UsageError: an option of ours lacks its value.
    """
    from extdeps.cli.main import Parser

    parser = Parser(prog=f"extdeps {arguments.command}", add_help=False, allow_abbrev=False)
    _add_own(parser)
    line = arguments.command_line
    if parse_install_command(line).subjects[: len(command)] != command:
        return None
    end = line.index("--") if "--" in line else len(line)
    own, rest = parser.parse_known_args(line[:end], argparse.Namespace(**vars(arguments)))
    for word in command:
        rest.remove(word)
    rest += line[end:]
    return (own, tuple(rest)) if parse_install_command(rest).has_subjects else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Installer:
    """An installer that we stand in front of.

    Args:
        name: `pip` or `uv`.
        program: what is run before `install`.
        python: the Python that it installs for, or empty for the one that decides.
    """

    name: str
    program: tuple[str, ...]
    python: str = ""


class Front:
    """One command of an installer.

    Args:
        installer: which one.
        own: our options.
        command: the arguments behind `install`.
    """

    def __init__(self, installer: Installer, own: argparse.Namespace, command: tuple[str, ...]) -> None:
        self._installer = installer
        self._own = own
        self._command = command

    def run(self) -> int:
        """Check, get what is missing, and run the installer.

        Returns:
            Its exit code; with `--no-install` 1 where something is missing.
        """
        if self._own.select:
            self._select()
        with redirect_stdout(sys.stderr):  # stdout is the installer's
            report = self._get_missing()
        if self._own.no_install:
            return 0 if report.is_satisfied() else 1
        code = run_plain((*self._installer.program, "install", *self._command), self._session.host)
        if code:
            self._blame(report)
        return code

    @property
    def _parsed(self) -> InstallCommand:
        return parse_install_command(self._command)

    @cached_property
    def _arguments(self) -> argparse.Namespace:
        """The arguments of `extdeps install` that ask for the same."""
        from extdeps.cli.commands.install import configure

        parser, parsed = argparse.ArgumentParser(), self._parsed
        configure(parser)
        arguments = parser.parse_args([])
        for name in ("yes", "allow_removals", "managers", "prefer", "without"):
            setattr(arguments, name, getattr(self._own, name))
        for name, values in parsed.options.items():
            setattr(arguments, name.replace("-", "_"), values[-1] if name == "index-url" else list(values))
        arguments.subjects, arguments.editable = list(parsed.subjects), list(parsed.editable)
        arguments.requirement, arguments.constraint = list(parsed.requirement), list(parsed.constraint)
        arguments.python = self._installer.python
        arguments.quiet = True
        arguments.installer, arguments.installer_command = self._installer.name, self._command
        return arguments

    @cached_property
    def _session(self) -> Session:
        return Session(self._arguments)

    def _get_missing(self) -> Report:
        """What is missing before the installer runs; what can be got by then has been."""
        from extdeps.cli.commands.install import Installation
        from extdeps.render.error import format_error

        installation = Installation(self._arguments, self._session)
        if self._own.no_install:
            return installation.check()
        try:
            installation.run()
        except (UsageError, LockedError, StepError):
            raise
        except ExtdepsError as error:  # whatever it is, it is not worse than without us
            print(format_error(error), file=sys.stderr)
            print(f"note: {self._installer.name} is run all the same", file=sys.stderr)
        return installation.report

    def _blame(self, report: Report) -> None:
        """After a failure of the installer: what it lacked, as far as that was known beforehand."""
        missing = [finding for finding in report.findings if finding.needs_action and finding.phase != "run"]
        if missing:
            listed = ", ".join(
                f"`{item.requirement.format_short()}` for {', '.join(item.requested_by)}" for item in missing
            )
            print(f"note: {self._installer.name} failed, and this was missing: {listed}", file=sys.stderr)

    def _select(self) -> None:
        """Put the builds that fit this machine in the place of the projects that publish one per accelerator."""
        from extdeps.cli.selecting import replace_projects

        self._command = replace_projects(self._command, self._parsed.subjects, self._session, self._installer.name)
        del self._session, self._arguments


def run_plain(argv: Sequence[str], host: Host) -> int:
    """Run a command in our place.

    Args:
        argv: the program and its arguments.
        host: this machine.

    Raises:
        InstallerError: it is not there.
    """
    from extdeps.errors import InstallerError
    from extdeps.follow import attach
    from extdeps.host import find_executable

    path = find_executable(host, argv[0])
    if path is None:
        raise InstallerError(f"there is no `{argv[0]}`")
    return attach([path, *argv[1:]], environ=host.environ)
