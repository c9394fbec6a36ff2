"""nix: packages of nixpkgs in a profile."""

from __future__ import annotations

from extdeps.manager.base import BaseManager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.manager.interface import Site


class Nix(BaseManager):
    """nix."""

    name = "nix"
    ecosystems = ("nix",)
    executables = ("nix",)
    scheme = "nix"
    install = ("nix", "profile", "install")
    grammar = r"[A-Za-z_][A-Za-z0-9._'-]*"

    def install_command(
        self, packages: tuple[str, ...], site: Site, /, *, unattended: bool = False, allow_removals: bool = False
    ) -> tuple[str, ...]:
        named = tuple(f"nixpkgs#{package}" for package in packages)
        return super().install_command(named, site, unattended=unattended, allow_removals=allow_removals)
