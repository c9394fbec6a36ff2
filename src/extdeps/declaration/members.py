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
from extdeps.fetch import Fetcher
from extdeps.model.declaration import Declaration, NamedProject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.declaration.index import IndexFile
    from extdeps.declaration.member import Member
    from extdeps.declaration.named import Sources

_READERS = 8
"""How many members are asked about at the same time; most of it is waiting for an index."""


def declare_members(members: Iterable[Member], sources: Sources, *, subject: str) -> Iterator[Declaration]:
    """The declarations of a set, in its order (`pep_draft`, "Locks of installers", "What is installed together").

    Args:
        members: of the set.
        sources: where their metadata and overlays are looked for.
        subject: what the set is called in the note that counts those of which nobody says anything.

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
    with ThreadPoolExecutor(max_workers=_READERS) as pool:
        found = pool.map(lambda member: declare_member(member, sources), members)
        for member, declaration in zip(members, found, strict=True):
            if member.is_requested or any(item.phase in declaration.phases for item in declaration.requirements):
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
    declared = _read_own(member, sources, is_last=False) or read_overlay(
        sources.overlays(member.name), version=member.version, kind=member.kind, subject=member.name
    )
    declared = declared or _read_own(member, sources, is_last=True)
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


def _read_own(member: Member, sources: Sources, *, is_last: bool) -> Declaration | None:
    """What a file says of itself: a wheel in the METADATA that its index serves (PEP 658), a local file as a whole.

    Args:
        member: of a set.
        sources: where it is read.
        is_last: whether there is nothing else to go by, so that a whole sdist is worth being fetched.
    """
    file = member.file
    is_local = file is not None and file.url.startswith("file:")
    fetcher = sources.fetcher or (Fetcher() if is_local else None)
    if file is None or fetcher is None:
        return None
    if is_last is not (member.kind == "sdist" and not is_local):
        return None
    kept = sources.cache.get("metadata", file.sha256) if file.sha256 else None
    if kept == b"":
        return None
    if is_local or is_last:
        found = fetch_declaration(member.name, member.kind, file, fetcher)
        if file.sha256 and found is None:
            sources.cache.put("metadata", file.sha256, b"")
        return found if is_last or (found and not found.is_undeclared) else None
    try:
        kept = _fetch_fields(member.name, file, sources, fetcher) if kept is None else kept
    except FetchError:
        return None
    if file.sha256:
        sources.cache.put("metadata", file.sha256, kept)
    own = parse_metadata(kept, subject=member.name, origin=f"{file.name}: METADATA").declaration
    return replace(own, phases=phases_of(member.kind), is_built_here=False) if own else None


def _fetch_fields(name: str, file: IndexFile, sources: Sources, fetcher: Fetcher) -> bytes:
    """The external fields of a wheel; none where its index does not serve them."""
    url = file.url or _find_address(name, file.name, sources, fetcher)
    try:
        return select_fields(fetcher.fetch(f"{url.partition('#')[0]}.metadata").content) if url else b""
    except AbsentAddressError:
        return b""


def _find_address(name: str, file: str, sources: Sources, fetcher: Fetcher) -> str:
    """Where an index has the metadata of a file of which a lock has only the name; empty where none has it."""
    offered = list_files(name, sources, fetcher)
    return next((item.url for item in offered if item.name == file and item.has_metadata), "")
