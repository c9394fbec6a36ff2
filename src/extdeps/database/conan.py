"""Conan 2: the packages in its cache, out of the SQLite file that indexes it."""

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

_STORAGE = re.compile(r"^\s*core\.cache:storage_path\s*=\s*(/\S+)", re.MULTILINE)
_QUERY = "SELECT reference, path FROM packages"
_MAGIC = b"SQLite format 3\0"
_WRITTEN_AHEAD = b"\x02\x02"  # bytes 18 and 19 of a file with a log beside it (sqlite.org/fileformat2.html)
_IN_ONE_FILE = b"\x01\x01"


class Conan:
    """The packages in a Conan cache, whatever profile they were built for: the newest version of each counts."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._cache = find_cache(host)
        self._rows: list[tuple[str, str]] | None = None
        self._is_readable = True

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        found = {}
        for name in names:
            versions = self._versions(name)
            if versions:
                newest = versions[-1]
                location = self._directories(name, newest)[0]
                found[name] = installed_package(name, newest, "none", location=location, origin="conan")
        return found if self._is_readable else None

    def owns(self, package: str, path: str, /) -> bool:
        real = self._host.real_path(path)
        directories = (place for version in self._versions(package) for place in self._directories(package, version))
        return any(real.startswith(f"{self._host.real_path(place)}/") for place in directories)

    def _versions(self, name: str) -> list[str]:
        from extdeps.versions.loose import Loose

        found = {_version_of(reference) for reference, _ in self._all() if reference.partition("/")[0] == name}
        return sorted(found, key=cmp_to_key(Loose().compare))

    def _directories(self, name: str, version: str) -> list[str]:
        return [
            f"{self._cache}/{path}/p"
            for reference, path in self._all()
            if reference.partition("/")[0] == name and _version_of(reference) == version
        ]

    def _all(self) -> list[tuple[str, str]]:
        """Each binary package of the cache as reference and directory."""
        if self._rows is None:
            content = self._host.read_bytes(f"{self._cache}/cache.sqlite3")
            rows = None if content is None else _query(content)
            self._is_readable = rows is not None
            self._rows = rows or []
        return self._rows


def find_home(host: Host) -> str:
    """The directory of Conan's configuration."""
    return host.environ.get("CONAN_HOME") or f"{host.environ.get('HOME', '/root')}/.conan2"


def find_cache(host: Host) -> str:
    """The directory of the packages: that of the configuration, else below Conan's own."""
    home = find_home(host)
    moved = _STORAGE.search(read_text(host, f"{home}/global.conf") or "")
    return moved[1].rstrip("/") if moved else f"{home}/p"


def _version_of(reference: str) -> str:
    """The version in `zlib/1.3.1@user/channel`."""
    return reference.partition("/")[2].partition("@")[0]


def _query(content: bytes) -> list[tuple[str, str]] | None:
    """Read the packages from the bytes of the database, which may lie on another machine."""
    try:
        import sqlite3
    except ImportError:  # a Python that was built without it
        return None
    if not content.startswith(_MAGIC) or not hasattr(sqlite3.Connection, "deserialize"):
        return None
    if content[18:20] == _WRITTEN_AHEAD:
        content = content[:18] + _IN_ONE_FILE + content[20:]
    connection = sqlite3.connect(":memory:")
    try:
        connection.deserialize(content)
        rows = connection.execute(_QUERY).fetchall()
    except sqlite3.Error:
        return None
    finally:
        connection.close()
    return [(reference, path) for reference, path in rows if isinstance(reference, str) and isinstance(path, str)]
