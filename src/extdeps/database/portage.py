"""Portage: Gentoo and what derives from it. Its database is a directory a category, and in it one a package."""

from __future__ import annotations

import re
from functools import cmp_to_key

from extdeps.database.interface import installed_package
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_DATABASE = "/var/db/pkg"
# PMS 3.1.2 and 3.2; a merge that was interrupted leaves `-MERGING-name-version`, which is no name
_ENTRY = re.compile(
    r"(?P<name>[A-Za-z0-9_][A-Za-z0-9+_-]*)"
    r"-(?P<version>\d+(?:\.\d+)*[a-z]?(?:_(?:alpha|beta|pre|rc|p)\d*)*(?:-r\d+)?)"
)


class Portage:
    """The Portage database of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._categories: dict[str, dict[str, list[str]]] = {}

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        """The newest of the slots in which a package is installed.

        A name of `virtual/` is a package like any other, which brings no files.
        """
        if not self._host.list_directory(_DATABASE):
            return None
        found = {}
        for name in names:
            versions = self._versions(name)
            if versions:
                location = f"{_DATABASE}/{name}-{versions[-1]}"
                found[name] = installed_package(name, versions[-1], "apk", location=location, origin="portage")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        names = {path, self._host.real_path(path)}
        for version in self._versions(package):
            contents = read_text(self._host, f"{_DATABASE}/{package}-{version}/CONTENTS") or ""
            lines = f"\n{contents}"
            if any(f"\nobj {name} " in lines or f"\nsym {name} -> " in lines for name in names):
                return True
        return False

    def _versions(self, package: str) -> list[str]:
        """The installed versions of a package, one a slot, oldest first."""
        category, _, name = package.partition("/")
        if category not in self._categories:
            self._categories[category] = self._read(category)
        return self._categories[category].get(name, [])

    def _read(self, category: str) -> dict[str, list[str]]:
        from extdeps.versions.apk import Apk

        found: dict[str, list[str]] = {}
        for entry in self._host.list_directory(f"{_DATABASE}/{category}") if category else ():
            match = _ENTRY.fullmatch(entry)
            if match:
                found.setdefault(match["name"], []).append(match["version"])
        # the notation of Alpine is that of Gentoo
        return {name: sorted(versions, key=cmp_to_key(Apk().compare)) for name, versions in found.items()}
