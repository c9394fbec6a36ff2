"""What a machine is, as it is told to a person or a program."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagerFacts:
    """A package manager that is on a machine.

    Args:
        name: what it is called.
        path: its program.
        is_own: whether it is the one that installs what is missing.
        version: its version, or empty where it was not asked or does not tell.
        usable: how its commands can be run: `as root`, `as this user`, `by sudo without a password`, ..., `not at all`;
            empty where it was not asked.
        reason: why not at all, or empty.
    """

    name: str
    path: str
    is_own: bool = False
    version: str = ""
    usable: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class HostFacts:
    """The facts that decide an answer.

    Args:
        name: `this machine`, or the directory of another root file system.
        system: `Linux`, `Darwin`, `Windows`.
        machine: the architecture.
        os_id: os-release's ID, or empty.
        os_version: os-release's VERSION_ID, or empty.
        os_name: a name for people.
        libc: the C library and its version, or empty.
        python: the path of the Python that decides, or empty.
        python_version: its version.
        python_distributor: who supplied it.
        ecosystem: where packages come from, or empty.
        managers: the package managers that are there.
        is_root: whether commands run as root.
    """

    name: str
    system: str
    machine: str
    os_id: str
    os_version: str
    os_name: str
    libc: str
    python: str
    python_version: str
    python_distributor: str
    ecosystem: str
    managers: tuple[ManagerFacts, ...]
    is_root: bool
