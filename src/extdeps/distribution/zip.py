"""A copy of a zip archive in which some members have another content, and every other byte is as it was."""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass

from extdeps.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from typing import IO
    from zipfile import ZipFile, ZipInfo

# https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, sections 4.3.7, 4.3.12 and 4.3.16
_LOCAL = struct.Struct("<4s5H3L2H")
_CENTRAL = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")
_SIZES_FOLLOW = 0x08
_STORED, _DEFLATED = 0, 8
_ZIP64_SHORT, _ZIP64_LONG = 0xFFFF, 0xFFFFFFFF
_ZIP64_EXTRA = 1
_CHUNK = 1024 * 1024


@dataclass(kw_only=True)
class _Member:
    """A member with its line of the directory, which is changed as the member is written."""

    facts: ZipInfo
    line: bytearray
    end: int = 0


def replace_in_zip(
    archive: ZipFile, source: IO[bytes], target: IO[bytes], contents: Mapping[str, bytes], dropped: Collection[str] = ()
) -> None:
    """Write the copy: order, times, permissions and compression of all members are kept.

    Args:
        archive: as it was opened.
        source: the same file.
        target: where the copy is written.
        contents: by the path of a member, what it holds in the copy.
        dropped: the members that the copy does not have.

    Raises:
        ArchiveError: the members overlap, or the archive needs the extension for large files.
    """
    end, directory = _read_end(archive, source)
    members = [
        _Member(facts=facts, line=line)
        for facts, line in zip(archive.infolist(), _iter_lines(source, end, directory), strict=True)
    ]
    ordered = sorted(members, key=lambda member: member.facts.header_offset)
    for member, following in zip(
        ordered, (*(item.facts.header_offset for item in ordered[1:]), directory), strict=True
    ):
        member.end = following
        if member.facts.header_offset + _LOCAL.size + member.facts.compress_size > following:
            raise ArchiveError(f"`{archive.filename}` is damaged", context=(f"`{member.facts.filename}` overlaps",))
    _copy(source, target, 0, ordered[0].facts.header_offset)
    for member in ordered:
        if member.facts.filename not in dropped:
            _write(member, source, target, contents)
    start = target.tell()
    kept = [member for member in members if member.facts.filename not in dropped]
    target.writelines(bytes(member.line) for member in kept)
    disk, count, place = (0, 0), len(kept), start + end[6] - directory
    target.write(_END.pack(end[0], *disk, count, count, target.tell() - start, place, end[7]) + archive.comment)


def _read_end(archive: ZipFile, source: IO[bytes]) -> tuple[tuple[bytes, int, int, int, int, int, int, int], int]:
    """The end record, and where the directory starts."""
    place = source.seek(0, 2) - _END.size - len(archive.comment)
    source.seek(place)
    end = _END.unpack(source.read(_END.size))
    if _ZIP64_SHORT in end[1:5] or _ZIP64_LONG in end[5:7] or end[4] != len(archive.infolist()):
        raise ArchiveError(
            f"`{archive.filename}` cannot be rewritten: it needs the zip format's extension for large files"
        )
    return end, place - end[5]


def _iter_lines(
    source: IO[bytes], end: tuple[bytes, int, int, int, int, int, int, int], directory: int
) -> Iterator[bytearray]:
    source.seek(directory)
    for _ in range(end[4]):
        fixed = source.read(_CENTRAL.size)
        yield bytearray(fixed + source.read(sum(_CENTRAL.unpack(fixed)[10:13])))


def _write(member: _Member, source: IO[bytes], target: IO[bytes], contents: Mapping[str, bytes]) -> None:
    facts, start = member.facts, target.tell()
    shift = start - facts.header_offset
    (offset,) = struct.unpack_from("<L", member.line, 42)
    struct.pack_into("<L", member.line, 42, offset + shift)
    content = contents.get(facts.filename)
    if content is None:
        _copy(source, target, facts.header_offset, member.end)
        return
    if facts.compress_type not in (_STORED, _DEFLATED):
        raise ArchiveError(f"`{source.name}`: `{facts.filename}` is compressed in a way that wheels are not")
    source.seek(facts.header_offset)
    local = list(_LOCAL.unpack(source.read(_LOCAL.size)))
    name, extra = source.read(local[9]), _drop_zip64(source.read(local[10]))
    packed = _deflate(content) if facts.compress_type == _DEFLATED else content
    sizes = (zlib.crc32(content), len(packed), len(content))
    local[2] &= ~_SIZES_FOLLOW
    local[6:9], local[10] = sizes, len(extra)
    target.write(_LOCAL.pack(*local) + name + extra + packed)
    struct.pack_into("<H", member.line, 8, facts.flag_bits & ~_SIZES_FOLLOW)
    struct.pack_into("<3L", member.line, 16, *sizes)


def _deflate(content: bytes) -> bytes:
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    return packer.compress(content) + packer.flush()


def _drop_zip64(extra: bytes) -> bytes:
    """The extra fields of a member without its sizes, which a writer puts there that does not know them beforehand."""
    kept = b""
    while len(extra) >= 4:
        kind, size = struct.unpack_from("<2H", extra)
        kept += b"" if kind == _ZIP64_EXTRA else extra[: 4 + size]
        extra = extra[4 + size :]
    return kept + extra


def _copy(source: IO[bytes], target: IO[bytes], start: int, end: int) -> None:
    source.seek(start)
    for place in range(start, end, _CHUNK):
        target.write(source.read(min(_CHUNK, end - place)))
