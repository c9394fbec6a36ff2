"""xbps: Void Linux. One property list tells of all packages; the files of each are in a list of their own."""

from __future__ import annotations

import plistlib
import re

from extdeps.database.interface import installed_package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_DATABASE = "/var/db/xbps"
_PACKAGES = f"{_DATABASE}/pkgdb-0.38.plist"
_INTERNAL = "_XBPS_"  # what xbps keeps for itself beside the packages
_NAMED = re.compile(r"(?P<name>.+)-(?P<version>[^-]+_[0-9]+)")


class Xbps:
    """The xbps database of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._versions: dict[str, str] | None = None
        self._providers: dict[str, str] = {}
        self._is_readable = False

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        versions = self._all()
        if not self._is_readable:
            return None
        found = {}
        for name in names:
            owner = name if name in versions else self._providers.get(name)
            if owner:
                found[name] = installed_package(owner, versions[owner], "xbps", location=_PACKAGES, origin="xbps")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        listed = _read_plist(self._host, f"{_DATABASE}/.{package}-files.plist") or {}
        owned = {
            entry.get("file")
            for kind in ("files", "conf_files", "links")
            for entry in _list(listed.get(kind))
            if isinstance(entry, dict)
        }
        return bool(owned & {path, self._host.real_path(path)})

    def _all(self) -> dict[str, str]:
        if self._versions is None:
            self._versions = {}
            packages = _read_plist(self._host, _PACKAGES)
            self._is_readable = packages is not None
            for name, entry in (packages or {}).items():
                if not name.startswith(_INTERNAL) and isinstance(entry, dict) and entry.get("state") == "installed":
                    self._add(name, entry)
        return self._versions

    def _add(self, name: str, entry: Mapping[str, object]) -> None:
        match = _NAMED.fullmatch(str(entry.get("pkgver", "")))
        if match is None or self._versions is None:
            return
        self._versions[name] = match["version"]
        for provided in _list(entry.get("provides")):
            virtual = _NAMED.fullmatch(str(provided))
            if virtual:
                self._providers.setdefault(virtual["name"], name)


def _list(value: object) -> Iterator[object]:
    if isinstance(value, list):
        yield from value


def _read_plist(host: Host, path: str) -> dict[str, object] | None:
    """A property list, or None where there is none that can be read; plistlib refuses entities."""
    content = host.read_bytes(path)
    if content is None:
        return None
    try:
        read = plistlib.loads(content, fmt=plistlib.FMT_XML)
    except Exception:  # noqa: BLE001 - a broken file raises what its parser happens to
        return None
    return read if isinstance(read, dict) else None
