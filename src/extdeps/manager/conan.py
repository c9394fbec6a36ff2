"""Conan."""

from __future__ import annotations

from extdeps.manager.base import BaseManager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.manager.interface import Site


class Conan(BaseManager):
    """conan."""

    name = "conan"
    ecosystems = ("conan",)
    executables = ("conan",)
    install = ("conan", "install")
    grammar = r"[a-z0-9_][a-z0-9_+.-]*"

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        named = tuple(f"--requires={package}/[*]" for package in packages)
        return super().install_command(named, site, unattended=unattended, allow_removals=allow_removals)
