"""Every manager that is known, and which of them are on a host."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module

from extdeps.host import find_executable
from extdeps.model.evidence import InstallCommand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.host import Host
    from extdeps.manager.interface import Manager

_MANAGERS = {
    "apt": "extdeps.manager.apt:Apt",
    "dnf": "extdeps.manager.plain:DNF",
    "zypper": "extdeps.manager.plain:ZYPPER",
    "pacman": "extdeps.manager.plain:PACMAN",
    "pacman of msys2": "extdeps.manager.plain:PACMAN_OF_MSYS2",
    "apk": "extdeps.manager.plain:APK",
    "brew": "extdeps.manager.plain:BREW",
    "conda": "extdeps.manager.plain:CONDA",
    "mamba": "extdeps.manager.plain:MAMBA",
    "micromamba": "extdeps.manager.plain:MICROMAMBA",
    "pixi": "extdeps.manager.plain:PIXI",
    "nix": "extdeps.manager.plain:NIX",
    "emerge": "extdeps.manager.plain:EMERGE",
    "xbps": "extdeps.manager.plain:XBPS",
    "pkg": "extdeps.manager.plain:PKG",
    "port": "extdeps.manager.plain:MACPORTS",
    "guix": "extdeps.manager.plain:GUIX",
    "spack": "extdeps.manager.plain:SPACK",
    "vcpkg": "extdeps.manager.plain:VCPKG",
    "conan": "extdeps.manager.plain:CONAN",
    "winget": "extdeps.manager.plain:WINGET",
    "choco": "extdeps.manager.plain:CHOCO",
    "scoop": "extdeps.manager.plain:SCOOP",
    "pip": "extdeps.manager.plain:PIP",
}


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
    found = getattr(import_module(module), attribute)
    manager: Manager = found() if isinstance(found, type) else found
    return manager


def find_managers(host: Host) -> tuple[FoundManager, ...]:
    """The managers whose program is on a host, in the order of the table; nothing is run."""
    found = []
    for name in _MANAGERS:
        paths = (find_executable(host, program) for program in get_manager(name).executables)
        path = next((path for path in paths if path), None)
        if path:
            found.append(FoundManager(name=name, path=path))
    return tuple(found)


def system_families(managers: tuple[FoundManager, ...]) -> tuple[str, ...]:
    """The ecosystems that a derivative may belong to, by the system managers that are there."""
    return tuple(manager.ecosystems[0] for found in managers if (manager := get_manager(found.name)).is_system)


def choose_manager(ecosystem: str, managers: tuple[FoundManager, ...]) -> Manager | None:
    """The manager for an ecosystem: one that is there, else the first that could be."""
    able = [name for name in _MANAGERS if ecosystem in get_manager(name).ecosystems]
    there = {found.name for found in managers}
    name = next((name for name in able if name in there), able[0] if able else None)
    return get_manager(name) if name else None


def make_commands(
    manager: Manager, packages: tuple[str, ...], *, ecosystem: str, host: Host
) -> tuple[InstallCommand, ...]:
    """The commands that install packages on a host, in order; the last one installs.

    Args:
        manager: the tool.
        packages: names that the manager accepts.
        ecosystem: what the packages belong to, for the report.
        host: the machine, for elevation and the state of the manager's index.
    """
    elevation = ""
    if manager.needs_elevation(host):
        elevation = next((name for name in ("sudo", "doas", "run0") if find_executable(host, name)), "")
    argvs = manager.install_commands(packages, host)
    return tuple(
        InstallCommand(
            manager=manager.name,
            ecosystem=ecosystem,
            argv=argv,
            packages=packages if argv is argvs[-1] else (),
            elevation=elevation,
        )
        for argv in argvs
    )
