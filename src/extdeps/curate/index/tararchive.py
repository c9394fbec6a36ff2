"""Indexes that are tar archives: read member by member in memory, within limits, never extracted."""

from __future__ import annotations

import tarfile
from io import BytesIO

from extdeps.compression import open_stream, sniff_ending
from extdeps.errors import FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

MAX_MEMBERS = 1_000_000
MAX_MEMBER_BYTES = 128 * 1024 * 1024
MAX_TOTAL_BYTES = 8 * 1024 * 1024 * 1024
"""What an archive may hold; the largest, the files of Arch's extra, has some 50,000 members and less than 1 GiB."""

_MAX_HEADER_BYTES = 16 * 1024
"""What tarfile may read at once: an extended header holds a path of 4 KiB at most and some numbers."""


def iter_members(content: bytes, name: str, wanted: Callable[[str], bool]) -> Iterator[tuple[str, bytes]]:
    """The files of an archive whose path is wanted: path and content, one after another.

    Args:
        content: the archive; its first bytes say how it is compressed.
        name: what it is called in errors.
        wanted: whether a member of this path is read.

    Raises:
        FetchError: it is damaged, breaks off, or is larger than the limits.
        UsageError: what decompresses it is not installed.
    """
    with open_stream(BytesIO(content), name, ending=sniff_ending(content)) as file:
        stream = _ForwardStream(file)
        try:
            with tarfile.open(fileobj=stream, mode="r:") as archive:  # type: ignore[call-overload]
                for count, member in enumerate(archive, start=1):
                    if count > MAX_MEMBERS:
                        raise tarfile.ReadError(f"it has more than {MAX_MEMBERS} members")
                    if member.isreg() and not member.issparse() and wanted(member.name):
                        yield member.name, stream.read_content(member.size)
            stream.finish()
        except Exception as error:  # tarfile lets out what a broken header makes it stumble over
            raise FetchError(f"`{name}` is damaged", context=(str(error) or type(error).__name__,)) from error


class _ForwardStream:
    """What tarfile reads: it goes only forward, and gives little at once.

    A header may say that its member has a negative size, or that an extended
    header has gigabytes; the one would be read for ever, the other as a whole.
    """

    def __init__(self, stream: IO[bytes]) -> None:
        self._stream = stream
        self._position = 0
        self._last = b""

    def tell(self) -> int:
        return self._position

    def seek(self, position: int) -> None:
        if position < self._position:
            raise tarfile.ReadError("a member has a negative size")
        while position > self._position:
            if not self.read(min(position - self._position, _MAX_HEADER_BYTES)):
                raise tarfile.ReadError("it breaks off")

    def read(self, size: int) -> bytes:
        if not 0 <= size <= _MAX_HEADER_BYTES:
            raise tarfile.ReadError(f"a header of {size} bytes")
        self._last = self._advance(size)
        return self._last

    def read_content(self, size: int) -> bytes:
        """The content of the member whose header was read last."""
        if not 0 <= size <= MAX_MEMBER_BYTES:
            raise tarfile.ReadError(f"a member of {size} bytes")
        content = self._advance(size)
        if len(content) < size:
            raise tarfile.ReadError("it breaks off")
        return content

    def finish(self) -> None:
        """Check that tarfile has stopped at the block of zeros with which an archive ends, and read what follows.

        It also stops, without a word, where a header is broken; and the sums
        of a compressed stream come last.
        """
        if self._last != bytes(tarfile.BLOCKSIZE):
            raise tarfile.ReadError("it breaks off, or has a broken header")
        while self._advance(_MAX_HEADER_BYTES):
            pass

    def _advance(self, size: int) -> bytes:
        content = self._stream.read(size)
        self._position += len(content)
        if self._position > MAX_TOTAL_BYTES:
            raise tarfile.ReadError(f"it becomes larger than {MAX_TOTAL_BYTES // 1024**3} GiB")
        return content
