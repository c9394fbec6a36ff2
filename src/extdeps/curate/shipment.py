"""What packages ship: the files of those that are installed together, and what these prove."""

from __future__ import annotations

from itertools import chain

from extdeps.curate.index.interface import base_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.catalog.probes import Kind, ProbeEntry
    from extdeps.curate.index.interface import Package, PackageIndex
    from extdeps.model.requirement import Phase

Files = dict[str, list[tuple[str, frozenset[str]]]]
"""Of each base name, the paths and their packages."""


class Packages:
    """The packages of an index, and what is installed with them.

    Args:
        index: what there is.

    Attributes:
        known: all packages, by name.
        providers: of each further name the packages that answer to it.
    """

    def __init__(self, index: PackageIndex) -> None:
        self.known = index.packages()
        self.providers: dict[str, list[str]] = {}
        for package in self.known.values():
            for name in package.provides:
                self.providers.setdefault(name, []).append(package.name)
        self._closures: dict[tuple[str, ...], frozenset[str]] = {}

    def installed_with(self, names: tuple[str, ...]) -> frozenset[str]:
        """Packages with all that they depend on; of alternatives the first that exists, as apt chooses."""
        if names not in self._closures:
            seen: set[str] = set()
            pending = list(names)
            while pending:
                package = self._choose((pending.pop(),))
                if package and package.name not in seen:
                    seen.add(package.name)
                    pending += [chosen.name for group in package.depends if (chosen := self._choose(group))]
            self._closures[names] = frozenset(seen)
        return self._closures[names]

    def _choose(self, alternatives: tuple[str, ...]) -> Package | None:
        for name in alternatives:
            for candidate in (name, *self.providers.get(name, ())):
                if candidate in self.known:
                    return self.known[candidate]
        return None


def find_files(index: PackageIndex, entries: Iterable[ProbeEntry]) -> Files:
    """The files of an index that prove any of these entries."""
    names: set[str] = set()
    for entry in entries:
        names |= {f"{module}.pc" for module in entry.pkg_config}
        names |= {base_name(header) for header in entry.headers}
        names |= {f"lib{library}{ending}" for library in entry.libraries for ending in (".so", ".a")}
        names |= set(entry.executables)
    files: Files = {}
    for path, owners in index.find_files(frozenset(names)):
        files.setdefault(base_name(path), []).append((path, frozenset(owners)))
    return files


def can_prove(entry: ProbeEntry, phase: Phase, shows: frozenset[Kind]) -> bool:
    """Whether an index shows all kinds of evidence that a phase needs, so that what it does not show is not there.

    An index without headers knows of libraries only what is loaded at run
    time; for what is linked against, modules alone can be asked for.
    """
    can_link = "header" in shows

    def can_show(kind: Kind) -> bool:
        if kind == "development":
            return can_link or (bool(entry.pkg_config) and kind in shows)
        return kind in shows and (can_link or kind != "library" or phase == "run")

    return all(map(can_show, entry.kinds(phase)))


def is_proved(entry: ProbeEntry, phase: Phase, files: Files, packages: frozenset[str]) -> bool:
    """Whether packages ship all kinds of evidence that a phase needs."""

    def is_shown(kind: Kind) -> bool:
        return not packages.isdisjoint(find_owners(entry, kind, phase, files))

    def is_developed() -> bool:
        parts: dict[Kind, tuple[str, ...]] = {"header": entry.headers, "library": entry.libraries}
        needed = [kind for kind, names in parts.items() if names]
        return is_shown("development") or (bool(needed) and all(map(is_shown, needed)))

    return all(is_developed() if kind == "development" else is_shown(kind) for kind in entry.kinds(phase))


def find_owners(entry: ProbeEntry, kind: Kind, phase: Phase, files: Files) -> frozenset[str]:
    """The packages that ship evidence of a kind; of `development` those that ship a module."""

    def owners(name: str, directory: str, ending: str) -> Iterator[str]:
        for path, packages in files.get(base_name(name), ()):
            if directory in path and path.endswith(ending):
                yield from packages

    if kind == "executable":
        found = (owners(name, "bin/", f"bin/{name}") for name in entry.executables)
    elif kind == "header":
        found = (owners(name, "include/", f"/{name}") for name in entry.headers)
    elif kind == "development":
        found = (owners(f"{name}.pc", "pkgconfig/", ".pc") for name in entry.pkg_config)
    else:
        endings = ("",) if phase == "run" else (".so", ".a")
        found = (owners(f"lib{name}{suffix or '.so'}", "lib", suffix) for name in entry.libraries for suffix in endings)
    return frozenset(chain.from_iterable(found))
