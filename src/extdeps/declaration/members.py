"""From the members of a set that an installer would install together to their declarations."""

from __future__ import annotations

import os
from dataclasses import replace

from extdeps.declaration.filekind import phases_of
from extdeps.declaration.metadata import parse_metadata, select_fields
from extdeps.declaration.named import describe_kind, fetch_declaration, list_files
from extdeps.declaration.overlay import read_overlay
from extdeps.declaration.read import read
from extdeps.errors import AbsentAddressError, FetchError
from extdeps.fetch import CONNECTIONS, Fetcher
from extdeps.model.declaration import Declaration, NamedProject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.declaration.index import IndexFile
    from extdeps.declaration.member import Member
    from extdeps.declaration.named import Sources

_ABSENT = b"-"  # kept of a wheel whose METADATA is not served


def declare_members(
    members: Iterable[Member], sources: Sources, *, subject: str, extras: frozenset[str] = frozenset()
) -> Iterator[Declaration]:
    """The declarations of a set, in its order (`pep_draft`, "What is installed together").

    Args:
        members: of the set.
        sources: where their metadata and overlays are looked for.
        subject: what the set is called in the note that counts those of which nobody says anything.
        extras: those of external requirements that are asked for of all, normalised.

    Returns:
        Of members that were not asked for by themselves only those that need something; and the note, as a declaration
        of nothing.

    Raises:
        DeclarationError: a declaration is wrong.
        DocumentError: an overlay is wrong.
    """
    from concurrent.futures import ThreadPoolExecutor

    members = tuple(members)
    silent = 0
    with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
        found = pool.map(lambda member: declare_member(member, sources), members)
        for member, declaration in zip(members, found, strict=True):
            needed = declaration.select(extras=extras, groups=frozenset())
            if member.is_requested or any(item.phase in declaration.phases for item in needed):
                yield declaration
            else:
                silent += declaration.is_undeclared
    if silent:
        which = f"{silent} further projects declare nothing and have no overlay"
        one = "one further project declares nothing and has no overlay"
        note = f"{subject}: {which if silent > 1 else one}"
        yield Declaration(subject="", origin="", notes=(note,))


def declare_member(member: Member, sources: Sources) -> Declaration:
    """The declaration of one member: its own, else the overlay of its project, else that nobody has declared it.

    Args:
        member: of a set.
        sources: where its metadata and overlays are looked for.

    Raises:
        DeclarationError: the declaration is wrong.
        DocumentError: the overlay is wrong.
    """
    if member.directory and os.path.exists(os.path.join(member.directory, "pyproject.toml")):
        tree = read(member.directory, sources)
        if tree is not None:
            return replace(tree, selected_extras=member.extras)
    own, is_whole = _read_served(member, sources)
    declared = own or read_overlay(
        sources.overlays(member.name), version=member.version, kind=member.kind, subject=member.name
    )
    declared = declared or (_read_whole(member, sources) if is_whole else None)
    taken = f"{member.version}, {describe_kind(member.kind)}" if member.version else ""
    note = f"{member.name} {taken}".rstrip() + " declares no external dependencies, and there is no overlay for it"
    undeclared = Declaration(subject=member.name, origin="", notes=(note,), is_undeclared=True)
    extras = f"[{','.join(sorted(member.extras))}]" if member.extras else ""
    project = NamedProject(name=member.name, version=member.version, specifier=member.specifier)
    return replace(
        declared or undeclared,
        taken=taken,
        selected_extras=member.extras,
        project=project if declared and member.file else None,
        pip_argument=f"{member.name}{extras}{member.specifier}" if member.is_requested else "",
    )


def _read_served(member: Member, sources: Sources) -> tuple[Declaration | None, bool]:
    """What a wheel says in the METADATA that its index serves by itself (PEP 658).

    Returns:
        The declaration; and whether the whole file is worth being fetched, should nobody else know: an sdist, what lies
        here, and a wheel that was asked for by itself of an index that does not serve this.
    """
    file = member.file
    if file is None:
        return None, False
    if member.kind == "sdist" or _is_local(file):
        return None, True
    if sources.fetcher is None:
        return None, False
    kept = sources.cache.get("metadata", file.sha256) if file.sha256 else None
    if kept is None:
        try:
            kept = _fetch_fields(member.name, file, sources, sources.fetcher)
        except FetchError:
            return None, False
        if file.sha256:
            sources.cache.put("metadata", file.sha256, kept)
    if kept == _ABSENT:
        return None, member.is_requested and bool(file.url)
    own = parse_metadata(kept, subject=member.name, origin=f"{file.name}: METADATA").declaration
    return (replace(own, phases=phases_of(member.kind), is_built_here=False) if own else None), False


def _fetch_fields(name: str, file: IndexFile, sources: Sources, fetcher: Fetcher) -> bytes:
    """The external fields of a wheel, or that its index does not serve them."""
    url = file.url or _find_address(name, file.name, sources, fetcher)
    try:
        return select_fields(fetcher.fetch(f"{url.partition('#')[0]}.metadata").content) if url else _ABSENT
    except AbsentAddressError:
        return _ABSENT


def _find_address(name: str, file: str, sources: Sources, fetcher: Fetcher) -> str:
    """Where an index has the metadata of a file of which a lock has only the name; empty where none has it."""
    offered = list_files(name, sources, fetcher)
    return next((item.url for item in offered if item.name == file and item.has_metadata), "")


def _read_whole(member: Member, sources: Sources) -> Declaration | None:
    """What a file says that has to be fetched for it; that it says nothing is kept."""
    file = member.file
    fetcher = Fetcher() if file and _is_local(file) else sources.fetcher
    if file is None or fetcher is None or not file.url:
        return None
    if file.sha256 and sources.cache.get("metadata", file.sha256) == b"":
        return None
    found = fetch_declaration(member.name, member.kind, file, fetcher)
    if file.sha256 and found is None:
        sources.cache.put("metadata", file.sha256, b"")
    return found


def _is_local(file: IndexFile) -> bool:
    return file.url.startswith("file:")
