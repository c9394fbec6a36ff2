"""Every probe of one host, each made when it is first needed and asked once."""

from __future__ import annotations

from functools import cached_property

from extdeps.database.table import get_database
from extdeps.probe.executable import Executables
from extdeps.probe.header import Headers
from extdeps.probe.library import Libraries
from extdeps.probe.pkgconfig import PkgConfig
from extdeps.probe.search import ask_compiler, find_roots, find_search_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.database.interface import PackageDatabase
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence
    from extdeps.probe.search import SearchPath


class Survey:
    """The probes of one host.

    Args:
        host: the machine.
        interpreter: the Python that decides.
        ecosystem: the name of the ecosystem whose package database counts, or empty.
        prefix: the environment whose packages count, where it is not that of the Python; or empty.
    """

    def __init__(self, host: Host, interpreter: Interpreter, ecosystem: str, prefix: str = "") -> None:
        self.host = host
        self.interpreter = interpreter
        self._ecosystem = ecosystem
        self._prefix = prefix

    @cached_property
    def search(self) -> SearchPath:
        """Where compilers, linkers and pkg-config look."""
        return find_search_path(self.host, self.interpreter)

    @cached_property
    def pkg_config(self) -> PkgConfig:
        """The pkg-config modules."""
        return PkgConfig(self.host, self.interpreter, self.search)

    @cached_property
    def headers(self) -> Headers:
        """The headers."""
        return Headers(self.host, self.search.include, lambda: ask_compiler(self.host))

    @cached_property
    def libraries(self) -> Libraries:
        """The libraries."""
        return Libraries(self.host, self.interpreter, self.search.link)

    @cached_property
    def executables(self) -> Executables:
        """The programs."""
        return Executables(self.host, self.interpreter)

    @cached_property
    def packages(self) -> PackageDatabase | None:
        """The package database, or None where the ecosystem has none."""
        if not self._ecosystem:
            return None
        return get_database(self._ecosystem, self.host, self.interpreter, self._prefix)

    def find_installed(self, packages: tuple[str, ...]) -> dict[str, Evidence] | None:
        """Those of some packages that are installed, by name; None where no database can be asked."""
        if not packages:
            return {}
        return self.packages.find(packages) if self.packages else None

    def roots(self, prefixes: tuple[str, ...]) -> tuple[str, ...]:
        """The installation roots of an entry that are there; `$NAME` is taken from the environment."""
        found = (root for prefix in prefixes for root in find_roots(self.host, self.interpreter, prefix))
        return tuple(dict.fromkeys(found))
