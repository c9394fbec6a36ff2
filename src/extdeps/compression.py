"""Indexes are compressed; how is told by the ending of their name, or by their first bytes."""

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

_CHUNK = 64 * 1024
_OPENERS: dict[str, Opener] = {
    ".xz": lzma.LZMAFile,
    ".gz": lambda file: gzip.GzipFile(fileobj=file),
    ".bz2": bz2.BZ2File,
}
_BLOCK = 1024 * 1024
_LIBRARIES = {
    ".zst": ("compression.zstd", "backports.zstd"),
    ".lz4": ("lz4.frame",),
    ".br": ("extdeps.brotlifile",),
}
"""What opens the formats that the standard library does not know everywhere, the best first."""

_MAGIC = {
    b"\x1f\x8b": ".gz",
    b"\xfd7zXZ\0": ".xz",
    b"BZh": ".bz2",
    b"\x28\xb5\x2f\xfd": ".zst",
    b"\x04\x22\x4d\x18": ".lz4",
}


def sniff_ending(content: bytes) -> str:
    """The ending that a file would have by its first bytes (`.xz`), or empty where it is not compressed."""
    return next((ending for magic, ending in _MAGIC.items() if content.startswith(magic)), "")


def iter_lines(content: bytes, name: str) -> Iterator[bytes]:
    """The lines of an index, each with its end, decompressed as they are read.

    Args:
        content: the file.
        name: its name or address, whose ending says how it is compressed.

    Raises:
        FetchError: it cannot be decompressed.
        UsageError: what decompresses it is not installed.
    """
    with open_stream(BytesIO(content), name) as stream:
        yield from stream


def iter_blocks(file: IO[bytes], name: str) -> Iterator[bytes]:
    """An index that is too large to be held or gone through line by line, in blocks of whole lines.

    A line that is longer than a block, which no index has, is cut.

    Args:
        file: the file.
        name: its name, whose ending says how it is compressed.

    Raises:
        FetchError: it cannot be decompressed.
        UsageError: what decompresses it is not installed.
    """
    rest = b""
    with open_stream(file, name) as stream:
        while block := stream.read(_BLOCK):
            lines, end, rest = (rest + block).rpartition(b"\n")
            if len(rest) > _BLOCK:
                lines, rest = lines + end + rest, b""
            yield lines + end
    yield rest


def iter_chunks(file: IO[bytes], name: str, *, limit: int) -> Iterator[bytes]:
    """What an index holds in pieces of a bounded size, decompressed as they are read.

    Args:
        file: the file.
        name: its name or address, whose ending says how it is compressed.
        limit: the most bytes that it may become.

    Raises:
        FetchError: it cannot be decompressed, or becomes larger than the limit.
        UsageError: what decompresses it is not installed.
    """
    left = limit
    with open_stream(file, name) as stream:
        while chunk := stream.read(_CHUNK):
            left -= len(chunk)
            if left < 0:
                raise _too_large(name, limit)
            yield chunk


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
    with open_stream(BytesIO(content), name) as stream:
        result = stream.read(limit + 1)
    if len(result) > limit:
        raise _too_large(name, limit)
    return result


def _too_large(name: str, limit: int) -> FetchError:
    return FetchError(f"`{name}` becomes larger than {limit // 1024 // 1024} MiB")


@contextmanager
def open_stream(file: IO[bytes], name: str, *, ending: str | None = None) -> Iterator[IO[bytes]]:
    """What an index holds, as a stream.

    Args:
        file: the file.
        name: its name or address, whose ending says how it is compressed.
        ending: how it is compressed (`.xz`; empty: not at all), where its name does not say so.

    Raises:
        FetchError: it cannot be decompressed; what the block raises while it reads is taken for the same.
        UsageError: what decompresses it is not installed.
    """
    opener = _find_opener(name[name.rfind(".") :] if ending is None else ending)
    try:
        with opener(file) as stream:
            yield stream
    except FetchError:
        raise
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
