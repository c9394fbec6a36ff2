"""A requirement string: the declaration of the file that pip would take, or our overlay for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from extdeps.cache import Cache
from extdeps.declaration.candidate import choose_candidate, parse_file_name
from extdeps.declaration.external import normalize_name
from extdeps.declaration.filekind import phases_of
from extdeps.declaration.index import ACCEPT, IndexFile, list_directory, parse_page
from extdeps.declaration.metadata import parse_metadata
from extdeps.declaration.overlay import read_overlay
from extdeps.declaration.sdist import read_sdist
from extdeps.declaration.specifiers import intersect
from extdeps.declaration.wheel import read_wheel
from extdeps.errors import AbsentAddressError, ArchiveError, FetchError, RequirementError
from extdeps.model.declaration import Declaration, NamedProject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from packaging.requirements import Requirement

    from extdeps.declaration.candidate import Candidate
    from extdeps.declaration.filekind import FileKind
    from extdeps.declaration.installer.pipconfig import PipConfiguration
    from extdeps.fetch import Fetcher
    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

SDIST_LIMIT = 200 * 1024 * 1024
"""Bytes of an sdist that is fetched to read its declaration."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """Where declarations of named projects come from.

    Args:
        host: the machine, for local files.
        interpreter: the Python that decides.
        libc: the C library of the machine and its version.
        configuration: how pip is configured.
        overlays: finds the overlay files of a project by its normalised name.
        fetcher: reads the index; None when offline.
        constraints: version ranges that narrow those asked for, by normalised name.
        marker_environment: the marker variables of the Python that decides.
        cache: keeps what was fetched, and what an installer has answered.
    """

    host: Host
    interpreter: Interpreter
    libc: tuple[str, str]
    configuration: PipConfiguration
    overlays: Callable[[str], Iterable[str]]
    fetcher: Fetcher | None
    constraints: Mapping[str, str] = field(default_factory=dict)
    marker_environment: Callable[[], Mapping[str, str]] = dict
    cache: Cache = field(default_factory=lambda: Cache(""))


def read_named(text: str, sources: Sources) -> Declaration | None:
    """Find the declaration for a requirement string.

    Args:
        text: as one gives it to pip: `lxml`, `psycopg2>=2.9`, `name[extra]; marker`.
        sources: where to look.

    Returns:
        The declaration, without requirements where nobody declares any; None where its marker is false.

    Raises:
        FetchError: no index can be read.
        RequirementError: the text is no requirement, or nothing on the index fits it.
        DeclarationError: what was found is wrong.
    """
    requirement = _parse(text, sources)
    if requirement.marker and not requirement.marker.evaluate({**sources.marker_environment(), "extra": ""}):
        return None
    name = normalize_name(requirement.name)
    candidate = find_candidate(requirement, name, sources)
    notes = () if candidate else (f"{name}: offline, so every phase is checked",)
    declaration = _find_declaration(name, candidate, requirement, sources)
    taken = f"{candidate.version}, {describe_kind(candidate.kind)}" if candidate else ""
    chosen = f"{name} {taken}" if taken else str(requirement)
    extras = frozenset(normalize_name(extra) for extra in requirement.extras)
    if declaration is None:
        missing = f"{chosen} declares no external dependencies, and there is no overlay for it"
        return Declaration(
            subject=name,
            origin="",
            taken=taken,
            notes=(*notes, missing),
            is_undeclared=True,
            pip_argument=str(requirement),
        )
    return replace(
        declaration,
        taken=taken,
        notes=(*notes, *declaration.notes),
        selected_extras=extras,
        project=_identify(requirement, candidate),
        pip_argument=str(requirement),
    )


def _identify(requirement: Requirement, candidate: Candidate | None) -> NamedProject | None:
    """The project that is asked for, of which there may be other versions; a file at an address is only itself."""
    if requirement.url:
        return None
    version = candidate.version if candidate else _pinned(requirement)
    name = normalize_name(requirement.name)
    return NamedProject(name=name, version=version, specifier=intersect(str(requirement.specifier), ""))


def parse_project(text: str) -> Requirement:
    """A requirement string, as one gives it to pip.

    Raises:
        RequirementError: it is none.
    """
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        return Requirement(text)
    except InvalidRequirement as error:
        reason = str(error).partition("\n")[0]
        raise RequirementError(
            f"`{text}` is neither a file, a directory nor a requirement of pip",
            context=(reason,),
            hint="an external requirement is given with `--dep`",
        ) from error


def _parse(text: str, sources: Sources) -> Requirement:
    from packaging.specifiers import SpecifierSet

    requirement = parse_project(text)
    narrowed = sources.constraints.get(normalize_name(requirement.name))
    if narrowed:
        requirement.specifier &= SpecifierSet(narrowed)
    return requirement


def find_candidate(requirement: Requirement, name: str, sources: Sources) -> Candidate | None:
    """The file that pip would take, or None when offline.

    Args:
        requirement: what is asked for.
        name: its normalised name.
        sources: where to look.

    Raises:
        FetchError: no index can be read.
        RequirementError: nothing on it fits.
    """
    if sources.fetcher is None:
        return None
    if requirement.url:
        file = IndexFile(name=requirement.url.partition("#")[0].rpartition("/")[2], url=requirement.url)
        files: tuple[IndexFile, ...] = (file,)
    else:
        files = list_files(name, sources, sources.fetcher)
    candidate = choose_candidate(
        requirement,
        files,
        interpreter=sources.interpreter,
        glibc=sources.libc,
        configuration=sources.configuration,
    )
    if candidate is None:
        offered = f"{len(files)} files, none of which fits" if files else "no file"
        raise RequirementError(
            f"pip would find nothing for `{requirement}` with Python {sources.interpreter.version}",
            context=(f"the index has {offered}",),
        )
    return candidate


def read_releases(name: str, sources: Sources) -> Callable[[str], Candidate | None] | None:
    """Ask the index once what there is of a project.

    Args:
        name: normalised.
        sources: where to look.

    Returns:
        A function from a version range to the file that pip would take for it, or to None where nothing fits;
        None where the index cannot be asked.
    """
    from packaging.requirements import Requirement

    if sources.fetcher is None:
        return None
    try:
        files = list_files(name, sources, sources.fetcher)
    except FetchError:
        return None

    def find(specifier: str) -> Candidate | None:
        return choose_candidate(
            Requirement(f"{name}{specifier}"),
            files,
            interpreter=sources.interpreter,
            glibc=sources.libc,
            configuration=sources.configuration,
        )

    return find


def list_files(name: str, sources: Sources, fetcher: Fetcher) -> tuple[IndexFile, ...]:
    """What every index and directory offers of a project; one that fails does no harm while another answers.

    Args:
        name: normalised.
        sources: where to look.
        fetcher: reads the indexes.

    Raises:
        FetchError: none of them can be read.
    """
    files: list[IndexFile] = []
    failures: list[FetchError] = []
    for place in sources.configuration.find_links:
        path = place.removeprefix("file://")
        files += list_directory(path, sources.host.list_directory(path)) if path.startswith("/") else ()
    for index in sources.configuration.indexes:
        url = f"{index.rstrip('/')}/{name}/"
        if url.startswith("file:"):
            url += "index.html"
        try:
            files += parse_page(fetcher.fetch(url, accept=ACCEPT))
        except AbsentAddressError:
            continue  # this index does not know the project
        except FetchError as error:
            failures.append(error)
    files = [file for file in files if parse_file_name(file.name, name)]
    if failures and not files:
        first = failures[0]
        raise FetchError(first.message, context=first.context, hint="`--offline` asks no index") from first
    return tuple(files)


def _find_declaration(
    name: str, candidate: Candidate | None, requirement: Requirement, sources: Sources
) -> Declaration | None:
    """The file's own declaration, else the overlay; a whole sdist is fetched only where there is no overlay."""
    kind: FileKind = candidate.kind if candidate else "sdist"
    version = candidate.version if candidate else _pinned(requirement)
    own = None
    if candidate and sources.fetcher and candidate.file.has_metadata:
        content = sources.fetcher.fetch(f"{candidate.file.url}.metadata").content
        own = parse_metadata(content, subject=name, origin=f"{candidate.file.name}: METADATA").declaration
    if own:
        return replace(own, phases=phases_of(kind), is_built_here=False)
    specifier = "" if candidate else str(requirement.specifier)
    overlay = read_overlay(sources.overlays(name), version=version, kind=kind, subject=name, specifier=specifier)
    if overlay or candidate is None or sources.fetcher is None or candidate.file.has_metadata:
        return overlay
    return fetch_declaration(name, candidate.kind, candidate.file, sources.fetcher)


def fetch_declaration(name: str, kind: FileKind, file: IndexFile, fetcher: Fetcher) -> Declaration | None:
    """Fetch a whole file and read what it declares.

    Args:
        name: of the project, normalised.
        kind: of the file.
        file: where it is.
        fetcher: reads it.

    Returns:
        The declaration; one that says why it is not known where the file cannot be read; None where it has none.

    Raises:
        DeclarationError: its declaration is wrong.
    """
    try:
        content = fetcher.fetch(file.url, limit=SDIST_LIMIT).content
        reader = read_sdist if kind == "sdist" else read_wheel
        found = reader(content, name=file.name, subject=name)
    except (FetchError, ArchiveError) as error:
        note = f"{name}: its declaration is not known: {error.message}"
        return Declaration(subject=name, origin="", requirements=(), notes=(note,), is_undeclared=True)
    return replace(found.declaration, phases=phases_of(kind)) if found.declaration else None


def _pinned(requirement: Requirement) -> str:
    """The version of `==`, where there is one, so that the right overlay is found offline."""
    exact = [item.version for item in requirement.specifier if item.operator in ("==", "===")]
    return exact[0] if exact and not exact[0].endswith(".*") else ""


def describe_kind(kind: FileKind) -> str:
    """A kind of file as people know it."""
    return "sdist" if kind == "sdist" else "wheel"
