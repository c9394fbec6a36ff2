"""What wheels carry: their shared libraries, whose they are, and what would be left without them."""

from __future__ import annotations

from dataclasses import replace

from extdeps.audit.archive import MAX_UNPACKED, identify_wheel, open_wheel
from extdeps.audit.binary import find_format
from extdeps.audit.identify import Identifier
from extdeps.audit.names import find_vendor, unhash
from extdeps.audit.reach import find_direct
from extdeps.audit.reader import read_binary
from extdeps.audit.stream import Budget, MalformedError, Stream
from extdeps.model.wheelaudit import AuditReport, CarriedLibrary, Externalized, Unreadable, WheelAudit

TYPE_CHECKING = False
if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator

    from extdeps.audit.binary import Binary
    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.ecosystem import Ecosystem

_METHODS = (0, 8)
"""Stored and deflated; what unpacks the others may take as much memory as a member asks for."""

_ENCRYPTED = 1


def audit_wheels(paths: Iterable[str], catalogue: Catalogue, ecosystem: Ecosystem | None) -> AuditReport:
    """Audit some wheels.

    Args:
        paths: the files.
        catalogue: whose libraries are called what, and what packages supply them.
        ecosystem: whose packages, or None where nothing is known of the machine.

    Raises:
        ArchiveError: one is no wheel, is damaged, or exceeds the limits.
        DocumentError: a document of the catalogue is wrong.
    """
    identifier = Identifier(catalogue)
    wheels = tuple(_audit(path, identifier, catalogue, ecosystem) for path in paths)
    return AuditReport(
        wheels=wheels, ecosystem=str(ecosystem or ""), externalized=_merge(wheel.externalized for wheel in wheels)
    )


def _audit(path: str, identifier: Identifier, catalogue: Catalogue, ecosystem: Ecosystem | None) -> WheelAudit:
    with open_wheel(path) as archive:
        name, version = identify_wheel(archive, path)
        binaries: list[tuple[zipfile.ZipInfo, Binary]] = []
        unreadable: list[Unreadable] = []
        budget = Budget(MAX_UNPACKED)
        for member in archive.infolist():
            try:
                binary = _read_member(archive, member, budget)
            except MalformedError as error:
                unreadable.append(Unreadable(path=member.filename, reason=str(error)))
                continue
            if binary:
                binaries.append((member, binary))
        members = archive.infolist()
    libraries = [_describe(member, binary, identifier) for member, binary in binaries if binary.kind == "library"]
    libraries.sort(key=lambda library: (-library.compressed, library.path))
    staying = tuple(needed for _, binary in binaries if binary.kind != "library" for needed in binary.needed)
    return WheelAudit(
        path=path,
        name=name,
        version=version,
        compressed=_size_of(path),
        size=sum(member.file_size for member in members),
        libraries=tuple(libraries),
        extensions=sum(binary.kind == "extension" for _, binary in binaries),
        programs=sum(binary.kind == "program" for _, binary in binaries),
        unreadable=tuple(unreadable),
        externalized=_externalize(libraries, staying, catalogue, ecosystem),
        outside=frozenset(_iter_outside(binaries, identifier)),
    )


def _iter_outside(binaries: Iterable[tuple[zipfile.ZipInfo, Binary]], identifier: Identifier) -> Iterator[str]:
    """What the native code of a wheel asks for by names that nothing in the wheel has."""
    binaries = tuple(binaries)
    carried = {name for member, binary in binaries for name in (member.filename, binary.soname)}
    carried = {name.rpartition("/")[2].lower() for name in carried}
    for needed in {needed for _, binary in binaries for needed in binary.needed}:
        name = needed.rpartition("/")[2]
        if name.lower() not in carried:
            yield from identifier.identify(name, ignore_case=name.lower().endswith(".dll"))[0]


def _size_of(path: str) -> int:
    import os

    return os.path.getsize(path)


def _read_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> Binary | None:
    """What a member is, if it is native code; of all others only the first bytes are unpacked."""
    if member.is_dir() or member.file_size < 8:
        return None
    if member.flag_bits & _ENCRYPTED or member.compress_type not in _METHODS:
        if not _is_called_native(member.filename):
            return None
        raise MalformedError("it is encrypted, or compressed in a way that wheels are not")
    stream = Stream(archive, member, budget)
    try:
        if find_format(stream.peek(8)) is None:
            return None
        return read_binary(stream, member.filename.rpartition("/")[2])
    except MalformedError:
        if find_format(stream.kept) is None and not _is_called_native(member.filename):
            return None  # damaged, but nothing that this is about
        raise
    finally:
        stream.close()


def _is_called_native(path: str) -> bool:
    name = path.rpartition("/")[2].lower()
    return name.endswith((".so", ".dll", ".dylib", ".pyd")) or ".so." in name


def _describe(member: zipfile.ZipInfo, binary: Binary, identifier: Identifier) -> CarriedLibrary:
    vendor = find_vendor(member.filename, binary.format)
    original = unhash(member.filename.rpartition("/")[2], vendor)
    identifiers, because = identifier.identify(original, ignore_case=binary.format == "pe")
    return CarriedLibrary(
        path=member.filename,
        format=binary.format,
        vendor=vendor,
        original=original,
        compressed=member.compress_size,
        size=member.file_size,
        soname=binary.soname,
        needed=binary.needed,
        identifiers=identifiers,
        because=because,
    )


def _externalize(
    libraries: Iterable[CarriedLibrary], staying: tuple[str, ...], catalogue: Catalogue, ecosystem: Ecosystem | None
) -> tuple[Externalized, ...]:
    """Every identifier with what its libraries weigh, and what would supply them."""
    grouped: dict[str, list[CarriedLibrary]] = {}
    for library in libraries:
        if library.identifier:
            grouped.setdefault(library.identifier, []).append(library)
    direct = find_direct(tuple(libraries), staying)
    found = []
    for identifier, members in grouped.items():
        specs = catalogue.specs(identifier, ecosystem) if ecosystem else None
        others = dict.fromkeys(other for member in members for other in member.identifiers if other != identifier)
        found.append(
            Externalized(
                identifier=identifier,
                compressed=sum(member.compressed for member in members),
                size=sum(member.size for member in members),
                libraries=len(members),
                is_direct=identifier in direct,
                also=tuple(others),
                packages=specs.of("run") if specs else (),
                is_mapped=specs is not None,
            )
        )
    return _sort(found)


def _merge(groups: Iterable[tuple[Externalized, ...]]) -> tuple[Externalized, ...]:
    """The same over several wheels; what one of them asks for directly is direct."""
    merged: dict[str, Externalized] = {}
    for item in (item for group in groups for item in group):
        before = merged.get(item.identifier)
        merged[item.identifier] = (
            replace(
                before,
                compressed=before.compressed + item.compressed,
                size=before.size + item.size,
                libraries=before.libraries + item.libraries,
                is_direct=before.is_direct or item.is_direct,
                also=tuple(dict.fromkeys((*before.also, *item.also))),
            )
            if before
            else item
        )
    return _sort(merged.values())


def _sort(items: Iterable[Externalized]) -> tuple[Externalized, ...]:
    return tuple(sorted(items, key=lambda item: (-item.compressed, item.identifier)))
