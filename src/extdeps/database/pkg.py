"""pkg: FreeBSD. Its database is an SQLite file; where this Python cannot read it, pkg itself is asked."""

from __future__ import annotations

from extdeps.database.interface import installed_package
from extdeps.database.sqlite import open_database

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.database.sqlite import SqliteFile
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_PATH = "/var/db/pkg/local.sqlite"
_COMMAND = ("pkg", "query", "--all", "%n %v %o")
_PACKAGES = "SELECT name, version, origin FROM packages"
_PROVIDED = (
    # what a package provides by name, and the libraries that it brings: `libz.so.1`
    "SELECT provides.provide, packages.name FROM pkg_provides "
    "JOIN provides ON provides.id = pkg_provides.provide_id JOIN packages ON packages.id = pkg_provides.package_id",
    "SELECT shlibs.name, packages.name FROM pkg_shlibs_provided "
    "JOIN shlibs ON shlibs.id = pkg_shlibs_provided.shlib_id "
    "JOIN packages ON packages.id = pkg_shlibs_provided.package_id",
)
_OWNER = (
    "SELECT 1 FROM files JOIN packages ON packages.id = files.package_id "
    "WHERE packages.name = ? AND files.path IN (?, ?) LIMIT 1"
)


class Pkg:
    """The pkg database of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._is_read = False
        self._database: SqliteFile | None = None
        self._versions: dict[str, str] | None = None
        self._owners: dict[str, str] = {}

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        versions = self._all()
        if versions is None:
            return None
        found = {}
        for name in names:
            owner = name if name in versions else self._owners.get(name)
            if owner:
                # `1.3_2,1` has a revision and an epoch, which the notation of Homebrew has room for
                found[name] = installed_package(owner, versions[owner], "brew", location=_PATH, origin="pkg")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        known = self._all()
        if known is None or package not in known:
            return False
        if self._database is None:
            return path.startswith("/usr/local/")  # all that packages install lies there, and little else does
        return bool(self._database.select(_OWNER, (package, path, self._host.real_path(path))))

    def _all(self) -> dict[str, str] | None:
        """The version of each installed package by its name; None where the database cannot be read."""
        if not self._is_read:
            self._is_read = True
            self._database = open_database(self._host, _PATH)
            rows = self._database.select(_PACKAGES) if self._database else None
            if rows is None:
                self._database = None
                rows = self._ask()
            if rows is not None:
                self._versions = {name: version for name, version, _ in rows}
                self._owners = dict(self._iter_provided())
                for name, _, origin in rows:  # a port can be built in several flavours: the first by name
                    self._owners.setdefault(origin, name)
        return self._versions

    def _iter_provided(self) -> Iterator[tuple[str, str]]:
        if self._database is not None:
            for query in _PROVIDED:
                yield from self._database.select(query) or ()

    def _ask(self) -> list[tuple[str, str, str]] | None:
        if not self._host.exists(_PATH):
            return None
        done = self._host.run(_COMMAND, timeout=60.0)
        if done is None or not done.is_success:
            return None
        lines = (line.split() for line in done.stdout.splitlines())
        return [(words[0], words[1], words[2]) for words in lines if len(words) == 3]
