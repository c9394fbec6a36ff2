"""rpm: Fedora, RHEL, openSUSE and what derives from them."""

from __future__ import annotations

from extdeps.database.interface import installed_package

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_QUERY = "%{NAME}\\t%{VERSION}[\\t%{PROVIDENAME}\\t%{PROVIDEVERSION}]\\n"
_COMMAND = ("rpm", "--query", "--all", "--queryformat", _QUERY)


class Rpm:
    """The rpm database of one host, asked in one process."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._packages: dict[str, tuple[str, str]] | None = None
        self._readable = True

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        packages = self._all()
        found = {}
        for name in names:
            if name in packages:
                owner, packaged = packages[name]
                found[name] = installed_package(
                    owner, packaged, "rpm", location="rpm database", origin="rpm --query --all"
                )
        return found if self._readable else None

    def owns(self, package: str, path: str, /) -> bool:
        # one `rpm --query --file` for each file would be a process a requirement; the system's own
        # directories belong to packages, and no others do
        of_system = path.startswith(("/usr/", "/lib/", "/lib64/", "/bin/", "/sbin/"))
        return package in self._all() and of_system and not path.startswith("/usr/local/")

    def _all(self) -> dict[str, tuple[str, str]]:
        """Package and version by every name that is installed or provided.

        The version of a provided name is the one that it is provided at: what others call
        `zlib` may come from a package with a version of its own.
        """
        if self._packages is None:
            done = self._host.run(_COMMAND, timeout=30.0)
            self._readable = done is not None and done.returncode == 0
            self._packages = {}
            provided: dict[str, tuple[str, str]] = {}
            for line in done.stdout.splitlines() if done and self._readable else ():
                name, version, *pairs = line.split("\t")
                self._packages[name] = (name, version)
                for other, at in zip(pairs[::2], pairs[1::2], strict=False):
                    # an absent version is printed as `(none)`, and a package's own has its release
                    at_version = at if at and at != "(none)" else version
                    provided.setdefault(other, (name, at_version))
                    provided.setdefault(other.partition("(x86-64)")[0], (name, at_version))
            self._packages = {**provided, **self._packages}
        return self._packages
