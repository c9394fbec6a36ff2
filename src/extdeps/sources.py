"""Where the declarations of named projects come from, for one machine as its pip is configured."""

from __future__ import annotations

import os

from extdeps.cache import open_cache
from extdeps.declaration.installer.pipconfig import read_pip_configuration
from extdeps.declaration.named import Sources
from extdeps.system import find_libc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.machine import Machine


def open_sources(
    machine: Machine,
    catalogue: Catalogue,
    *,
    options: Mapping[str, tuple[str, ...]] | None = None,
    constraints: Mapping[str, str] | None = None,
    environ: Mapping[str, str] | None = None,
    is_offline: bool = False,
) -> Sources:
    """Open the indexes, overlays and the cache from which `read` takes declarations.

    Args:
        machine: whose Python decides which file is taken, and whose pip says from where.
        catalogue: has the overlays.
        options: of pip, by their names without `--`: `{"no-binary": ("lxml",)}`.
        constraints: version ranges (PEP 440) that narrow those asked for, by normalised name.
        environ: the variables that say where credentials are (`NETRC`, `HOME`); those of the machine by default.
        is_offline: ask no index; every phase is then taken to be needed.
    """
    host = machine.host
    configuration = read_pip_configuration(host, machine.interpreter, options or {})
    fetcher = None
    if not is_offline:
        from extdeps.fetch import Fetcher

        fetcher = Fetcher(configuration.certificates, netrc_of(host.environ if environ is None else environ))
    return Sources(
        host=host,
        interpreter=machine.interpreter,
        libc=("", "") if machine.interpreter.is_current else find_libc(host),
        configuration=configuration,
        overlays=catalogue.project_files,
        fetcher=fetcher,
        constraints=constraints or {},
        marker_environment=machine.marker_environment,
        cache=open_cache(host),
    )


def netrc_of(environ: Mapping[str, str]) -> Callable[[str], tuple[str, str] | None]:
    """A function that finds credentials as pip does, in the file of `NETRC` or in `~/.netrc`."""

    def find(host: str) -> tuple[str, str] | None:
        from netrc import NetrcParseError, netrc

        path = environ.get("NETRC") or os.path.join(environ.get("HOME", ""), ".netrc")
        try:
            found = netrc(path).authenticators(host)
        except (OSError, NetrcParseError):
            return None
        return (found[0], found[2]) if found else None

    return find
