"""Homebrew: a directory a formula and version; `opt` holds the linked one and every alias."""

from __future__ import annotations

from extdeps.database.interface import installed_package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_PREFIXES = ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew")


class Brew:
    """The Homebrew installation of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        prefixes = (host.environ.get("HOMEBREW_PREFIX", ""), *_PREFIXES)
        self._prefix = next((path for path in prefixes if path and host.exists(f"{path}/Cellar")), "")

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        if not self._prefix:
            return None
        found = {}
        for name in names:
            location = self._locate(name)
            if location:
                packaged = location.rpartition("/")[2]
                found[name] = installed_package(name, packaged, "brew", location=location, origin="brew")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        location = self._locate(package) if self._prefix else ""
        return bool(location) and self._host.real_path(path).startswith(f"{location}/")

    def _locate(self, name: str) -> str:
        """The directory of the linked version, else of the newest; empty where there is none."""
        opt = f"{self._prefix}/opt/{name}"
        return self._host.real_path(opt) if self._host.exists(opt) else self._newest(name)

    def _newest(self, name: str) -> str:
        from functools import cmp_to_key

        from extdeps.versions.loose import Loose

        cellar = f"{self._prefix}/Cellar/{name}"
        versions = sorted(self._host.list_directory(cellar), key=cmp_to_key(Loose().compare))
        return f"{cellar}/{versions[-1]}" if versions else ""
