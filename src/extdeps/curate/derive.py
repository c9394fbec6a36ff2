"""Which packages supply an identifier, out of the files that an index lists."""

from __future__ import annotations

import re
from dataclasses import replace

from extdeps.catalog.mapping import Specs
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.catalog.probes import Kind, ProbeEntry
    from extdeps.curate.shipment import Files, Packages
    from extdeps.model.requirement import Phase

_USUAL = re.compile(
    r"(usr/)?(s?bin|games|share/pkgconfig)/[^/]+|usr/include/.+"
    r"|(usr/)?lib(64)?/([\w-]+-linux-gnu/)?(pkgconfig/)?[^/]+"
)
"""Where files lie that shells, compilers and loaders find by themselves."""

_AT_RUN_TIME = re.compile(r"\.so(\.[\d.]+)?$")

_NOTHING = Specs(build=(), host=(), run=())
_PARTS: tuple[Kind, ...] = ("header", "library")


class Deriver:
    """Finds packages for identifiers.

    Args:
        packages: those of the index.
        files: what they ship.
        repositories: the parts of the ecosystem that are on by themselves, whose packages come first.
    """

    def __init__(self, packages: Packages, files: Files, repositories: tuple[str, ...]) -> None:
        self._packages = packages
        self._files = files
        self._repositories = repositories

    def holds(self, specs: Specs, entry: ProbeEntry | None) -> bool:
        """Whether packages exist and ship what proves them, and at run time the library that is linked with.

        Args:
            specs: the packages; where there are none, whether the index has none either; those of another index do.
            entry: what the evidence is, if it is known.
        """
        if not self._packages.covers(specs):
            return True
        if not all(map(self._is_current, specs.names)):
            return False
        if self._find_repository(specs) != specs.repository:
            return False
        if entry is None or specs.unshipped:
            return True
        if specs.is_empty:
            return self.derive(entry) is None
        refuted = (
            self._files.can_show(entry, phase) and not self._proves(entry, phase, specs.of(phase))
            for phase in PHASES
            if specs.of(phase)
        )
        return not any(refuted) and not self.find_unrun((entry,), specs)

    def derive(self, entry: ProbeEntry, before: Specs | None = None) -> Specs | None:
        """The packages that supply an identifier.

        A phase keeps the packages that it had where they hold. Else it gets
        one that ships, with what it depends on, all evidence that the phase
        needs, or those that ship it together.

        Args:
            entry: what the evidence is.
            before: what supplied it in another release.

        Returns:
            The packages; none where the release, unlike another, has nothing of it; None where that cannot be told.
        """
        before = before or _NOTHING
        host = self._choose(entry, "host", before.host)
        build = self._choose(entry, "build", before.build)
        run = self._choose_run(entry, host, before.run) if host is not None else None
        if build is None or host is None or run is None:
            return _NOTHING if not before.is_empty and self._is_absent(entry, before) else None
        found = Specs(build=build, host=host, run=run)
        return replace(found, repository=self._find_repository(found))

    def find_unrun(self, entries: Iterable[ProbeEntry], specs: Specs) -> frozenset[str]:
        """The packages of libraries that are linked with, and that are not installed with those of the run phase.

        Args:
            entries: what the evidence is, one way or the other.
            specs: the packages; nothing is lacking where none is needed to run, or that is as its entry says.
        """
        if not specs.run or specs.unshipped:
            return frozenset()
        linked = [self._libraries(entry) for entry in entries if "library" in entry.kinds("run")]
        here, there = (self._packages.installed_with(names) for names in (specs.host, specs.run))
        return frozenset.intersection(*linked, here).difference(specs.host, there) if linked else frozenset()

    def _find_repository(self, specs: Specs) -> str:
        """The part of the ecosystem, of those that are not on by themselves, that packages are in."""
        places = (self._packages.known[name].repository for name in specs.names)
        return next((place for place in places if place not in self._repositories), "")

    def _is_absent(self, entry: ProbeEntry, before: Specs) -> bool:
        """Whether an index has neither the packages of another release nor any file that would be evidence."""
        kinds = {kind for phase in PHASES for kind in entry.kinds(phase)}.union(_PARTS)
        return self._packages.known.keys().isdisjoint(before.names) and not any(
            self._files.owners(entry, kind, phase) for kind in kinds for phase in PHASES
        )

    def _choose_run(self, entry: ProbeEntry, host: tuple[str, ...], before: tuple[str, ...]) -> tuple[str, ...] | None:
        """What the loader needs; where all that there is was linked statically, nothing."""
        if "library" not in entry.kinds("run"):
            return self._choose(entry, "run", before)
        shared = self._libraries(entry)
        if not shared:
            return ()
        if before and not self.find_unrun((entry,), Specs(build=(), host=host, run=before)):
            return self._choose(entry, "run", before, shared)
        return self._choose(entry, "run", (), shared & self._packages.installed_with(host) or shared)

    def _libraries(self, entry: ProbeEntry) -> frozenset[str]:
        """The packages that ship an identifier's shared libraries, rather than a link to one of another package."""
        found = list(self._files.find(entry, "library", "run"))
        versioned = [owners for path, owners in found if ".so." in path and _USUAL.fullmatch(path)]
        plain = [owners for path, owners in found if _AT_RUN_TIME.search(path) and _USUAL.fullmatch(path)]
        return frozenset(filter(self._is_current, frozenset().union(*(versioned or plain))))

    def _choose(
        self, entry: ProbeEntry, phase: Phase, before: tuple[str, ...], among: frozenset[str] = frozenset()
    ) -> tuple[str, ...] | None:
        kinds = entry.kinds(phase)
        if not kinds:
            return ()
        if before and all(map(self._is_current, before)) and self._proves(entry, phase, before):
            return before
        shown: list[Kind] = [part for kind in kinds for part in (kind, *(_PARTS if kind == "development" else ()))]
        ranked = {kind: self._rank(entry, kind, phase, among) for kind in shown}
        for name in dict.fromkeys(name for names in ranked.values() for name in names):
            if self._proves(entry, phase, (name,)):
                return (name,)
        together = tuple(dict.fromkeys(names[0] for names in ranked.values() if names))
        return together if together and self._proves(entry, phase, together) else None

    def _proves(self, entry: ProbeEntry, phase: Phase, names: tuple[str, ...]) -> bool:
        return self._files.prove(entry, phase, self._packages.installed_with(names))

    def _rank(self, entry: ProbeEntry, kind: Kind, phase: Phase, among: frozenset[str]) -> list[str]:
        """The packages that ship a kind of evidence where it is found by itself, the first-named first.

        A file elsewhere that is called the same is likely something else.
        """
        places: dict[str, int] = {}
        for position, (path, owners) in enumerate(self._files.find(entry, kind, phase)):
            if _USUAL.fullmatch(path):
                for owner in owners:
                    places.setdefault(owner, position)
        names = [name for name in places if self._is_current(name) and (not among or name in among)]
        known, usual = self._packages.known, self._repositories
        return sorted(names, key=lambda name: (known[name].repository not in usual, places[name], len(name), name))

    def _is_current(self, name: str) -> bool:
        return name in self._packages.known and not self._packages.known[name].is_transitional
