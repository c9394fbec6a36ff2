"""Programs on PATH, and the versions that they print."""

from __future__ import annotations

import re

from extdeps.host import find_executable
from extdeps.model.evidence import Evidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

TIME_LIMIT = 5.0
"""Seconds that a program has for printing its version."""


class Executables:
    """The programs of one host.

    Args:
        host: the machine.
        interpreter: the Python that decides; the programs of its environment come first.
    """

    def __init__(self, host: Host, interpreter: Interpreter) -> None:
        self._host = host
        self._own = f"{interpreter.prefix}/bin" if interpreter.distributor == "conda" else ""

    def find(self, names: Collection[str], roots: tuple[str, ...] = ()) -> dict[str, Evidence]:
        """The programs that are there.

        Args:
            names: what they are called.
            roots: further installation roots.
        """
        found = {}
        for name in names:
            places = [f"{self._own}/{name}"] if self._own else []
            places += [name, *(f"{root}/bin/{name}" for root in roots)]
            path = next((path for place in places if (path := find_executable(self._host, place))), None)
            if path:
                found[name] = Evidence(kind="executable", name=name, location=path, origin="PATH")
        return found

    def ask_version(self, path: str, arguments: tuple[str, ...], pattern: str) -> tuple[str, str]:
        """Run a program for its version.

        Args:
            path: the program.
            arguments: what makes it print its version.
            pattern: a regular expression whose first group is the version.

        Returns:
            The version and the command; the version is empty where it cannot be told.
        """
        done = self._host.run([path, *arguments], timeout=TIME_LIMIT)
        command = " ".join((path, *arguments))
        if done is None:
            return "", command
        found = re.search(pattern, done.stdout) or re.search(pattern, done.stderr)
        return (found[1] or "" if found else ""), command
