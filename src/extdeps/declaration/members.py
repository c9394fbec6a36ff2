"""From the members of a set that an installer would install together to their declarations."""

from __future__ import annotations

import os
from dataclasses import replace

from extdeps.declaration.filekind import classify_file, phases_of
from extdeps.declaration.metadata import parse_metadata
from extdeps.declaration.named import describe_kind, list_files
from extdeps.declaration.overlay import read_overlay
from extdeps.declaration.read import read
from extdeps.errors import FetchError
from extdeps.model.declaration import Declaration, NamedProject

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.declaration.member import Member
    from extdeps.declaration.named import Sources
    from extdeps.fetch import Fetcher

_READERS = 8
"""How many members are asked about at the same time; most of it is waiting for an index."""


def declare_members(members: Iterable[Member], sources: Sources, *, subject: str) -> Iterator[Declaration]:
    """The declarations of a set, in its order (`pep_draft`, "Locks of installers").

    Args:
        members: of the set.
        sources: where their metadata and overlays are looked for.
        subject: what the user called the set; those of which nobody says anything are counted under it.

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
            if declaration.is_undeclared and not member.is_requested:
                silent += 1
            else:
                yield declaration
    if silent:
        which = f"{silent} further projects declare nothing and have no overlay"
        one = "one further project declares nothing and has no overlay"
        note = f"{subject}: {which if silent > 1 else one}"
        yield Declaration(subject=subject, origin="", notes=(note,), is_undeclared=True)


def declare_member(member: Member, sources: Sources) -> Declaration:
    """The declaration of one member: its own, else the overlay of its project, else that nobody has declared it.

    Args:
        member: of a set.
        sources: where its metadata and overlays are looked for.

    Raises:
        DeclarationError: the declaration is wrong.
        DocumentError: the overlay is wrong.
    """
    path = _find_local(member)
    taken = f"{member.version}, {describe_kind(member.kind)}" if member.version else ""
    if path and (local := read(path, sources)):
        if not member.directory:
            local = replace(local, subject=member.name, taken=taken)
        return replace(local, selected_extras=member.extras)
    found = _read_metadata(member, sources) or read_overlay(
        sources.overlays(member.name), version=member.version, kind=member.kind, subject=member.name
    )
    note = f"{member.name} {taken}".rstrip() + " declares no external dependencies, and there is no overlay for it"
    undeclared = Declaration(subject=member.name, origin="", notes=(note,), is_undeclared=True)
    pin = f"=={member.version}" if member.version else ""
    extras = f"[{','.join(sorted(member.extras))}]" if member.extras else ""
    project = NamedProject(name=member.name, version=member.version, specifier=pin)
    return replace(
        found or undeclared,
        taken=taken,
        selected_extras=member.extras,
        project=project if found and member.file else None,
        pip_argument=f"{member.name}{extras}{pin}",
    )


def _find_local(member: Member) -> str:
    """The source tree or file of a member, where it is on this machine; else empty."""
    if member.directory:
        return member.directory if os.path.exists(os.path.join(member.directory, "pyproject.toml")) else ""
    url = member.file.url if member.file else ""
    path = url.removeprefix("file://")
    return path if path != url and classify_file(path) and os.path.exists(path) else ""


def _read_metadata(member: Member, sources: Sources) -> Declaration | None:
    """What a wheel says of itself, where its index serves that beside it (PEP 658)."""
    if member.kind == "sdist" or member.file is None or sources.fetcher is None:
        return None
    try:
        url = member.file.url or _find_address(member.name, member.file.name, sources, sources.fetcher)
        content = sources.fetcher.fetch(f"{url.partition('#')[0]}.metadata").content if url else b""
    except FetchError:
        return None
    own = parse_metadata(content, subject=member.name, origin=f"{member.file.name}: METADATA").declaration
    return replace(own, phases=phases_of(member.kind), is_built_here=False) if own else None


def _find_address(name: str, file: str, sources: Sources, fetcher: Fetcher) -> str:
    """Where an index has the metadata of a file of which a lock has only the name; empty where none has it."""
    offered = list_files(name, sources, fetcher)
    return next((item.url for item in offered if item.name == file and item.has_metadata), "")
