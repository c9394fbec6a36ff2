"""A host with everything that decides an answer: its Python, its ecosystem and its managers."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

from extdeps.catalog.ecosystem import Ecosystem, find_ecosystem
from extdeps.errors import UsageError
from extdeps.interpreter import find_interpreter
from extdeps.manager.interface import Site
from extdeps.manager.table import choose_manager, ecosystems_of, families, find_managers, get_manager, manager_named
from extdeps.system import find_libc, read_os_release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from extdeps.accelerator.definer import Definer
    from extdeps.accelerator.overrides import Assumed
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.manager.elevation import Elevation
    from extdeps.manager.interface import Manager
    from extdeps.manager.table import FoundManager
    from extdeps.model.accelerator import Accelerators
    from extdeps.model.hostfacts import HostFacts, ManagerFacts
    from extdeps.system import OsRelease

_DARWIN = frozenset({"homebrew", "macports"})
_ANYWHERE = frozenset({"conda-forge", "nix", "spack", "pypi"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    """A described host.

    Args:
        host: the machine itself.
        interpreter: the Python that decides.
        os_release: what it says it is.
        managers: the package managers that are there.
        ecosystem: where its packages come from, or None where nothing is known about it.
        is_probed: false for a machine that is not here, of which only the ecosystem is known.
        chosen: the manager that the user wants, or empty.
        prefix: the directory of an environment of its own that is to be used, or empty.
        channels: where conda's packages are looked for, in order.
        find_assumed: what somebody tells of what it computes with, asked when that is needed.
        find_definer: gives what tells of capabilities that people define.
    """

    host: Host
    interpreter: Interpreter
    os_release: OsRelease
    managers: tuple[FoundManager, ...]
    ecosystem: Ecosystem | None
    is_probed: bool = True
    chosen: str = ""
    prefix: str = ""
    channels: tuple[str, ...] = ("conda-forge",)
    find_assumed: Callable[[], Assumed] = tuple
    find_definer: Callable[[], Definer | None] = lambda: None

    @property
    def manager(self) -> Manager | None:
        """The manager of its packages: the one that was asked for, else one that is there, else one that could be."""
        if self.chosen:
            return get_manager(self.chosen)
        return choose_manager(self.ecosystem.name, self.managers) if self.ecosystem else None

    @property
    def manager_name(self) -> str:
        """What this manager is called, or empty; the module of one that was asked for is not imported for it."""
        if self.chosen:
            return self.chosen
        return self.manager.name if self.manager else ""

    @property
    def site(self) -> Site:
        """Where its managers work."""
        return Site(host=self.host, interpreter=self.interpreter, prefix=self.prefix, channels=self.channels)

    def find_accelerators(self) -> Accelerators:
        """What it computes with; of a machine that is not here, what was told alone."""
        from extdeps.accelerator.detect import assume_only, find_accelerators

        if not self.is_probed:
            return assume_only(self.host.machine, self.find_assumed())
        return find_accelerators(self.host, self.interpreter, self.find_assumed())

    def find_defined(self, name: str) -> frozenset[str] | None:
        """The values of a capability that people define; None where it is not known, as on a machine not here."""
        definer = self.find_definer() if self.is_probed else None
        return definer.find(name) if definer else None

    def marker_environment(self) -> dict[str, str]:
        """The marker variables of the Python there; those of the target's system when it is not here."""
        environment = self.interpreter.marker_environment()
        if self.is_probed or self.ecosystem is None or self.ecosystem.name in _ANYWHERE:
            return environment
        darwin = self.ecosystem.name in _DARWIN
        system = ("darwin", "Darwin") if darwin else ("linux", "Linux")
        return {**environment, "os_name": "posix", "sys_platform": system[0], "platform_system": system[1]}


def describe_machine(host: Host, known: Collection[str], python: str = "") -> Machine:
    """Describe a host.

    Args:
        host: the machine.
        known: the ecosystems that have a mapping.
        python: a path or name for the Python that decides; empty for the default one.

    Raises:
        InterpreterError: the Python is not there or does not answer.
    """
    interpreter = find_interpreter(host, python)
    release = read_os_release(host)
    managers = find_managers(host, interpreter.executable)
    return Machine(
        host=host,
        interpreter=interpreter,
        os_release=release,
        managers=managers,
        ecosystem=find_ecosystem(release, interpreter.distributor, known, families(managers)),
    )


def adopt_mapping(machine: Machine, path: str) -> Machine:
    """The same machine; if nobody maps its system but its user does, the ecosystem is called as that document is.

    Args:
        machine: as it was described.
        path: the user's own mapping, or empty.
    """
    if machine.ecosystem is not None or not path:
        return machine
    return replace(machine, ecosystem=Ecosystem(name=os.path.basename(path).partition(".")[0]))


def retarget(machine: Machine, ecosystem: Ecosystem) -> Machine:
    """The same question for a machine that is not here, of which only the ecosystem is known."""
    return replace(machine, ecosystem=ecosystem, is_probed=False, managers=())


def choose(machine: Machine, name: str, known: Collection[str]) -> Machine:
    """The same machine with a manager that somebody has asked for, and the ecosystem of its packages.

    Args:
        machine: as it was described.
        name: a manager, or an ecosystem whose manager is meant (`conda-forge`).
        known: the ecosystems that have a mapping.

    Raises:
        UsageError: nothing is called so, or it has no packages for the target.
    """
    name = manager_named(name, machine.managers)
    ecosystems = ecosystems_of(name)
    system = find_ecosystem(machine.os_release, "system", known, families(machine.managers))
    fitting = [item for item in (machine.ecosystem, system) if item and item.name in ecosystems]
    if not machine.is_probed and not fitting[:1] == [machine.ecosystem]:
        raise UsageError(f"{name} has no packages of {machine.ecosystem}")
    ecosystem = fitting[0] if fitting else Ecosystem(name=ecosystems[0])
    return replace(machine, chosen=name, ecosystem=ecosystem)


def gather_facts(machine: Machine, *, ask_managers: bool = False) -> HostFacts:
    """The machine as it is told to a person or a program.

    Args:
        machine: the described machine.
        ask_managers: run each package manager for its version, and find out who may use it.
    """
    from extdeps.model.hostfacts import HostFacts

    host, python, release = machine.host, machine.interpreter, machine.os_release
    return HostFacts(
        name=host.name,
        system=host.system,
        machine=host.machine,
        os_id=release.id,
        os_version=release.version_id,
        os_name=release.pretty_name,
        libc=" ".join(filter(None, find_libc(host))),
        python=python.executable,
        python_version=python.version,
        python_distributor=python.distributor,
        ecosystem=str(machine.ecosystem or ""),
        managers=tuple(_describe_managers(machine, ask=ask_managers)),
        is_root=host.is_root,
    )


def _describe_managers(machine: Machine, *, ask: bool) -> Iterator[ManagerFacts]:
    from extdeps.model.hostfacts import ManagerFacts

    own = machine.manager_name
    elevation = _find_elevation(machine.host) if ask and machine.managers else None
    for found in machine.managers:
        facts = ManagerFacts(name=found.name, path=found.path, is_own=own == found.name)
        if elevation is None:
            yield facts
            continue
        manager = get_manager(found.name)
        if machine.host.is_root or not manager.needs_elevation(machine.site):
            usable = "as root" if machine.host.is_root else "as this user"
            yield replace(facts, version=manager.find_version(machine.site), usable=usable)
        else:
            usable = f"by {elevation}" if elevation.is_possible else "not at all"
            version = manager.find_version(machine.site)
            yield replace(facts, version=version, usable=usable, reason=elevation.reason)
    if not ask:
        return
    from extdeps.manager.rattler import find_rattler

    library = find_rattler()
    if library:
        version = get_manager("rattler").find_version(machine.site)
        yield ManagerFacts(
            name="rattler",
            path=library,
            version=version,
            usable="as any user, for a prefix",
            is_own=bool(machine.prefix),
        )


def _find_elevation(host: Host) -> Elevation:
    from extdeps.manager.elevation import find_elevation

    return find_elevation(host)
