"""Where an installation goes: the machine's own manager, one that was asked for, or a prefix that needs no root."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from extdeps.errors import NoElevationError, NoManagerError, UsageError
from extdeps.machine import choose
from extdeps.manager.elevation import Elevation, find_elevation

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from extdeps.cli.session import Session
    from extdeps.host import Host
    from extdeps.machine import Machine
    from extdeps.model.evidence import Report


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where an installation goes.

    Args:
        describe: the machine as a build will see it; asked again after something was installed.
        elevation: how commands become root there.
        note: why it is not the machine's own manager, or empty.
        is_usable: whether something can be installed there; not known before `find_usable` has looked.
        use: what a person types so that a build finds what was installed, or empty where it does anyway.
        prefix: the directory of a conda prefix, or empty.
    """

    describe: Callable[[], Machine]
    elevation: Elevation = Elevation()  # noqa: RUF009 - it is frozen
    note: str = ""
    is_usable: bool = False
    use: str = ""
    prefix: str = ""

    def is_made(self) -> bool:
        """Whether its prefix is there, into which nothing may have been installed."""
        return bool(self.prefix) and os.path.isdir(self.prefix)


def choose_machine(session: Session, arguments: argparse.Namespace) -> Machine:
    """The machine that a plan is for: the prefix of `--prefix`, else what the machine's manager serves.

    Raises:
        UsageError: a prefix is asked for on a machine that is not this one.
        NoManagerError: the prefix cannot be made.
    """
    if arguments.prefix is None:
        return session.machine
    return choose_place(session, arguments).describe()


def choose_place(session: Session, arguments: argparse.Namespace) -> Place:
    """Where an installation is to go: into the prefix of `--prefix`, else what the machine's manager serves.

    Raises:
        UsageError: the machine is not this one.
        NoManagerError: the prefix cannot be made.
    """
    if arguments.root or arguments.target:
        raise UsageError("nothing is installed on a machine that is not here", hint="`extdeps plan` plans for others")
    if arguments.prefix is None:
        return Place(describe=lambda: session.describe(session.host))
    if not _has_rattler():
        raise NoManagerError(
            "a conda prefix is made with py-rattler, which is not installed", hint="pip install 'extdeps[conda]'"
        )
    return _place_in_prefix(session, arguments.prefix or default_prefix(session))


def find_usable(place: Place, machine: Machine, session: Session) -> Place:
    """The same place with the way to root that it needs; else a prefix, where one can be made and none was asked for.

    Args:
        place: where it is to go.
        machine: as the place describes it.
        session: what the command line says.

    Raises:
        NoManagerError: there is no manager that could be used, or no way to the root that it needs.
    """
    if machine.prefix:
        return _place_beside(place, session)
    elevation = _find_usable_elevation(session.host)
    reason = _why_unusable(machine, elevation)
    if not reason:
        return replace(place, elevation=elevation, is_usable=True)
    if machine.chosen or not _has_rattler():
        kind = NoElevationError if is_here(machine) else NoManagerError
        raise kind(reason, hint="`--prefix DIR` needs neither root nor a manager (`pip install 'extdeps[conda]'`)")
    return _place_in_prefix(session, default_prefix(session), note=reason)


def _place_in_prefix(session: Session, prefix: str, *, note: str = "") -> Place:
    from shlex import quote

    from extdeps.buildenv.prefix import require_nameable

    directory = os.path.abspath(prefix)
    require_nameable(directory)
    option = "" if directory == default_prefix(session) else f" --prefix {quote(directory)}"
    return Place(
        describe=lambda: session.describe_with_prefix(directory),
        elevation=Elevation(),
        note=f"{note}: a conda prefix in `{directory}` needs no root" if note else "",
        is_usable=True,
        use=f'eval "$(extdeps env{option})"',
        prefix=directory,
    )


def _place_beside(place: Place, session: Session) -> Place:
    """A prefix with the way to root that the managers need which are named beside it; one that has none is left out."""
    base, known = session.describe_own(session.host), session.catalogue.ecosystems()
    named = [choose(base, name, known) for name in session.managers]
    needing = [item.manager.name for item in named if item.manager and item.manager.needs_elevation(item.site)]
    if not needing:
        return place
    elevation = _find_usable_elevation(session.host)
    is_possible = elevation.is_possible
    reason = f"{', '.join(needing)} needs root, and there is no way to it ({elevation.reason})"
    return replace(place, elevation=elevation, note=place.note if is_possible else f"{reason}: left out")


def is_unfinished(machine: Machine) -> bool:
    """Whether an interrupted run has left something half installed, though all that was asked for may be found."""
    manager = machine.manager
    if manager is None or not (machine.prefix or is_here(machine)):
        return False
    return bool(manager.repair_commands(machine.site))


def are_installed(report: Report, machine: Machine) -> bool:
    """Whether the packages of all that was found are wholly installed, by the ecosystem's own database."""
    from extdeps.database.table import get_database

    name = machine.ecosystem.name if machine.ecosystem else ""
    database = get_database(name, machine.host, machine.interpreter, machine.prefix)
    packages = {package for finding in report.findings for _, names in finding.packages for package in names}
    return database is not None and set(database.find(packages) or ()) == packages


def is_here(machine: Machine) -> bool:
    """Whether the program of the machine's manager is there."""
    manager = machine.manager
    return manager is not None and any(found.name == manager.name for found in machine.managers)


def default_prefix(session: Session) -> str:
    """The prefix of the settings, else the one of the project that the current directory belongs to; absolute."""
    from extdeps.buildenv.prefix import default_prefix as prefix_of_project

    return os.path.abspath(session.settings.prefix or prefix_of_project(session.host, os.getcwd()))


def _why_unusable(machine: Machine, elevation: Elevation) -> str:
    manager = machine.manager
    if manager is None:
        return f"no package manager is known for this system ({machine.os_release.pretty_name or machine.host.system})"
    if not is_here(machine):
        return f"`{manager.name}` is not on this machine"
    if manager.needs_elevation(machine.site) and not elevation.is_possible:
        return f"{manager.name} needs root, and there is no way to it ({elevation.reason})"
    return ""


def _find_usable_elevation(host: Host) -> Elevation:
    """How commands become root, as far as somebody is here to give a password."""
    from extdeps.follow import has_terminal

    elevation = find_elevation(host)
    if elevation.asks == "terminal" and not has_terminal():
        reason = f"{elevation.program} wants a password, and there is no terminal to give it on"
        return Elevation(is_possible=False, reason=reason)
    return elevation


def _has_rattler() -> bool:
    from extdeps.manager.rattler import find_rattler

    return bool(find_rattler())
