"""Chocolatey: a directory a package below `lib`, with the package's description.

https://docs.chocolatey.org/en-us/faqs and the project's own tests: `lib/NAME/NAME.nuspec` holds the version; while a
package is installed, and after a run that was ended, `.chocolateyPending` is there.
"""

from __future__ import annotations

import re

from extdeps.database.interface import installed_package
from extdeps.database.windows import find_directory, is_below
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_VERSION = re.compile(r"<version>\s*([^<\s]+)\s*</version>")  # of a dependency it is an attribute


class Choco:
    """The packages of Chocolatey on one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        places = (
            find_directory(host, "ChocolateyInstall", "lib"),
            find_directory(host, "PROGRAMDATA", "chocolatey/lib"),
        )
        self._lib = next((place for place in places if place and host.exists(place)), "")
        self._names: dict[str, str] | None = None

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        if not self._lib:
            return None
        found = {}
        for name in names:
            directory = self._locate(name)
            version = self._read_version(directory) if directory else ""
            if version:
                location = f"{self._lib}/{directory}"
                found[name] = installed_package(directory, version, "none", location=location, origin="chocolatey")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        directory = self._locate(package)
        return bool(directory) and is_below(self._host, path, f"{self._lib}/{directory}")

    def _locate(self, name: str) -> str:
        """The directory of a package, whose names differ in more than their case."""
        if self._names is None:
            self._names = {item.casefold(): item for item in self._host.list_directory(self._lib)} if self._lib else {}
        return self._names.get(name.casefold(), "")

    def _read_version(self, directory: str) -> str:
        place = f"{self._lib}/{directory}"
        if self._host.exists(f"{place}/.chocolateyPending"):
            return ""
        found = _VERSION.search(read_text(self._host, f"{place}/{directory}.nuspec") or "")
        return found[1] if found else ""
