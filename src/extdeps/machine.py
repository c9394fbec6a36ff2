"""A host with everything that decides an answer: its Python, its ecosystem and its managers."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.catalog.ecosystem import find_ecosystem
from extdeps.interpreter import find_interpreter
from extdeps.manager.interface import Site
from extdeps.manager.table import choose_manager, find_managers, get_manager, system_families
from extdeps.system import find_libc, read_os_release

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.manager.interface import Manager
    from extdeps.manager.table import FoundManager
    from extdeps.model.hostfacts import HostFacts
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

    @property
    def manager(self) -> Manager | None:
        """The manager of its packages: the one that was asked for, else one that is there, else one that could be."""
        if self.chosen:
            return get_manager(self.chosen)
        return choose_manager(self.ecosystem.name, self.managers) if self.ecosystem else None

    @property
    def site(self) -> Site:
        """Where its managers work."""
        return Site(host=self.host, interpreter=self.interpreter, prefix=self.prefix, channels=self.channels)

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
    managers = find_managers(host)
    return Machine(
        host=host,
        interpreter=interpreter,
        os_release=release,
        managers=managers,
        ecosystem=find_ecosystem(release, interpreter.distributor, known, system_families(managers)),
    )


def retarget(machine: Machine, ecosystem: Ecosystem) -> Machine:
    """The same question for a machine that is not here, of which only the ecosystem is known."""
    return replace(machine, ecosystem=ecosystem, is_probed=False, managers=())


def gather_facts(machine: Machine) -> HostFacts:
    """The machine as it is told to a person or a program."""
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
        managers=tuple((manager.name, manager.path) for manager in machine.managers),
        is_root=host.is_root,
    )
