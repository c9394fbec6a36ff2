"""What other versions of a project need, as its overlays say (`pep_draft`, "Other versions of a project")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import cmp_to_key

from extdeps.checker import Selection, select_requirements
from extdeps.declaration.named import read_releases
from extdeps.declaration.overlay import read_tables
from extdeps.declaration.specifiers import are_disjoint, intersect, release_of
from extdeps.marking import Marking
from extdeps.resolve.market import Alternative
from extdeps.resolve.requirement import Demand
from extdeps.versions.loose import Loose, key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.declaration.candidate import Candidate
    from extdeps.declaration.filekind import FileKind
    from extdeps.declaration.named import Sources
    from extdeps.declaration.overlay import OverlayTable
    from extdeps.machine import Machine
    from extdeps.model.declaration import Declaration, NamedProject
    from extdeps.resolve.candidate import Offer

    Find = Callable[[str], Candidate | None]


def find_alternatives(
    declarations: Iterable[Declaration],
    machine: Machine,
    catalogue: Catalogue,
    sources: Sources,
    *,
    offers: Mapping[str, tuple[Offer, ...]],
    selection: Selection | None = None,
) -> Mapping[str, tuple[Alternative, ...]]:
    """The other versions of the projects that declarations are of, with what those need.

    Args:
        declarations: what was asked about; only projects that were asked for by name have other versions.
        machine: decides about markers.
        catalogue: what identifiers mean.
        sources: the overlays, and the index, which tells what versions there are.
        offers: what can be had, for a project whose version follows that of a library.
        selection: the phases, extras and groups that count.

    Returns:
        By subject, the versions that fit what was asked for before the others, the newest first. Nothing is read
        before a subject is looked up; then each project is asked of the index at most once.

    Raises:
        DocumentError: on look-up, an overlay is wrong.
        DeclarationError: on look-up, an `[external]` table in it is wrong.
    """
    return _Alternatives(
        tuple(declarations), machine, catalogue, sources, offers=offers, selection=selection or Selection()
    )


class _Alternatives(Mapping[str, tuple[Alternative, ...]]):
    """Worked out by subject when it is looked up."""

    def __init__(
        self,
        declarations: tuple[Declaration, ...],
        machine: Machine,
        catalogue: Catalogue,
        sources: Sources,
        *,
        offers: Mapping[str, tuple[Offer, ...]],
        selection: Selection,
    ) -> None:
        self._declarations = {item.subject: item for item in declarations if item.project}
        self._machine = machine
        self._catalogue = catalogue
        self._sources = sources
        self._offers = offers
        self._selection = selection
        extras = selection.extras.union(*(item.selected_extras for item in declarations))
        self._applies = Marking(machine, extras).applies
        self._found: dict[str, tuple[Alternative, ...]] = {}

    def __iter__(self) -> Iterator[str]:
        return iter(self._declarations)

    def __len__(self) -> int:
        return len(self._declarations)

    def __getitem__(self, subject: str) -> tuple[Alternative, ...]:
        if subject not in self._found:
            declaration = self._declarations[subject]
            assert declaration.project
            found = self._find(declaration, declaration.project)
            self._found[subject] = tuple(sorted(found, key=lambda item: bool(item.instead_of)))
        return self._found[subject]

    def _find(self, declaration: Declaration, project: NamedProject) -> Iterator[Alternative]:
        tables = read_tables(self._sources.overlays(project.name))
        used = next((table for table in tables if table.holds(project.version)), None)
        ranges = [
            (table, versions)
            for index, table in enumerate(tables)
            for versions in self._list_versions(table, tables[:index], project, is_used=table is used)
        ]
        find = read_releases(project.name, self._sources) if ranges else None
        for table, versions in ranges:
            alternative = self._make(table, versions, declaration, project, find)
            if alternative:
                yield alternative

    def _list_versions(
        self, table: OverlayTable, before: tuple[OverlayTable, ...], project: NamedProject, *, is_used: bool
    ) -> Iterator[str]:
        """The ranges of versions that a declaration counts for, other than those that were asked about."""
        followed = table.follows()
        if followed:
            own = key(release_of(project.version))
            for release in self._list_releases(self._catalogue.resolve(url).identifier for url in followed):
                if key(release) != own and table.holds(release) and not any(item.holds(release) for item in before):
                    yield f"=={release}"
        elif not is_used and table.versions and all(are_disjoint(table.versions, item.versions) for item in before):
            yield table.versions

    def _list_releases(self, identifiers: Iterable[str]) -> Iterator[str]:
        """The versions that are on offer and can be those of a Python project too, the newest first."""
        versions = (offer.version for name in identifiers for offer in self._offers.get(name, ()))
        releases = (version for version in versions if version and version == release_of(version))
        yield from sorted(set(releases), key=cmp_to_key(Loose().compare), reverse=True)

    def _make(
        self, table: OverlayTable, versions: str, declaration: Declaration, project: NamedProject, find: Find | None
    ) -> Alternative | None:
        """The alternative of a range; None where the index has no release that is in it."""
        fitting = intersect(versions, project.specifier)
        asked_for = "" if not are_disjoint(versions, project.specifier) else str(project)
        kind = _kind_of(declaration)
        chosen = versions if asked_for else fitting
        if find:
            taken = find(chosen)
            if taken is None and not asked_for:  # there is none of what was asked for, but perhaps others
                chosen, asked_for = versions, str(project)
                taken = find(chosen)
            if taken is None:
                return None
            kind = taken.kind
        exact = versions.removeprefix("==") if versions.startswith("==") else ""
        other = table.declare(exact, kind, declaration.subject)
        other = replace(other, selected_extras=declaration.selected_extras)
        name = f"{project.name}{chosen}"
        return Alternative(name=name, demands=tuple(self._list_demands(other)), instead_of=asked_for)

    def _list_demands(self, declaration: Declaration) -> Iterator[Demand]:
        for asked in select_requirements(declaration, self._selection, self._applies):
            if not asked.implied and self._applies(asked.requirement):
                yield Demand(
                    identifier=self._catalogue.resolve(asked.requirement.url).identifier,
                    constraints=asked.requirement.constraints,
                    phase=asked.phase,
                    requested_by=declaration.subject,
                )


def _kind_of(declaration: Declaration) -> FileKind:
    """What kind of file was declared for, as far as it can be told from its phases."""
    if "host" in declaration.phases:
        return "sdist"
    return "local-wheel" if declaration.is_built_here else "platform-wheel"
