"""Which of the libraries that would come from outside somebody has to ask for, and which come along with those."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.model.wheelaudit import CarriedLibrary


def find_direct(libraries: tuple[CarriedLibrary, ...], staying: Iterable[str]) -> frozenset[str]:
    """The identifiers that have to be asked for.

    Those are what the code that stays in the wheel needs, and what nothing in the wheel needs, since it is loaded by
    name (`dlopen`, ctypes). What only those need comes along: the packages of an ecosystem bring what they need.

    Args:
        libraries: all that a wheel carries.
        staying: what the extension modules and programs need, as the loader is asked for it.
    """
    by_name: dict[str, CarriedLibrary] = {}
    for library in libraries:
        for name in (library.path, library.soname, library.original):
            by_name.setdefault(_fold(name), library)
    needs = {
        library.path: [found for name in library.needed if (found := by_name.get(_fold(name)))] for library in libraries
    }
    asked = [found for name in staying if (found := by_name.get(_fold(name)))]
    asked += [found for library in libraries if not library.identifier for found in needs[library.path]]
    direct = {library.identifier for library in asked}
    reached = _reach(asked, needs)
    for library in _by_need(libraries, needs):  # what is loaded by name, the foremost of a chain first
        if library.path not in reached:
            direct.add(library.identifier)
            reached |= _reach([library], needs)
    return frozenset(filter(None, direct))


def _reach(starts: Iterable[CarriedLibrary], needs: dict[str, list[CarriedLibrary]]) -> set[str]:
    """The paths of some libraries and of all that they need."""
    reached: set[str] = set()
    waiting = list(starts)
    while waiting:
        library = waiting.pop()
        if library.path not in reached:
            reached.add(library.path)
            waiting += needs[library.path]
    return reached


def _by_need(libraries: tuple[CarriedLibrary, ...], needs: dict[str, list[CarriedLibrary]]) -> list[CarriedLibrary]:
    """The libraries, first those that no other needs; a circle of them is entered anywhere."""
    needed = {found.path for library in libraries for found in needs[library.path] if found is not library}
    return sorted(libraries, key=lambda library: library.path in needed)


def _fold(name: str) -> str:
    """A name as loaders compare it: without directories, and on Windows without regard to case."""
    return name.replace("\\", "/").rpartition("/")[2].lower()
