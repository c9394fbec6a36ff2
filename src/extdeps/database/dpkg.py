"""dpkg: Debian, Ubuntu and what derives from them.

The status file is read instead of asking `dpkg-query`, so that another root
file system answers in the same way. A package counts when the third word of
its Status is `installed` (deb822, dpkg's `${db:Status-Status}`): one that was
removed but left its configuration (`rc`), or is only known (`un`), does not.
"""

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

_ADMIN = "/var/lib/dpkg"
_PROVIDES = re.compile(rb"^Provides: (.+(?:\n[ \t].+)*)", re.MULTILINE)
_STATUS = re.compile(rb"^Status: \S+ \S+ (\S+)", re.MULTILINE)
_VERSION = re.compile(rb"^Version: (\S+)", re.MULTILINE)
_FOREIGN = re.compile(rb"^Architecture: (?!all$)(\S+)", re.MULTILINE)


class Dpkg:
    """The dpkg database of one host."""

    def __init__(self, host: Host, interpreter: Interpreter) -> None:
        self._host = host
        self._native = _architecture(interpreter.multiarch).encode()
        self._stanzas: dict[str, list[bytes]] | None = None
        self._provided: dict[str, str] | None = None
        self._readable = True

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        found = {}
        for name in names:
            owner = name if self._version(name) else self._provider(name)
            if owner:
                packaged = self._version(owner)
                found[name] = installed_package(owner, packaged, "deb", location=f"{_ADMIN}/status", origin="dpkg")
        return found if self._readable else None

    def owns(self, package: str, path: str, /) -> bool:
        real = self._host.real_path(path)
        for name in (f"{package}:{self._native.decode()}", package):
            listed = read_text(self._host, f"{_ADMIN}/info/{name}.list")
            if listed is not None:
                files = frozenset(listed.splitlines())
                # before the merge of /usr a package lists /lib/... for what is now in /usr/lib/...
                return bool(files & {path, real, real.removeprefix("/usr"), f"/usr{real}"})
        return False

    def _all(self) -> dict[str, list[bytes]]:
        if self._stanzas is None:
            content = self._host.read_bytes(f"{_ADMIN}/status")
            self._readable = content is not None
            self._stanzas = {}
            for stanza in (b"\n\n" + (content or b"")).split(b"\n\nPackage: ")[1:]:
                name, _, rest = stanza.partition(b"\n")
                self._stanzas.setdefault(name.decode("ascii", "replace").strip(), []).append(rest)
        return self._stanzas

    def _counts(self, stanza: bytes) -> bool:
        """Whether a package is installed, and for the architecture of the Python that decides."""
        if not _is_installed(stanza):
            return False
        architecture = _FOREIGN.search(stanza)
        return not (self._native and architecture and architecture[1] != self._native)

    def _version(self, name: str) -> str:
        for stanza in self._all().get(name, ()):
            version = _VERSION.search(stanza) if self._counts(stanza) else None
            if version:
                return version[1].decode("ascii", "replace")
        return ""

    def _provider(self, name: str) -> str:
        if self._provided is None:
            self._provided = {}
            for package, stanzas in self._all().items():
                for stanza in stanzas:
                    listed = _PROVIDES.search(stanza) if b"\nProvides: " in stanza else None
                    for item in (
                        listed[1].decode("ascii", "replace").split(",") if listed and self._counts(stanza) else ()
                    ):
                        self._provided.setdefault(item.split("(")[0].strip(), package)
        return self._provided.get(name, "")


def _is_installed(stanza: bytes) -> bool:
    status = _STATUS.search(stanza)
    return status is not None and status[1] == b"installed"


def _architecture(multiarch: str) -> str:
    names = {"x86_64": "amd64", "aarch64": "arm64", "arm": "armhf", "powerpc64le": "ppc64el"}  # dpkg's cputable
    cpu = multiarch.partition("-")[0]
    return names.get(cpu, cpu)
