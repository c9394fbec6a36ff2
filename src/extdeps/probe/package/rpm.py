"""rpm: Fedora, RHEL, openSUSE and what derives from them."""

from __future__ import annotations

from collections.abc import Collection

from extdeps.host import Host
from extdeps.interpreter import Interpreter
from extdeps.model.evidence import Evidence
from extdeps.versions.upstream import upstream_version

_QUERY = "%{NAME}\\t%{VERSION}\\t[%{PROVIDENAME} ]\\n"
_COMMAND = ("rpm", "--query", "--all", "--queryformat", _QUERY)


class Rpm:
    """The rpm database of one host, asked in one process."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._versions: dict[str, str] | None = None
        self._providers: dict[str, str] = {}
        self._readable = True

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        versions = self._all()
        found = {}
        for name in names:
            owner = name if name in versions else self._providers.get(name)
            if owner:
                version = upstream_version(versions[owner], "rpm")
                found[name] = Evidence(
                    kind="package",
                    name=owner,
                    location="rpm database",
                    version=version,
                    origin="rpm --query --all",
                )
        return found if self._readable else None

    def owns(self, package: str, path: str, /) -> bool:
        # one `rpm --query --file` for each file would be a process a requirement; the system's own
        # directories belong to packages, and /usr/local and /opt do not
        return package in self._all() and not path.startswith(("/usr/local/", "/opt/", "/home/"))

    def _all(self) -> dict[str, str]:
        if self._versions is None:
            done = self._host.run(_COMMAND, timeout=30.0)
            self._readable = done is not None and done.returncode == 0
            self._versions = {}
            for line in done.stdout.splitlines() if done and self._readable else ():
                name, _, rest = line.partition("\t")
                version, _, provides = rest.partition("\t")
                self._versions[name] = version
                for provided in provides.split():
                    self._providers.setdefault(provided.partition("(x86-64)")[0], name)
                    self._providers.setdefault(provided, name)
        return self._versions
