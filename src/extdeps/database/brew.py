"""Homebrew: a directory a formula and version, likewise a cask; `opt` holds the linked one and every alias."""

from __future__ import annotations

from extdeps.database.interface import installed_package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_PREFIXES = ("/opt/homebrew", "/usr/local", "/home/linuxbrew/.linuxbrew")


def find_prefix(host: Host) -> str:
    """The directory of a host's Homebrew; empty where there is none."""
    prefixes = (host.environ.get("HOMEBREW_PREFIX", ""), *_PREFIXES)
    return next((path for path in prefixes if path and host.exists(f"{path}/Cellar")), "")


class Brew:
    """The Homebrew installation of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._prefix = find_prefix(host)

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

    def is_linked(self, name: str) -> bool:
        """Whether the files of an installed formula are in the prefix; those of a keg-only one are in `opt` alone."""
        return self._host.exists(f"{self._prefix}/var/homebrew/linked/{_without_tap(name)}")

    def _locate(self, name: str) -> str:
        """The directory of the linked version, else of the newest, else of the cask; empty where there is none."""
        formula = _without_tap(name)
        opt = f"{self._prefix}/opt/{formula}"
        if self._host.exists(opt):
            return self._host.real_path(opt)
        return self._newest(f"{self._prefix}/Cellar/{formula}") or self._newest(f"{self._prefix}/Caskroom/{formula}")

    def _newest(self, directory: str) -> str:
        from functools import cmp_to_key

        from extdeps.versions.loose import Loose

        entries = (entry for entry in self._host.list_directory(directory) if not entry.startswith("."))
        versions = sorted(entries, key=cmp_to_key(Loose().compare))
        return f"{directory}/{versions[-1]}" if versions else ""


def _without_tap(name: str) -> str:
    """A formula or cask without the tap that it may be named with: `owner/tap/name`."""
    return name.rpartition("/")[2]
