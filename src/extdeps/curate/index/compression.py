"""Indexes are compressed; how is told by the ending of their name."""

from __future__ import annotations

import bz2
import gzip
import lzma
from contextlib import contextmanager, nullcontext
from importlib import import_module
from io import BytesIO

from extdeps.errors import FetchError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager
    from typing import IO, Any

    Opener = Callable[[IO[bytes]], AbstractContextManager[Any]]

_CHUNK = 256 * 1024

_OPENERS: dict[str, Opener] = {
    ".xz": lzma.LZMAFile,
    ".gz": lambda file: gzip.GzipFile(fileobj=file),
    ".bz2": bz2.BZ2File,
}
_LIBRARIES = {
    ".zst": ("compression.zstd", "backports.zstd"),
    ".lz4": ("lz4.frame",),
    ".br": ("extdeps.curate.index.brotlifile",),
}
"""What opens the formats that the standard library does not know everywhere, the best first."""


def iter_lines(content: bytes, name: str) -> Iterator[bytes]:
    """The lines of an index, each with its end, decompressed as they are read.

    Args:
        content: the file.
        name: its name or address, whose ending says how it is compressed.

    Raises:
        FetchError: it cannot be decompressed.
        UsageError: what decompresses it is not installed.
    """
    with _open(BytesIO(content), name) as stream:
        yield from stream


def iter_chunks(file: IO[bytes], name: str, *, limit: int) -> Iterator[bytes]:
    """What an index holds, piece by piece, decompressed as it is read.

    Args:
        file: it, open for reading.
        name: its name or address, whose ending says how it is compressed.
        limit: the most bytes that it may become.

    Raises:
        FetchError: it cannot be decompressed, or becomes larger than the limit.
        UsageError: what decompresses it is not installed.
    """
    with _open(file, name) as stream:
        while chunk := stream.read(_CHUNK):
            limit -= len(chunk)
            if limit < 0:
                break
            yield chunk
    if limit < 0:
        raise FetchError(f"`{name}` becomes larger than its limit")


def decompress(content: bytes, name: str, *, limit: int) -> bytes:
    """The whole of what an index holds.

    Args:
        content: the file.
        name: its name or address, whose ending says how it is compressed.
        limit: the most bytes that it may become.

    Raises:
        FetchError: it cannot be decompressed, or becomes larger than the limit.
        UsageError: what decompresses it is not installed.
    """
    with _open(BytesIO(content), name) as stream:
        result = stream.read(limit + 1)
    if len(result) > limit:
        raise FetchError(f"`{name}` becomes larger than {limit // 1024 // 1024} MiB")
    return result


@contextmanager
def _open(file: IO[bytes], name: str) -> Iterator[IO[bytes]]:
    opener = _find_opener(name[name.rfind(".") :])
    try:
        with opener(file) as stream:
            yield stream
    except Exception as error:  # every format has errors of its own
        raise FetchError(f"`{name}` cannot be decompressed", context=(str(error),)) from error


def _find_opener(ending: str) -> Opener:
    for library in _LIBRARIES.get(ending, ()):
        try:
            opener: Opener = import_module(library).open
        except ImportError:
            continue
        return opener
    if ending in _LIBRARIES:
        raise UsageError(f"nothing here decompresses `{ending}`", hint="`pip install 'extdeps[curate]'` adds what does")
    return _OPENERS.get(ending, nullcontext)
