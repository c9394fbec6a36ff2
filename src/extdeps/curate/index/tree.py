"""The files of a directory or of a tar archive, read one after the other; nothing is extracted."""

from __future__ import annotations

import lzma
import os
import tarfile
from functools import partial
from pathlib import Path

from extdeps.errors import AbsentAddressError, FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from typing import IO

    from extdeps.curate.index.trust import Document, UnsignedSite

    Tree = Iterator[tuple[str, Callable[[], str]]]
    """Of each file its path and what reads it as text."""

_FILE_LIMIT = 1024 * 1024
_MEMBERS_LIMIT = 1_000_000
_DAMAGE = (tarfile.TarError, lzma.LZMAError, EOFError, OSError, ValueError)


def open_tree(site: UnsignedSite, archives: tuple[str, ...]) -> Tree:
    """The files of a site.

    Args:
        site: a directory with the files or one with archives of them, or an archive (`.tar.xz`).
        archives: the archives that are looked for, the best first.

    Raises:
        AbsentAddressError: it is neither.
        FetchError: what is there cannot be read.
    """
    document = site.find(*archives)
    if document:
        return _iter_archive(document)
    if site.path and site.path.is_dir():
        return _iter_directory(site.path)
    raise AbsentAddressError(f"`{site.address}` is no directory or archive")


def _iter_directory(top: Path) -> Tree:
    for directory, below, names in os.walk(top):
        below[:] = sorted(name for name in below if not name.startswith("."))
        for name in sorted(names):
            path = Path(directory, name)
            yield path.relative_to(top).as_posix(), partial(_read, path)


def _read(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return file.read(_FILE_LIMIT).decode("utf-8", "replace")
    except OSError as error:
        raise FetchError(f"`{path}` cannot be read", context=(str(error),)) from error


class _Bounded(lzma.LZMAFile):
    """A stream that gives no more at once than is allowed: tarfile reads extended headers as a whole."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= _FILE_LIMIT + tarfile.BLOCKSIZE:
            raise ValueError(f"a header of {size} bytes")
        return super().read(size)


def _iter_archive(document: Document) -> Tree:
    """The files below the one directory of an archive."""
    try:
        with document.open() as file, _Bounded(file) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
            yield from _iter_members(archive)
    except _DAMAGE as error:
        raise FetchError(f"`{document.address}` cannot be read", context=(str(error),)) from error


def _iter_members(archive: tarfile.TarFile) -> Tree:
    for count, member in enumerate(archive):
        if count > _MEMBERS_LIMIT:
            raise ValueError(f"it has more than {_MEMBERS_LIMIT} members")
        if member.isfile():
            content = archive.extractfile(member)
            yield member.name.partition("/")[2], partial(_read_member, content)
        archive.members.clear()  # type: ignore[attr-defined]  # tarfile keeps all that it has seen


def _read_member(file: IO[bytes] | None) -> str:
    return file.read(_FILE_LIMIT).decode("utf-8", "replace") if file else ""
