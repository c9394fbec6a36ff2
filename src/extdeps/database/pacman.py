"""pacman: Arch Linux and what derives from it. Its database is a directory a package."""

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


class Pacman:
    """The pacman database of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
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
                packaged = versions[owner]
                location = f"{_LOCAL}/{owner}-{packaged}"
                found[name] = installed_package(owner, packaged, "alpm", location=location, origin="pacman")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        listed = read_text(self._host, f"{_LOCAL}/{package}-{self._all().get(package, '')}/files") or ""
        names = {path, self._host.real_path(path)}
        return any(f"\n{name.lstrip('/')}\n" in listed for name in names)

    def _all(self) -> dict[str, str]:
        if self._versions is None:
            matches = (_ENTRY.fullmatch(entry) for entry in self._host.list_directory(_LOCAL))
            self._versions = {match["name"]: match["version"] for match in matches if match}
        return self._versions

    def _provider(self, name: str) -> str:
        """The package that provides a name, read from every description the first time it is needed."""
        if self._provided is None:
            self._provided = {}
            for package, version in self._all().items():
                text = read_text(self._host, f"{_LOCAL}/{package}-{version}/desc") or ""
                block = text.partition("%PROVIDES%\n")[2].partition("\n\n")[0]
                for line in block.splitlines():
                    self._provided.setdefault(_COMPARISON.split(line)[0].strip(), package)
        return self._provided.get(name, "")
