"""rpm: Fedora, RHEL, openSUSE and what derives from them."""

from __future__ import annotations

from dataclasses import replace

from extdeps.database.interface import installed_package
from extdeps.versions.upstream import upstream_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_QUERY = "%{NAME}\\t%{EVR}[\\t%{PROVIDENAME}\\t%{PROVIDEVERSION}]\\n"
_COMMAND = ("rpm", "--query", "--all", "--queryformat", _QUERY)


class Rpm:
    """The rpm database of one host, asked in one process."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._packages: dict[str, tuple[str, str, str]] | None = None
        self._readable = True

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        packages = self._all()
        found = {}
        for name in names:
            if name in packages:
                owner, packaged, at = packages[name]
                evidence = installed_package(
                    owner, packaged, "rpm", location="rpm database", origin="rpm --query --all"
                )
                found[name] = replace(evidence, version=upstream_version(at, "rpm"))
        return found if self._readable else None

    def owns(self, package: str, path: str, /) -> bool:
        # one `rpm --query --file` for each file would be a process a requirement; the system's own
        # directories belong to packages, and no others do
        of_system = path.startswith(("/usr/", "/lib/", "/lib64/", "/bin/", "/sbin/"))
        return package in self._all() and of_system and not path.startswith("/usr/local/")

    def _all(self) -> dict[str, tuple[str, str, str]]:
        """Package, its version and the version asked for, by every name that is installed or provided.

        The last one, of a provided name, is the one that it is provided at: what others call
        `zlib` may come from a package with a version of its own.
        """
        if self._packages is None:
            done = self._host.run(_COMMAND, timeout=30.0)
            lines = [line.split("\t") for line in done.stdout.splitlines() if line] if done else []
            self._readable = done is not None and done.is_success and all(len(line) > 1 for line in lines)
            own: dict[str, tuple[str, str, str]] = {}
            provided: dict[str, tuple[str, str, str]] = {}
            for name, version, *pairs in lines if self._readable else ():
                own[name] = (name, version, version)
                for other, at in zip(pairs[::2], pairs[1::2], strict=False):
                    # an absent version is printed as `(none)`, and a package's own has its release
                    at_version = at if at and at != "(none)" else version
                    provided.setdefault(other, (name, version, at_version))
                    provided.setdefault(other.partition("(x86-64)")[0], (name, version, at_version))
            self._packages = {**provided, **own}
        return self._packages
