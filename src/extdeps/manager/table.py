"""Every manager that is known, and which of them are on a host."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from importlib import import_module

from extdeps.host import find_executable
from extdeps.manager.elevation import guess_elevation
from extdeps.model.evidence import InstallCommand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.host import Host
    from extdeps.manager.interface import Manager, Site

_MANAGERS = {
    "apt": "extdeps.manager.apt:Apt",
    "dnf": "extdeps.manager.dnf:Dnf",
    "yum": "extdeps.manager.yum:Yum",
    "microdnf": "extdeps.manager.microdnf:Microdnf",
    "zypper": "extdeps.manager.zypper:Zypper",
    "pacman": "extdeps.manager.pacman:Pacman",
    "pacman of msys2": "extdeps.manager.pacman:PacmanOfMsys2",
    "apk": "extdeps.manager.apk:Apk",
    "brew": "extdeps.manager.brew:Brew",
    "conda": "extdeps.manager.conda:Conda",
    "mamba": "extdeps.manager.mamba:Mamba",
    "micromamba": "extdeps.manager.micromamba:Micromamba",
    "pixi": "extdeps.manager.pixi:Pixi",
    "nix": "extdeps.manager.nix:Nix",
    "emerge": "extdeps.manager.portage:Portage",
    "xbps": "extdeps.manager.xbps:Xbps",
    "pkg": "extdeps.manager.pkg:Pkg",
    "port": "extdeps.manager.macports:Macports",
    "guix": "extdeps.manager.guix:Guix",
    "spack": "extdeps.manager.spack:Spack",
    "vcpkg": "extdeps.manager.vcpkg:Vcpkg",
    "conan": "extdeps.manager.conan:Conan",
    "winget": "extdeps.manager.winget:Winget",
    "choco": "extdeps.manager.choco:Choco",
    "scoop": "extdeps.manager.scoop:Scoop",
    "pip": "extdeps.manager.pip:Pip",
}

INDEX_AGE = 24 * 3600.0
"""The seconds after which a manager's index is fetched anew before it is relied on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundManager:
    """A manager that is on a host.

    Args:
        name: what it is called.
        path: its program.
    """

    name: str
    path: str


def get_manager(name: str) -> Manager:
    """The manager of a name.

    Raises:
        KeyError: it is not in the table.
    """
    module, _, attribute = _MANAGERS[name].partition(":")
    manager: Manager = getattr(import_module(module), attribute)()
    return manager


def find_managers(host: Host) -> tuple[FoundManager, ...]:
    """The managers whose program is on a host, in the order of the table; nothing is run.

    One that is only another name of one before it, as yum has become of dnf, does not count.
    """
    found: dict[tuple[str, tuple[str, ...]], FoundManager] = {}
    for name in _MANAGERS:
        manager = get_manager(name)
        paths = (find_executable(host, program) for program in manager.executables)
        path = next((path for path in paths if path), None)
        if path:
            found.setdefault((host.real_path(path), manager.ecosystems), FoundManager(name=name, path=path))
    return tuple(found.values())


def system_families(managers: tuple[FoundManager, ...]) -> tuple[str, ...]:
    """The ecosystems that a derivative may belong to, by the system managers that are there."""
    return tuple(manager.ecosystems[0] for found in managers if (manager := get_manager(found.name)).is_system)


def choose_manager(ecosystem: str, managers: tuple[FoundManager, ...]) -> Manager | None:
    """The manager for an ecosystem: one that is there, else the first that could be."""
    able = [name for name in _MANAGERS if ecosystem in get_manager(name).ecosystems]
    there = {found.name for found in managers}
    name = next((name for name in able if name in there), able[0] if able else None)
    return get_manager(name) if name else None


def has_stale_index(manager: Manager, site: Site) -> bool:
    """Whether a manager has an index to fetch, and has none or one that is older than `INDEX_AGE`."""
    if not manager.refresh_command(site):
        return False
    fetched = manager.find_index_time(site)
    return fetched is None or time.time() - fetched > INDEX_AGE


def make_commands(
    manager: Manager, packages: tuple[str, ...], *, ecosystem: str, site: Site
) -> tuple[InstallCommand, ...]:
    """The commands that install packages, as one would type them; the last one installs, one before it refreshes.

    Args:
        manager: the tool.
        packages: names that the manager accepts.
        ecosystem: what the packages belong to, for the report.
        site: where, for elevation and the state of the manager's index.
    """
    elevation = guess_elevation(site.host) if manager.needs_elevation(site) else ""
    install = InstallCommand(
        manager=manager.name,
        ecosystem=ecosystem,
        argv=manager.install_command(packages, site),
        packages=packages,
        elevation=elevation,
    )
    if not has_stale_index(manager, site):
        return (install,)
    return (replace(install, argv=manager.refresh_command(site), packages=()), install)
