"""Which database belongs to which ecosystem."""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.probe.package.interface import PackageDatabase

_DATABASES = {
    "debian": "extdeps.probe.package.dpkg:Dpkg",
    "ubuntu": "extdeps.probe.package.dpkg:Dpkg",
    "fedora": "extdeps.probe.package.rpm:Rpm",
    "rhel": "extdeps.probe.package.rpm:Rpm",
    "opensuse": "extdeps.probe.package.rpm:Rpm",
    "arch": "extdeps.probe.package.pacman:Pacman",
    "alpine": "extdeps.probe.package.apk:Apk",
    "homebrew": "extdeps.probe.package.brew:Brew",
    "conda-forge": "extdeps.probe.package.conda:Conda",
}


def get_database(ecosystem: str, host: Host, interpreter: Interpreter) -> PackageDatabase | None:
    """The package database of an ecosystem, or None for one whose packages leave no database."""
    target = _DATABASES.get(ecosystem)
    if target is None:
        return None
    module, _, name = target.partition(":")
    database: PackageDatabase = getattr(import_module(module), name)(host, interpreter)
    return database
