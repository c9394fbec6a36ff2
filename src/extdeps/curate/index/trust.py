"""Indexes that nobody signs: who may be believed, and which of their files are there."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from extdeps.compression import iter_chunks
from extdeps.curate.index.jsonstream import JsonReader
from extdeps.curate.index.origin import check_origin
from extdeps.errors import AbsentAddressError, FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from extdeps.curate.index.interface import Source

FETCH_LIMIT = 512 * 1024 * 1024
"""Bytes of one file; the largest is conda-forge's index where it is not compressed."""

_CONTENT_LIMIT = 4 * 1024 * 1024 * 1024


class UnsignedSite:
    """The files of an index that carries no signature.

    What comes by https from where the ecosystem publishes it is vouched for
    by that; anything else is taken where the user says so.

    Args:
        source: where the index is read from, and what is trusted.
        default: the ecosystem's own address (`https:`).

    Attributes:
        address: what is read: a directory or a single file.

    Raises:
        UntrustedIndexError: nobody vouches for the address.
    """

    def __init__(self, source: Source, default: str) -> None:
        self.address = (source.address or default).rstrip("/")
        self._source = source
        check_origin(source, self.address)

    @property
    def path(self) -> Path | None:
        """Where it lies on this machine, if it does."""
        parts = urlsplit(self.address)
        return Path(unquote(parts.path)) if parts.scheme == "file" else None

    def find(self, *names: str) -> Document | None:
        """The first of some files that is there.

        Args:
            names: paths below the address; where that is a file itself, it is found whatever they are.

        Raises:
            FetchError: one is there, but cannot be read.
            UntrustedIndexError: it was read from elsewhere, without https.
        """
        if self.is_file(*names):
            return self._find(self.address, self.path)
        for name in names:
            found = self._find(f"{self.address}/{name}", self.path and self.path / name)
            if found:
                return found
        return None

    def get(self, *names: str) -> Document:
        """The first of some files that is there, as `find` has it.

        Raises:
            AbsentAddressError: none is there.
        """
        found = self.find(*names)
        if found is None:
            raise AbsentAddressError(f"`{self.address}` has no {' or '.join(f'`{name}`' for name in names)}")
        return found

    def is_file(self, *names: str) -> bool:
        """Whether the address is a file itself, called as one of these where it is not on this machine."""
        if self.path:
            return self.path.is_file()
        return self.address.rpartition("/")[2] in {name.rpartition("/")[2] for name in names}

    def _find(self, address: str, path: Path | None) -> Document | None:
        if path:
            return Document(address, lambda: path.open("rb")) if path.is_file() else None
        try:
            response = self._source.fetcher.fetch(address, limit=FETCH_LIMIT)
        except AbsentAddressError:
            return None
        check_origin(self._source, response.url)
        # some sites compress all that they send, whether or not it was asked for
        is_gzip = response.content.startswith(b"\x1f\x8b") and not address.endswith(".gz")
        return Document(f"{address}.gz" if is_gzip else address, partial(BytesIO, response.content))


@dataclass(frozen=True, slots=True)
class Document:
    """One file of an index.

    Args:
        address: where it was found; its ending says how it is compressed.
        open: opens it for reading.
    """

    address: str
    open: Callable[[], IO[bytes]]

    def iter_chunks(self) -> Iterator[bytes]:
        """What it holds, decompressed, piece by piece.

        Raises:
            FetchError: it cannot be read or decompressed, or becomes too large.
            UsageError: what decompresses it is not installed.
        """
        try:
            with self.open() as file:
                yield from iter_chunks(file, self.address, limit=_CONTENT_LIMIT)
        except OSError as error:
            raise FetchError(f"`{self.address}` cannot be read", context=(str(error),)) from error

    def read(self, limit: int) -> bytes:
        """The whole of it, as it is.

        Args:
            limit: the most bytes that it may have.

        Raises:
            FetchError: it cannot be read, or is larger.
        """
        try:
            with self.open() as file:
                content = file.read(limit + 1)
        except OSError as error:
            raise FetchError(f"`{self.address}` cannot be read", context=(str(error),)) from error
        if len(content) > limit:
            raise FetchError(f"`{self.address}` is larger than {limit // 1024 // 1024} MiB")
        return content

    def parse(self) -> JsonReader:
        """Begin to read it as JSON."""
        return JsonReader(self.iter_chunks(), self.address)

    def fault(self, reason: str) -> FetchError:
        """The error of a document that is not of its format."""
        return FetchError(f"`{self.address}` is not what it should be", context=(reason,))
