"""Pieces of one member of a wheel, read as a stream: a library is not unpacked to look at its headers."""

from __future__ import annotations

import zipfile
import zlib

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO

KEPT = 1024 * 1024
"""Bytes of the beginning of a member that are kept, where the headers are."""

MAX_PIECE = 4 * 1024 * 1024
MAX_RATIO = 256
RATIO_GRACE = 64 * 1024 * 1024
"""What deflate makes of a real library is far below this; only beyond the grace is it taken for a bomb."""

_STEP = 256 * 1024
_AHEAD = 64 * 1024

_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError, ValueError)


class MalformedError(ValueError):
    """Native code that cannot be read; the text says what is wrong with it."""


class Budget:
    """How much may be unpacked, of all members of a wheel together.

    Args:
        size: in bytes.
    """

    def __init__(self, size: int) -> None:
        self._left = size

    def spend(self, size: int) -> None:
        """Take some of it.

        Raises:
            MalformedError: nothing is left.
        """
        self._left -= size
        if self._left < 0:
            raise MalformedError("the wheel unpacks to more than is read of one")


class Stream:
    """Random access to a member, forwards without and backwards with unpacking it again.

    Args:
        archive: the wheel.
        member: which one.
        budget: of the wheel.
    """

    def __init__(self, archive: zipfile.ZipFile, member: zipfile.ZipInfo, budget: Budget) -> None:
        self._archive = archive
        self._member = member
        self._budget = budget
        self._allowed = member.compress_size * MAX_RATIO + RATIO_GRACE
        self._file: IO[bytes] | None = None
        self._position = 0
        self._kept = b""
        self._last = b""
        self._last_start = 0

    def close(self) -> None:
        """Close the member."""
        if self._file:
            self._file.close()
            self._file = None

    def read(self, offset: int, size: int) -> bytes:
        """Read some bytes; fewer where the member ends.

        Args:
            offset: from the beginning of the member, in bytes.
            size: in bytes.

        Raises:
            MalformedError: the archive is damaged there, or too much would have to be unpacked.
        """
        if size > MAX_PIECE:
            raise MalformedError(f"a table of {size} bytes")
        if offset + size > self._member.file_size:
            size = max(0, self._member.file_size - offset)
        if offset + size <= len(self._kept):
            return self._kept[offset : offset + size]
        try:
            return self._read(offset, size)
        except MalformedError:
            raise
        except _DAMAGE as error:
            raise MalformedError(f"it cannot be unpacked: {error}") from error

    @property
    def kept(self) -> bytes:
        """What has been read of the beginning."""
        return self._kept

    def peek(self, size: int) -> bytes:
        """The first bytes of the member, and no more is unpacked for them.

        Raises:
            MalformedError: as `read`.
        """
        try:
            with self._archive.open(self._member) as file:
                return file.read(size)
        except _DAMAGE as error:
            raise MalformedError(f"it cannot be unpacked: {error}") from error

    def get(self, offset: int, size: int) -> bytes:
        """Read exactly so many bytes.

        Raises:
            MalformedError: as `read`, or the member ends before.
        """
        content = self.read(offset, size)
        if len(content) != size:
            raise MalformedError("it ends before its headers do")
        return content

    def text(self, offset: int) -> str:
        """The text that begins at an offset and ends with a NUL, of at most 4096 bytes.

        Raises:
            MalformedError: as `read`, or it does not end.
        """
        text, end, _ = self.read(offset, 4096).partition(b"\0")
        if not end:
            raise MalformedError("it has a name that does not end")
        return text.decode("utf-8", "replace")

    def _read(self, offset: int, size: int) -> bytes:
        if not self._kept:
            self._kept = self._take(self._open(), min(KEPT, self._member.file_size))
        held = self._kept[offset : offset + size]  # a piece may begin in what is held and end behind it
        if not held and self._last_start <= offset < self._last_start + len(self._last):
            held = self._last[offset - self._last_start :][:size]
        if len(held) == size:
            return held
        start = offset + len(held)
        file = self._file if self._file and self._position <= start else self._open()
        while self._position < start:
            if not self._take(file, min(_STEP, start - self._position)):
                return held
        # names lie side by side, so that more is read than one of them
        piece = self._take(file, max(size - len(held), min(_AHEAD, self._member.file_size - start)))
        self._last_start, self._last = offset, held + piece
        return self._last[:size]

    def _open(self) -> IO[bytes]:
        self.close()
        self._position = 0
        self._file = self._archive.open(self._member)
        return self._file

    def _take(self, file: IO[bytes], size: int) -> bytes:
        """The next bytes; the limits count what is unpacked, not what is claimed."""
        parts = []
        while size > 0:
            part = file.read(min(size, _STEP))
            if not part:
                break
            self._position += len(part)
            self._budget.spend(len(part))
            if self._position > self._allowed:
                raise MalformedError(f"it unpacks to more than {MAX_RATIO} times its size")
            parts.append(part)
            size -= len(part)
        return b"".join(parts)
