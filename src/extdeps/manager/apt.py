"""apt: Debian, Ubuntu and what derives from them."""

from __future__ import annotations

import re

from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.host import Host

_NAME = re.compile(r"[a-z0-9][a-z0-9+.-]*[a-z0-9+.]")
"""Debian Policy 5.6.1, without a name that ends in `-`: apt would take that as a removal.

A `+` at the end means an installation, which is what is asked for (`g++`, `ncbi-blast+`).
"""

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
        lines = [line for path in sources for line in (read_text(host, path) or "").splitlines()]
        return any(repository in line.split() for line in lines if line.startswith(("deb ", "Components:")))

    def needs_elevation(self, host: Host, /) -> bool:
        return not host.is_root

    @staticmethod
    def has_index(host: Host) -> bool:
        """Whether apt knows any package, which it does not in a fresh container."""
        return any("_Packages" in name for name in host.list_directory(_LISTS))
