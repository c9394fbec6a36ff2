"""Every manager that is known, and which of them are on a host."""

from __future__ import annotations

import time
from dataclasses import dataclass, replace
from importlib import import_module

from extdeps.errors import UsageError
from extdeps.host import find_executable
from extdeps.model.evidence import InstallCommand

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.host import Host
    from extdeps.manager.interface import Manager, Site
    from extdeps.model.constraint import Constraint


@dataclass(frozen=True, slots=True)
class _Row:
    """What is known of a manager before its module is imported."""

    target: str
    executables: tuple[str, ...]
    ecosystems: tuple[str, ...]
    is_system: bool = False


_MANAGERS = {
    "apt": _Row("extdeps.manager.apt:Apt", ("apt-get",), ("debian", "ubuntu"), is_system=True),
    "dnf": _Row("extdeps.manager.dnf:Dnf", ("dnf", "dnf5"), ("fedora", "rhel"), is_system=True),
    "yum": _Row("extdeps.manager.yum:Yum", ("yum",), ("fedora", "rhel"), is_system=True),
    "microdnf": _Row("extdeps.manager.microdnf:Microdnf", ("microdnf",), ("fedora", "rhel"), is_system=True),
    "zypper": _Row("extdeps.manager.zypper:Zypper", ("zypper",), ("opensuse",), is_system=True),
    "pacman": _Row("extdeps.manager.pacman:Pacman", ("pacman",), ("arch",), is_system=True),
    "pacman of msys2": _Row("extdeps.manager.pacman:PacmanOfMsys2", (), ("msys2",)),
    "apk": _Row("extdeps.manager.apk:Apk", ("apk",), ("alpine",), is_system=True),
    "brew": _Row("extdeps.manager.brew:Brew", ("brew",), ("homebrew",)),
    "conda": _Row("extdeps.manager.conda:Conda", ("conda",), ("conda-forge",)),
    "mamba": _Row("extdeps.manager.mamba:Mamba", ("mamba",), ("conda-forge",)),
    "micromamba": _Row("extdeps.manager.micromamba:Micromamba", ("micromamba",), ("conda-forge",)),
    "pixi": _Row("extdeps.manager.pixi:Pixi", ("pixi",), ("conda-forge",)),
    "rattler": _Row("extdeps.manager.rattler:Rattler", (), ("conda-forge",)),
    "nix": _Row("extdeps.manager.nix:Nix", ("nix",), ("nix",)),
    "emerge": _Row("extdeps.manager.portage:Portage", ("emerge",), ("gentoo",), is_system=True),
    "xbps": _Row("extdeps.manager.xbps:Xbps", ("xbps-install",), ("void",), is_system=True),
    "pkg": _Row("extdeps.manager.pkg:Pkg", ("pkg",), ("freebsd",), is_system=True),
    "port": _Row("extdeps.manager.macports:Macports", ("port",), ("macports",), is_system=True),
    "guix": _Row("extdeps.manager.guix:Guix", ("guix",), ("guix",)),
    "spack": _Row("extdeps.manager.spack:Spack", ("spack",), ("spack",)),
    "vcpkg": _Row("extdeps.manager.vcpkg:Vcpkg", ("vcpkg",), ("vcpkg",)),
    "conan": _Row("extdeps.manager.conan:Conan", ("conan",), ("conan",)),
    "winget": _Row("extdeps.manager.winget:Winget", ("winget",), ("winget",)),
    "choco": _Row("extdeps.manager.choco:Choco", ("choco",), ("chocolatey",)),
    "scoop": _Row("extdeps.manager.scoop:Scoop", ("scoop",), ("scoop",)),
    "pip": _Row("extdeps.manager.pip:Pip", ("pip", "pip3"), ("pypi",)),
}

_ON_ANY_SYSTEM = ("homebrew", "macports", "conda-forge", "nix", "guix")

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
    module, _, attribute = _MANAGERS[name].target.partition(":")
    manager: Manager = getattr(import_module(module), attribute)()
    return manager


def ecosystems_of(name: str) -> tuple[str, ...]:
    """The ecosystems that the manager of a name has packages of.

    Raises:
        KeyError: it is not in the table.
    """
    return _MANAGERS[name].ecosystems


def list_managers() -> tuple[str, ...]:
    """The names by which a person can ask for a manager."""
    return tuple(name for name, row in _MANAGERS.items() if row.executables)


def manager_named(text: str, managers: tuple[FoundManager, ...] = ()) -> str:
    """The name of the manager that a person means.

    Args:
        text: a manager, or an ecosystem whose manager is meant (`conda-forge`).
        managers: those that are there; of several for an ecosystem, one of them is meant.

    Raises:
        UsageError: nothing is called so; the nearest name is said.
    """
    names = list_managers()
    if text in names:
        return text
    of_ecosystem = choose_manager(text, managers)
    if of_ecosystem:
        return of_ecosystem.name
    from difflib import get_close_matches

    ecosystems = (ecosystem for row in _MANAGERS.values() for ecosystem in row.ecosystems)
    close = get_close_matches(text.lower(), dict.fromkeys((*names, *ecosystems)), n=1)
    nearest = f"did you mean `{close[0]}`? " if close else ""
    raise UsageError(f"`{text}` is not a package manager", hint=f"{nearest}one of {', '.join(names)}")


def find_managers(host: Host, python: str = "") -> tuple[FoundManager, ...]:
    """The managers whose program is on a host, in the order of the table; nothing is run.

    One that is only another name of one before it, as yum has become of dnf, does not count.

    Args:
        host: the machine.
        python: the Python that decides, whose pip counts wherever it is.
    """
    found: dict[tuple[str, tuple[str, ...]], FoundManager] = {}
    for name, row in _MANAGERS.items():
        beside = (f"{python.rpartition('/')[0]}/pip",) if name == "pip" and "/" in python else ()
        paths = (find_executable(host, program) for program in (*beside, *row.executables))
        path = next((path for path in paths if path), None)
        if path:
            found.setdefault((host.real_path(path), row.ecosystems), FoundManager(name=name, path=path))
    return tuple(found.values())


def is_at_home(name: str, ecosystem: str) -> bool:
    """Whether a manager may be used unasked on a system: its own, pip, and what works on any system.

    What is left needs a word of the user: the tools of another distribution, and managers that serve one project.
    """
    ecosystems = _MANAGERS[name].ecosystems
    return ecosystem in ecosystems or ecosystems[0] == "pypi" or ecosystems[0] in _ON_ANY_SYSTEM


def families(managers: tuple[FoundManager, ...]) -> tuple[str, ...]:
    """The ecosystems that a system which nobody knows may belong to, by the managers that are there.

    Those of the whole system come first; those that work on any system follow.
    """
    rows = (_MANAGERS[found.name] for found in managers)
    named = [(row.is_system, row.ecosystems[0]) for row in rows]
    system = (name for is_system, name in named if is_system)
    return tuple(dict.fromkeys((*system, *(name for _, name in named if name in _ON_ANY_SYSTEM))))


def choose_manager(ecosystem: str, managers: tuple[FoundManager, ...]) -> Manager | None:
    """The manager for an ecosystem: one that is there, else the first that could be."""
    able = [name for name, row in _MANAGERS.items() if ecosystem in row.ecosystems]
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
    manager: Manager,
    wanted: Mapping[str, tuple[Constraint, ...]],
    *,
    ecosystem: str,
    site: Site,
    is_here: bool = True,
) -> tuple[InstallCommand, ...]:
    """The commands that install packages, as one would type them; the last one installs, one before it refreshes.

    Args:
        manager: the tool.
        wanted: names that the manager accepts, with the range that each has to be in.
        ecosystem: what the packages belong to, for the report.
        site: where, for elevation and the state of the manager's index.
        is_here: false for a machine of which the index is not known.
    """
    from extdeps.manager.elevation import guess_elevation

    specs = tuple(manager.constrain(name, bounds) if bounds else name for name, bounds in wanted.items())
    elevation = guess_elevation(site.host) if manager.needs_elevation(site) else ""
    install = InstallCommand(
        manager=manager.name,
        ecosystem=ecosystem,
        argv=manager.install_command(specs, site),
        packages=tuple(wanted),
        specs=specs if specs != tuple(wanted) else (),
        elevation=elevation,
    )
    if not is_here or not has_stale_index(manager, site):
        return (install,)
    return (replace(install, argv=manager.refresh_command(site), packages=(), specs=()), install)
