"""What an update would put in force: the documents of the newest extdeps, and those that others keep."""

from __future__ import annotations

import os
from dataclasses import dataclass
from urllib.parse import unquote

from extdeps.curate.update.address import PlainAddress, WheelAddress, parse_address, parse_ecosystems
from extdeps.curate.update.documents import (
    NEEDED,
    check_documents,
    compare,
    is_document,
    read_documents,
    read_file,
)
from extdeps.curate.update.wheel import Wheel, check_digest, fetch_wheel, find_newest, read_directory, read_member
from extdeps.errors import ArchiveError, DocumentError, UsageError
from extdeps.resources import find_document

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.curate.update.documents import Change, Documents
    from extdeps.curate.update.store import Store
    from extdeps.declaration.named import Sources
    from extdeps.fetch import Fetcher

    Address = WheelAddress | PlainAddress

PROJECT = "extdeps"
_DIRECTORY = "mappings"
_ECOSYSTEMS = "known-ecosystems.json"
_ENDING = ".mapping.json"


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """What an update would put in force.

    Args:
        version: the version of the documents.
        was: the version that is in force.
        origins: what they were read from, each with its digest.
        documents: the contents by path.
        changes: how they differ from what is in force; empty where nothing is newer.
        hidden: files of the user or the system that come before one of the documents, and are left alone.
        unfetched: the ecosystems whose mapping no digest vouches for, with its address.
    """

    version: str
    was: str
    origins: tuple[tuple[str, str], ...]
    documents: Documents
    changes: tuple[Change, ...]
    hidden: tuple[str, ...]
    unfetched: tuple[tuple[str, str], ...]


def propose(
    store: Store, sources: Sources, fetcher: Fetcher, own: tuple[str, ...], *, address: str = "", sha256: str = ""
) -> Proposal:
    """Fetch what is newer than what is in force; nothing is written.

    Args:
        store: what is in force.
        sources: the indexes that pip is configured for.
        fetcher: reads what they, or addresses, name.
        own: the directories whose documents come before those in force.
        address: a wheel of extdeps, instead of the newest one of the indexes.
        sha256: the digest that the wheel has to have; empty for that of the index.

    Raises:
        FetchError: something cannot be read.
        UntrustedIndexError: something is not what its digest says, or has none.
        InvalidInputError: a wheel or a document is wrong.
        UsageError: the wheel that is given is older than what is in force, or not one of extdeps.
    """
    in_force = store.version
    wheel = _open(address, fetcher, sha256, in_force) if address else _fetch_newer(sources, fetcher, sha256, in_force)
    before = read_documents(store.documents_directory)
    documents = _read_wheel(wheel) if wheel else _drop_others(before)
    origins = [(wheel.name, wheel.sha256)] if wheel else []
    addresses, unfetched = _find_others(documents, own)
    for ecosystem, content, origin in _fetch_others(addresses, sources, fetcher):
        documents[f"{ecosystem}{_ENDING}"] = content
        origins.append(origin)
    if origins:
        check_documents(documents, " and ".join(dict.fromkeys(name for name, _ in origins)))
    paths = (os.path.join(directory, name) for directory in own for name in documents)
    return Proposal(
        version=wheel.version if wheel else in_force,
        was=in_force,
        origins=tuple(dict.fromkeys(origins)),
        documents=documents,
        changes=compare(before, documents),
        hidden=tuple(path for path in paths if os.path.isfile(path)),
        unfetched=unfetched,
    )


def _open(address: str, fetcher: Fetcher, sha256: str, in_force: str) -> Wheel | None:
    """The wheel of an address; None where it is that which is in force."""
    from packaging.version import Version

    name = unquote(address.partition("#")[0].rpartition("/")[2])
    wheel = fetch_wheel(address, name, fetcher, sha256)
    if wheel.project != PROJECT:
        raise UsageError(f"`{name}` is a wheel of `{wheel.project}`, not of `{PROJECT}`")
    if Version(wheel.version) < Version(in_force):
        raise UsageError(
            f"`{name}` is older than the documents of {in_force}, which are in force",
            hint="`extdeps mapping update --revert` goes back by one",
        )
    return wheel if Version(wheel.version) > Version(in_force) else None


def _fetch_newer(sources: Sources, fetcher: Fetcher, sha256: str, in_force: str) -> Wheel | None:
    """The newest wheel of the indexes; None where it is no newer than what is in force, and not fetched."""
    from packaging.version import Version

    newest = find_newest(PROJECT, sources)
    if Version(newest.version) <= Version(in_force):
        return None
    wheel = fetch_wheel(newest.file.url, newest.file.name, fetcher, newest.file.sha256 or sha256)
    check_digest(wheel.content, sha256, newest.file.url.partition("#")[0])
    return wheel


def _read_wheel(wheel: Wheel) -> dict[str, bytes]:
    documents = read_directory(wheel, _DIRECTORY, is_document)
    for name in NEEDED:
        if name not in documents:
            raise ArchiveError(f"`{wheel.name}` has no `{PROJECT}/{_DIRECTORY}/{name}`")
    return documents


def _drop_others(documents: Documents) -> dict[str, bytes]:
    """The documents without the mappings that others keep, which are fetched anew."""
    known = parse_ecosystems(documents.get(_ECOSYSTEMS, b""), _ECOSYSTEMS)
    own = {f"{name}{_ENDING}" for name, text in known.items() if _is_own(parse_address(text))}
    return {name: content for name, content in documents.items() if not name.endswith(_ENDING) or name in own}


def _find_others(documents: Documents, own: tuple[str, ...]) -> tuple[dict[str, Address], tuple[tuple[str, str], ...]]:
    """The mappings that others keep, by ecosystem: those that can be verified, and the addresses of the rest.

    A `known-ecosystems.json` of the user or the system says so in the place of that of the documents.
    """
    place = find_document(_ECOSYSTEMS, own)
    content = read_file(place) if place else documents.get(_ECOSYSTEMS, b"")
    known = parse_ecosystems(content, place or _ECOSYSTEMS)
    addresses: dict[str, Address] = {}
    unfetched = []
    for name, text in known.items():
        address = parse_address(text)
        if not is_document(f"{name}{_ENDING}"):
            raise DocumentError(f"`{place or _ECOSYSTEMS}`: `{name}` is not an ecosystem")
        if address is None:
            unfetched.append((name, text))
        elif not _is_own(address):
            addresses[name] = address
    return addresses, tuple(unfetched)


def _is_own(address: Address | None) -> bool:
    return isinstance(address, WheelAddress) and address.project == PROJECT


def _fetch_others(
    addresses: Mapping[str, Address], sources: Sources, fetcher: Fetcher
) -> Iterator[tuple[str, bytes, tuple[str, str]]]:
    """Each ecosystem with its mapping, and where that was read from; a wheel is fetched once."""
    wheels: dict[tuple[str, str], Wheel] = {}
    for ecosystem, address in addresses.items():
        if isinstance(address, PlainAddress):
            content = fetcher.fetch(address.url).content
            yield ecosystem, content, (address.url, check_digest(content, address.sha256, address.url))
            continue
        key = (address.project, address.version)
        if key not in wheels:
            file = find_newest(address.project, sources, address.version).file
            wheels[key] = fetch_wheel(file.url, file.name, fetcher, file.sha256)
        yield ecosystem, read_member(wheels[key], address.path), (wheels[key].name, wheels[key].sha256)
