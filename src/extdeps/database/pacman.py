"""pacman: Arch Linux and what derives from it, and MSYS2. Its database is a directory a package."""

from __future__ import annotations

import re

from extdeps.database.interface import installed_package
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_LOCAL = "/var/lib/pacman/local"
_ENTRY = re.compile(r"(?P<name>.+)-(?P<version>[^-]+-[^-]+)")
_COMPARISON = re.compile(r"[<>=]")
_COLON = "\uf03a"
"""What Cygwin's file names have in place of the colon of an epoch, which Windows does not allow."""

_MSYS2 = re.compile(r"(?P<root>.*)/(?:usr|ucrt64|mingw(?:32|64)|clang(?:32|64|arm64))(?:/.*)?")
_USUAL_MSYS2 = ("C:/msys64", "C:/msys32")


class Pacman:
    """The pacman database of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter, root: str = "") -> None:
        self._host = host
        self._root = root
        self._local = f"{root}{_LOCAL}"
        self._entries: dict[str, str] = {}
        self._versions: dict[str, str] | None = None
        self._provided: dict[str, str] | None = None

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        versions = self._all()
        if not versions:
            return None
        found = {}
        for name in names:
            owner = name if name in versions else self._provider(name)
            if owner:
                location = f"{self._local}/{self._entries[owner]}"
                found[name] = installed_package(owner, versions[owner], "alpm", location=location, origin="pacman")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        self._all()
        listed = read_text(self._host, f"{self._local}/{self._entries.get(package, '')}/files") or ""
        names = (path, self._host.real_path(path))
        inside = {name.replace("\\", "/").removeprefix(self._root).lstrip("/") for name in names}
        return any(f"\n{name}\n" in listed for name in inside)

    def _all(self) -> dict[str, str]:
        if self._versions is None:
            self._versions = {}
            for entry in self._host.list_directory(self._local):
                match = _ENTRY.fullmatch(entry)
                if match:
                    self._entries[match["name"]] = entry
                    self._versions[match["name"]] = match["version"].replace(_COLON, ":")
        return self._versions

    def _provider(self, name: str) -> str:
        """The package that provides a name, read from every description the first time it is needed."""
        if self._provided is None:
            self._provided = {}
            for package in self._all():
                text = read_text(self._host, f"{self._local}/{self._entries[package]}/desc") or ""
                block = text.partition("%PROVIDES%\n")[2].partition("\n\n")[0]
                for line in block.splitlines():
                    self._provided.setdefault(_COMPARISON.split(line)[0].strip(), package)
        return self._provided.get(name, "")


class PacmanOfMsys2(Pacman):
    """The database below the directory of an MSYS2: that of the Python, else where it is usually installed."""

    def __init__(self, host: Host, interpreter: Interpreter) -> None:
        super().__init__(host, interpreter, find_msys2(host, interpreter))


def find_msys2(host: Host, interpreter: Interpreter) -> str:
    """The directory of an MSYS2 that has a database; empty where there is none, or it is the root of all."""
    own = (_MSYS2.fullmatch(path.replace("\\", "/")) for path in (interpreter.base_prefix, interpreter.executable))
    roots = dict.fromkeys((*(match["root"] for match in own if match), *_USUAL_MSYS2))
    return next((root for root in roots if host.exists(f"{root}{_LOCAL}")), "")
