"""A file that brotli has compressed, as the other formats' modules open one."""

from __future__ import annotations

import io
from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Any

_brotli = import_module("brotli")  # where it is missing, so is this module
_CHUNK = 64 * 1024


def open(file: IO[bytes]) -> io.BufferedReader:  # noqa: A001  # as gzip, lzma and zstd have it
    """Open a compressed file for reading; what is read raises EOFError where it is truncated."""
    return io.BufferedReader(_Raw(file), _CHUNK)


class _Raw(io.RawIOBase):
    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decompressor = _brotli.Decompressor()
        self._found = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any, /) -> int:
        target = memoryview(buffer).cast("B")
        while not self._found and not self._decompressor.is_finished():
            data = self._file.read(_CHUNK) if self._decompressor.can_accept_more_data() else b""
            self._found = self._decompressor.process(data, output_buffer_limit=_CHUNK)
            if not self._found and not data and self._decompressor.can_accept_more_data():
                raise EOFError("the file ends before the compressed data do")
        given = self._found[: len(target)]
        self._found = self._found[len(given) :]
        target[: len(given)] = given
        return len(given)
