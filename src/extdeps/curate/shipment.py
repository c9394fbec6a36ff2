"""What the packages of an index ship, beside what the probes look for."""

from __future__ import annotations

from extdeps.curate.index.interface import base_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.catalog.mapping import Specs
    from extdeps.catalog.probes import Kind, ProbeEntry
    from extdeps.curate.index.interface import Package, PackageIndex
    from extdeps.model.requirement import Phase


_HEADERS = ("include", "-linux-gnu", "-linux-gnueabihf")
"""How directories end that compilers look for headers in."""


class Packages:
    """The packages of an index, and what is installed with them.

    Args:
        index: where they are.

    Attributes:
        known: all packages, by name.
        providers: the packages that answer to a further name.
        repositories: the parts of the ecosystem that the index covers.
    """

    def __init__(self, index: PackageIndex) -> None:
        self.known = index.packages()
        self.repositories = frozenset(package.repository for package in self.known.values())
        self.providers: dict[str, list[str]] = {}
        for package in self.known.values():
            for name in package.provides:
                self.providers.setdefault(name, []).append(package.name)
        self._closures: dict[tuple[str, ...], frozenset[str]] = {}

    def covers(self, specs: Specs) -> bool:
        """Whether the packages of an entry would be in this index, rather than in that of a vendor."""
        return not specs.repository or specs.repository in self.repositories

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


class Files:
    """The files of an index that are evidence of anything.

    Args:
        index: which packages ship them.
        entries: what the evidence is.
    """

    def __init__(self, index: PackageIndex, entries: Iterable[ProbeEntry]) -> None:
        names: set[str] = set()
        for entry in entries:
            names |= {f"{module}.pc" for module in entry.pkg_config}
            names |= {base_name(header) for header in entry.headers}
            names |= {f"lib{library}{ending}" for library in entry.libraries for ending in (".so", ".a")}
            names |= set(entry.executables)
        self._shows = index.shows
        self._by_name: dict[str, list[tuple[str, frozenset[str]]]] = {}
        for path, owners in index.find_files(frozenset(names)):
            self._by_name.setdefault(base_name(path), []).append((path, frozenset(owners)))

    def find(self, entry: ProbeEntry, kind: Kind, phase: Phase) -> Iterator[tuple[str, frozenset[str]]]:
        """The files that are evidence of a kind, of `development` the modules, each with its packages.

        They come in the order in which the entry names them.
        """
        for name, directory, ending in _patterns(entry, kind, phase):
            for path, packages in self._by_name.get(base_name(name), ()):
                if directory in path and path.endswith(ending):
                    yield path, packages

    def owners(self, entry: ProbeEntry, kind: Kind, phase: Phase) -> frozenset[str]:
        """The packages that ship evidence of a kind."""
        return frozenset().union(*(packages for _, packages in self.find(entry, kind, phase)))

    def can_show(self, entry: ProbeEntry, phase: Phase) -> bool:
        """Whether the index lists all kinds of files that a phase needs, so that what it does not list is not there.

        An index without headers knows of libraries only what is loaded at run
        time; of what is linked with, it can show modules alone.
        """
        can_link = "header" in self._shows

        def can_show_kind(kind: Kind) -> bool:
            if kind == "development":
                return can_link or (bool(entry.pkg_config) and kind in self._shows)
            return kind in self._shows and (can_link or kind != "library" or phase == "run")

        return all(map(can_show_kind, entry.kinds(phase)))

    def prove(self, entry: ProbeEntry, phase: Phase, packages: frozenset[str]) -> bool:
        """Whether packages ship all kinds of evidence that a phase needs."""

        def is_shown(kind: Kind) -> bool:
            return not packages.isdisjoint(self.owners(entry, kind, phase))

        def is_developed() -> bool:
            return is_shown("development") or (bool(_parts(entry)) and all(map(is_shown, _parts(entry))))

        return all(is_developed() if kind == "development" else is_shown(kind) for kind in entry.kinds(phase))


def _parts(entry: ProbeEntry) -> tuple[Kind, ...]:
    """What together stands for a pkg-config module."""
    parts: dict[Kind, tuple[str, ...]] = {"header": entry.headers, "library": entry.libraries}
    return tuple(kind for kind, names in parts.items() if names)


def _patterns(entry: ProbeEntry, kind: Kind, phase: Phase) -> Iterator[tuple[str, str, str]]:
    """Of each file that is evidence its name, a part of its path, and the end of its path.

    A header stands right below a directory of headers: one that is called the
    same further down is likely something else (`boost/predef/language/cuda.h`).
    """
    if kind == "executable":
        yield from ((name, "bin/", f"bin/{name}") for name in entry.executables)
    elif kind == "header":
        yield from ((name, "include/", f"{end}/{name}") for name in entry.headers for end in _HEADERS)
    elif kind == "development":
        yield from ((f"{name}.pc", "pkgconfig/", ".pc") for name in entry.pkg_config)
    else:
        endings = ("",) if phase == "run" else (".so", ".a")
        yield from ((f"lib{name}{end or '.so'}", "lib", end) for name in entry.libraries for end in endings)
