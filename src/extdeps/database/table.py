"""Which database belongs to which ecosystem."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.database.interface import PackageDatabase
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

_DATABASES = {
    "debian": "extdeps.database.dpkg:Dpkg",
    "ubuntu": "extdeps.database.dpkg:Dpkg",
    "fedora": "extdeps.database.rpm:Rpm",
    "rhel": "extdeps.database.rpm:Rpm",
    "opensuse": "extdeps.database.rpm:Rpm",
    "arch": "extdeps.database.pacman:Pacman",
    "msys2": "extdeps.database.pacman:PacmanOfMsys2",
    "alpine": "extdeps.database.apk:Apk",
    "gentoo": "extdeps.database.portage:Portage",
    "void": "extdeps.database.xbps:Xbps",
    "homebrew": "extdeps.database.brew:Brew",
    "macports": "extdeps.database.macports:Macports",
    "freebsd": "extdeps.database.pkg:Pkg",
    "conda-forge": "extdeps.database.conda:Conda",
    "spack": "extdeps.database.spack:Spack",
    "vcpkg": "extdeps.database.vcpkg:Vcpkg",
    "conan": "extdeps.database.conan:Conan",
    "pypi": "extdeps.database.pypi:Pypi",
    "nix": "extdeps.database.nix:Nix",
    "guix": "extdeps.database.guix:Guix",
    "chocolatey": "extdeps.database.choco:Choco",
    "scoop": "extdeps.database.scoop:Scoop",
}


def get_database(ecosystem: str, host: Host, interpreter: Interpreter, prefix: str = "") -> PackageDatabase | None:
    """The package database of an ecosystem, or None for one whose packages leave no database.

    Args:
        ecosystem: its name.
        host: the machine.
        interpreter: the Python that decides.
        prefix: the environment whose packages count, where it is not that of the Python; or empty.
    """
    target = _DATABASES.get(ecosystem)
    if target is None:
        return None
    module, _, name = target.partition(":")
    database: PackageDatabase = getattr(import_module(module), name)(
        host, replace(interpreter, prefix=prefix or interpreter.prefix)
    )
    return database
