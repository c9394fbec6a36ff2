"""Environment modules (https://modules.readthedocs.io, https://lmod.readthedocs.io): what can be loaded, and is not."""

from __future__ import annotations

from functools import cmp_to_key

from extdeps.versions.loose import Loose
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.host import Host
    from extdeps.model.constraint import Constraint

_DEPTH = 3
"""A module is a file in a directory of its name, which may stand in others: `mpi/gcc/openmpi/4.1`."""


class Modules:
    """The modules of one host that are not loaded.

    Args:
        host: the machine.
    """

    def __init__(self, host: Host) -> None:
        environ = host.environ
        loaded = {name for name in environ.get("LOADEDMODULES", "").split(":") if name}
        self._host = host
        self._loaded = {name.rpartition("/")[0] or name for name in loaded}
        self._available: dict[str, None] = {}
        for directory in environ.get("MODULEPATH", "").split(":"):
            if directory.startswith("/"):
                self._collect(directory.rstrip("/"), "", _DEPTH)

    def __len__(self) -> int:
        return len(self._available)

    def find(self, names: Iterable[str], constraints: tuple[Constraint, ...]) -> str:
        """The newest module of one of some names whose version is in a range, or empty.

        Args:
            names: what the dependency is called.
            constraints: the range; a version that cannot be read does not speak against a module.
        """
        for name in dict.fromkeys(map(str.lower, names)):
            found = [full for full in self._available if _is_module_of(full, name)]
            fitting = [full for full in found if satisfies(_version(full), constraints) is not False]
            if fitting:
                return max(fitting, key=lambda full: cmp_to_key(Loose().compare)(_version(full)))
        return ""

    def _collect(self, directory: str, name: str, depth: int) -> None:
        for entry in self._host.list_directory(directory):
            if entry.startswith("."):
                continue
            path, full = f"{directory}/{entry}", f"{name}/{entry}".lstrip("/")
            is_directory = bool(self._host.list_directory(path))
            if is_directory and depth > 1:
                self._collect(path, full, depth - 1)
            elif not is_directory and not {name, full} & self._loaded:
                self._available[full.removesuffix(".lua")] = None


def _is_module_of(full: str, name: str) -> bool:
    """`hdf5/1.14` is one of `hdf5`, and so is Fedora's `mpi/openmpi-x86_64` of `openmpi`."""
    *directories, last = full.lower().split("/")
    return name == last or (bool(directories) and name == directories[-1]) or last.startswith(f"{name}-")


def _version(full: str) -> str:
    last = full.rpartition("/")[2]
    return last if last[:1].isdigit() else ""
