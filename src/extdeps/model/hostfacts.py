"""What a machine is, as it is told to a person or a program."""

from __future__ import annotations

from dataclasses import dataclass


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
        managers: name and path of each package manager that is there.
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
    managers: tuple[tuple[str, str], ...]
    is_root: bool
