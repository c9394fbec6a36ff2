"""What ecosystems have that would work on a machine, but whose manager is not there or was not asked."""

from __future__ import annotations

from extdeps.catalog.ecosystem import Ecosystem
from extdeps.manager.rattler import find_rattler
from extdeps.manager.table import choose_manager
from extdeps.system import find_libc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.machine import Machine
    from extdeps.manager.interface import Manager
    from extdeps.model.requirement import Phase

_SYSTEMS = {
    "conda-forge": ("Linux", "Darwin", "Windows"),
    "pypi": ("Linux", "Darwin", "Windows"),
    "homebrew": ("Darwin", "Linux"),
    "nix": ("Linux", "Darwin"),
}
"""The ecosystems that can be added to a system of another, and on which; those that need the least come first."""

_OF_GLIBC = frozenset({"conda-forge", "homebrew"})
"""Those whose packages for Linux need glibc."""


def find_elsewhere(
    identifier: str,
    phase: Phase,
    catalogue: Catalogue,
    machine: Machine,
    *,
    asked: Collection[str] | None = None,
    known: Collection[str] = (),
) -> tuple[str, ...]:
    """What can be said of the ecosystems that were not asked: that the mapping names packages, and how to get at them.

    Args:
        identifier: canonical; what is refused.
        phase: when it is needed.
        catalogue: what supplies an identifier.
        machine: where; of one that is not here nobody knows what else works on it.
        asked: the managers that were asked; None for all that are on the machine.
        known: the ecosystems that were asked by any manager, as conda-forge for a prefix.

    Returns:
        A line for each ecosystem, the one that needs the least first.
    """
    if not machine.is_probed:
        return ()
    names = [found.name for found in machine.managers if asked is None or found.name in asked]
    able = ((name, choose_manager(name, machine.managers)) for name in _list_working(machine) if name not in known)
    managers = {name: manager for name, manager in able if manager and manager.name not in names}
    return tuple(_iter_lines(identifier, phase, catalogue, machine, managers))


def _iter_lines(
    identifier: str, phase: Phase, catalogue: Catalogue, machine: Machine, managers: Mapping[str, Manager]
) -> Iterator[str]:
    for name, manager in managers.items():
        specs = catalogue.specs(identifier, Ecosystem(name=name))
        packages = [item for item in specs.of(phase) if manager.accepts(item)] if specs else []
        if packages:
            named = " and ".join(f"`{item}`" for item in packages)
            looked_up = "their versions were" if len(packages) > 1 else "its version was"
            yield f"{name} has {named} ({looked_up} not looked up): {_describe_way(name, manager, packages, machine)}"


def _list_working(machine: Machine) -> Iterator[str]:
    """The ecosystems that work on a machine, other than its own."""
    host = machine.host
    is_without_glibc = host.system == "Linux" and find_libc(host)[0] == "musl"
    own = machine.ecosystem.name if machine.ecosystem else ""
    for name, systems in _SYSTEMS.items():
        if name != own and host.system in systems and not (is_without_glibc and name in _OF_GLIBC):
            yield name


def _describe_way(ecosystem: str, manager: Manager, packages: list[str], machine: Machine) -> str:
    """What a person does to get at the packages of an ecosystem."""
    if any(found.name == manager.name for found in machine.managers):
        return f"`--for {manager.name}`"
    if ecosystem == "conda-forge":
        return "`--prefix DIR` needs no root" + ("" if find_rattler() else " (`pip install 'extdeps[conda]'`)")
    if ecosystem == "pypi":
        return f"`pip install {' '.join(packages)}`"
    return f"{manager.name} is not here"
