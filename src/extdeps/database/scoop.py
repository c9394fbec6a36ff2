"""Scoop: a directory an app and version; `current` is the one that is used.

https://github.com/ScoopInstaller/Scoop/wiki/Scoop-Folder-Layout; `install.json` is written last, and its absence is
what `scoop list` calls a failed installation (libexec/scoop-list.ps1).
"""

from __future__ import annotations

from extdeps.database.interface import installed_package
from extdeps.database.windows import find_directory, is_below
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_ROOTS = (("SCOOP", ""), ("USERPROFILE", "scoop"), ("SCOOP_GLOBAL", ""), ("PROGRAMDATA", "scoop"))


def find_roots(host: Host) -> tuple[str, ...]:
    """Where Scoop is, the user's own before that of everybody; empty where it is not."""
    places = (find_directory(host, variable, below) for variable, below in _ROOTS)
    return tuple(dict.fromkeys(place for place in places if place and host.exists(f"{place}/apps")))


class Scoop:
    """The Scoop installations of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._roots = find_roots(host)

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        if not self._roots:
            return None
        found = {}
        for name in names:
            location = self._locate(name)
            version = self._read_version(location) if location else ""
            if version:
                found[name] = installed_package(_app(name), version, "none", location=location, origin="scoop")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        location = self._locate(package)
        return bool(location) and is_below(self._host, path, location)

    def _locate(self, name: str) -> str:
        """The directory of the version that is used; empty where none is installed whole."""
        for root in self._roots:
            app = f"{root}/apps/{_app(name)}"
            location = f"{app}/current"
            if not self._host.exists(location):  # `no_junction` is set
                location = self._newest(app)
            if location and self._host.exists(f"{location}/install.json"):
                return location
        return ""

    def _newest(self, app: str) -> str:
        from functools import cmp_to_key

        from extdeps.versions.loose import Loose

        whole = [name for name in self._host.list_directory(app) if self._host.exists(f"{app}/{name}/install.json")]
        return f"{app}/{max(whole, key=cmp_to_key(Loose().compare))}" if whole else ""

    def _read_version(self, location: str) -> str:
        return read_manifest_version(self._host, f"{location}/manifest.json")


def read_manifest_version(host: Host, path: str) -> str:
    """The version of an app's manifest; empty where there is none that can be read."""
    import json

    try:
        manifest = json.loads((read_text(host, path) or "").removeprefix("\ufeff"))
    except (ValueError, RecursionError):
        return ""
    version = manifest.get("version") if isinstance(manifest, dict) else None
    return version if isinstance(version, str) else ""


def _app(name: str) -> str:
    """The app of a name that may say its bucket too (`extras/gimp`)."""
    return name.rpartition("/")[2]
