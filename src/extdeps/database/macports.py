"""MacPorts: a registry in SQLite, with each port that is installed and each file that it brought."""

from __future__ import annotations

from extdeps.database.interface import installed_package
from extdeps.database.sqlite import open_database

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.database.sqlite import SqliteFile
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_PREFIX = "/opt/local"
_REGISTRY = "var/macports/registry/registry.db"
# a port that is `imaged` is unpacked but deactivated: none of its files is in place
_ACTIVE = "SELECT name, version, revision FROM ports WHERE state = 'installed'"
_OWNER = (
    "SELECT 1 FROM files JOIN ports ON files.id = ports.id "
    "WHERE ports.state = 'installed' AND ports.name = ? AND files.actual_path IN (?, ?) LIMIT 1"
)


class Macports:
    """The MacPorts installation of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._path = f"{_PREFIX}/{_REGISTRY}"
        self._registry: SqliteFile | None = None
        self._ports: dict[str, tuple[str, str]] | None = None

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        ports = self._all()
        if ports is None:
            return None
        found = {}
        for name in names:
            if name.lower() in ports:
                port, packaged = ports[name.lower()]
                # `_1` is a revision, as Homebrew writes it
                found[name] = installed_package(port, packaged, "brew", location=self._path, origin="port")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        if not self._all() or self._registry is None:
            return False
        return bool(self._registry.select(_OWNER, (package, path, self._host.real_path(path))))

    def _all(self) -> dict[str, tuple[str, str]] | None:
        """Name and version of each active port, by its name in lower case, which is how port compares them."""
        if self._registry is None:
            self._registry = open_database(self._host, self._path)
            rows = self._registry.select(_ACTIVE) if self._registry else None
            if rows is not None:
                self._ports = {str(name).lower(): (name, f"{version}_{revision}") for name, version, revision in rows}
        return self._ports
