"""apt: Debian, Ubuntu and what derives from them."""

from __future__ import annotations

import re

from extdeps.host import read_text
from extdeps.manager.interface import Derivation

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.manager.interface import Content

_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]*[a-z0-9+.]")
"""Debian Policy 5.6.1, without a name that ends in `-`: apt would take that as a removal.

A `+` at the end means an installation, which is what is asked for (`g++`, `ncbi-blast+`).
"""

_STANZA_END = re.compile(r"\n[ \t]*\n")
_FIELD = re.compile(r"^([A-Za-z-]+):(.*(?:\n[ \t].*)*)", re.MULTILINE)

_LISTS = "/var/lib/apt/lists"
_SOURCES = "/etc/apt/sources.list"


class Apt:
    """apt-get, which unlike apt has an interface that stays the same."""

    name = "apt"
    ecosystems = ("debian", "ubuntu")
    executables = ("apt-get",)
    is_system = True

    def accepts(self, package: str, /) -> bool:
        return bool(_NAME.fullmatch(package))

    def install_commands(self, packages: tuple[str, ...], host: Host, /) -> tuple[tuple[str, ...], ...]:
        install = ("apt-get", "install", *packages)
        return (install,) if self.has_index(host) else (("apt-get", "update"), install)

    def has_repository(self, repository: str, host: Host, /) -> bool:
        """Whether a component (`non-free`) is among the lists that apt has fetched, or is named in its sources."""
        if any(f"_{repository}_" in name for name in host.list_directory(_LISTS)):
            return True
        sources = [_SOURCES, *(f"{_SOURCES}.d/{name}" for name in host.list_directory(f"{_SOURCES}.d"))]
        return any(_names(read_text(host, path) or "", repository) for path in sources)

    def derive(self, contents: Collection[Content], host: Host | None, /) -> Derivation:
        if host is None:
            return Derivation()  # the lists of files are those of this machine
        from extdeps.manager.contents import find_packages

        return find_packages(contents, host, self.accepts)

    def needs_elevation(self, host: Host, /) -> bool:
        return not host.is_root

    @staticmethod
    def has_index(host: Host) -> bool:
        """Whether apt knows any package, which it does not in a fresh container."""
        return any("_Packages" in name for name in host.list_directory(_LISTS))


def _names(sources: str, component: str) -> bool:
    """Whether a list of sources takes binary packages from a component, in either style (sources.list(5))."""
    for stanza in _STANZA_END.split(sources):
        lines = [line.split() for line in stanza.splitlines()]
        if any(words[:1] == ["deb"] and component in words for words in lines):
            return True
        fields = {name: value.split() for name, value in _FIELD.findall(stanza)}
        is_used = "deb" in fields.get("Types", ()) and fields.get("Enabled") != ["no"]
        if is_used and component in fields.get("Components", ()):
            return True
    return False
