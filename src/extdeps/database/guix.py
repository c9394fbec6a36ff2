"""Guix: what the profiles hold. Each has a `manifest` that names package, version, output and store item."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.database.interface import installed_package
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_STORE = "/gnu/store"
_MANIFEST = re.compile(r"(?:;.*\n|\s)*\(manifest\s")
# an entry of (guix profiles), `manifest->gexp`; one that was propagated is written in the same way inside another
_ENTRY = re.compile(r'\("(?P<name>[^"]+)"\s+"(?P<version>[^"]*)"\s+"(?P<output>[^"]+)"\s+"(?P<item>/[^"]+)"')


@dataclass(frozen=True, slots=True, kw_only=True)
class _Item:
    path: str
    version: str
    manifest: str


class Guix:
    """The Guix profiles of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._items: dict[str, _Item] | None = None
        self._is_readable = True

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        items = self._all()
        found = {}
        for name in names:
            item = items.get(name if ":" in name else f"{name}:out")
            if item:
                found[name] = installed_package(name, item.version, "none", location=item.manifest, origin="guix")
        return found if self._is_readable else None

    def owns(self, package: str, path: str, /) -> bool:
        item = self._all().get(package if ":" in package else f"{package}:out")
        return item is not None and self._host.real_path(path).startswith(f"{item.path}/")

    def _all(self) -> dict[str, _Item]:
        """The installed items by `package:output`; of several profiles the user's own counts first."""
        if self._items is None:
            self._items = {}
            manifests = [(path, read_text(self._host, path)) for path in _manifests(self._host)]
            there = [(path, text) for path, text in manifests if text is not None]
            self._is_readable = bool(there) or self._host.exists(_STORE)
            for path, text in there:
                if not _MANIFEST.match(text):
                    self._is_readable = False
                    continue
                for match in _ENTRY.finditer(text):
                    item = _Item(path=match["item"], version=match["version"], manifest=path)
                    self._items.setdefault(f"{match['name']}:{match['output']}", item)
        return self._items


def _manifests(host: Host) -> tuple[str, ...]:
    home = host.environ.get("HOME") or "/root"
    profiles = (
        host.environ.get("GUIX_ENVIRONMENT", ""),
        host.environ.get("GUIX_PROFILE", ""),
        f"{home}/.guix-profile",
        f"{home}/.guix-home/profile",
        "/run/current-system/profile",
    )
    return tuple(f"{path}/manifest" for path in dict.fromkeys(profiles) if path.startswith("/"))
