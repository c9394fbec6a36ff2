"""A copy of a `.tar.gz` in which one member has another content, and everything else is as it was."""

from __future__ import annotations

import gzip
import struct
import tarfile
import zlib

from extdeps.declaration.archive import MAX_TOTAL_BYTES
from extdeps.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

_CHUNK = 1024 * 1024
_HEAD = 10
_MAX_HEAD = 64 * 1024
_HAS_CHECKSUM, _HAS_EXTRA, _HAS_NAME, _HAS_COMMENT = 2, 4, 8, 16
_LEVELS = {2: 9, 4: 1}
"""What the eighth byte of a gzip file says of its compression (RFC 1952, section 2.3.1, "XFL")."""


def replace_in_targz(source: IO[bytes], target: IO[bytes], member: tarfile.TarInfo, content: bytes) -> None:
    """Write the copy: header of the gzip file, and order and attributes of all members are kept.

    Args:
        source: the archive.
        target: where the copy is written.
        member: as it was read from the archive.
        content: what it holds in the copy.

    Raises:
        ArchiveError: the member cannot be replaced, or the archive unpacks to more than the limit.
    """
    if "size" in member.pax_headers or member.issparse():
        raise ArchiveError(f"`{source.name}`: `{member.name}` cannot be replaced: its size is not in its own header")
    writer = _GzipWriter(target, _read_head(source))
    end = member.offset_data + member.size + -member.size % tarfile.BLOCKSIZE
    source.seek(0)
    with gzip.GzipFile(fileobj=source) as stream:
        _copy(stream, writer, member.offset_data - tarfile.BLOCKSIZE)
        writer.write(_resize(stream.read(tarfile.BLOCKSIZE), len(content)))
        writer.write(content + bytes(-len(content) % tarfile.BLOCKSIZE))
        stream.seek(end)
        end += _copy(stream, writer, MAX_TOTAL_BYTES)
        if stream.read(1):
            raise ArchiveError(f"`{source.name}` unpacks to more than {MAX_TOTAL_BYTES // 1024**3} GiB")
    if end % tarfile.RECORDSIZE == 0:
        writer.write(bytes(-writer.size % tarfile.RECORDSIZE))
    writer.close()


def _copy(source: gzip.GzipFile, writer: _GzipWriter, size: int) -> int:
    """Copy so many bytes, or all that there are; returns how many."""
    left = size
    while left and (chunk := source.read(min(_CHUNK, left))):
        writer.write(chunk)
        left -= len(chunk)
    return size - left


class _GzipWriter:
    """A gzip file with a given header, compressed as much as that says."""

    def __init__(self, target: IO[bytes], head: bytes) -> None:
        self._target = target
        self._packer = zlib.compressobj(_LEVELS.get(head[8], 6), wbits=-zlib.MAX_WBITS)
        self._checksum = 0
        self.size = 0
        target.write(head)

    def write(self, content: bytes) -> None:
        self.size += len(content)
        self._checksum = zlib.crc32(content, self._checksum)
        self._target.write(self._packer.compress(content))

    def close(self) -> None:
        self._target.write(self._packer.flush() + struct.pack("<2L", self._checksum, self.size & 0xFFFFFFFF))


def _read_head(source: IO[bytes]) -> bytes:
    """The header of a gzip file (RFC 1952, section 2.3)."""
    source.seek(0)
    head = source.read(_MAX_HEAD)
    flags, end = head[3], _HEAD
    if flags & _HAS_EXTRA:
        end += 2 + int.from_bytes(head[end : end + 2], "little")
    for flag in (_HAS_NAME, _HAS_COMMENT):
        if flags & flag:
            end = head.index(0, end) + 1
    return head[: end + (2 if flags & _HAS_CHECKSUM else 0)]


def _resize(header: bytes, size: int) -> bytes:
    """The header block of a member with another size (POSIX, "ustar Interchange Format")."""
    block = bytearray(header)
    block[124:136] = b"%011o\0" % size
    block[148:156] = b" " * 8
    block[148:156] = b"%06o\0 " % sum(block)
    return bytes(block)
