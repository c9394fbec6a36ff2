"""Opening a wheel, and refusing one that no installer should unpack; nothing is extracted."""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from contextlib import contextmanager

from extdeps.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_DIRECTORY = 8 * 1024 * 1024
MAX_UNPACKED = 16 * 1024 * 1024 * 1024
"""The largest wheels on PyPI and on the indexes of vendors have some 20,000 members, a line of the directory for
each, and unpack to some GB."""

_METADATA = re.compile(r"(?P<name>[^/-]+)-(?P<version>[^/]+?)\.dist-info/METADATA")
_DRIVE = re.compile(r"[A-Za-z]:")
_DAMAGE = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError, UnicodeError)


class _BoundedFile(io.BufferedReader):
    """A file that gives no more at once than a central directory may weigh, since zipfile reads it as a whole."""

    def read(self, size: int | None = -1) -> bytes:
        most = MAX_DIRECTORY + 1
        content = super().read(most if size is None or size < 0 else min(size, most))
        if len(content) > MAX_DIRECTORY:
            raise zipfile.BadZipFile(f"a directory of more than {MAX_DIRECTORY // 1024**2} MiB")
        return content


@contextmanager
def open_wheel(path: str) -> Iterator[zipfile.ZipFile]:
    """Open a wheel, which is closed at the end.

    Args:
        path: the file.

    Raises:
        ArchiveError: it cannot be read, is no wheel, is damaged, exceeds the limits, or has members that would be
            written elsewhere.
    """
    try:
        file = _BoundedFile(io.FileIO(path))
    except OSError as error:
        raise ArchiveError(f"`{path}` cannot be read", context=(error.strerror or str(error),)) from error
    with file:
        try:
            archive = zipfile.ZipFile(file)
        except _DAMAGE as error:
            raise ArchiveError(f"`{path}` is not a wheel", context=(str(error) or type(error).__name__,)) from error
        with archive:
            _check(archive, path)
            yield archive


def _check(archive: zipfile.ZipFile, path: str) -> None:
    members = archive.infolist()
    if sum(member.file_size for member in members) > MAX_UNPACKED:
        raise ArchiveError(f"`{path}` unpacks to more than {MAX_UNPACKED // 1024**3} GiB")
    astray = [name for member in members if leads_astray(name := member.filename)]
    if astray:
        shown = tuple(f"`{name}`" for name in astray[:5])
        raise ArchiveError(f"`{path}` has members that would be written elsewhere", context=shown)


def leads_astray(name: str) -> bool:
    """Whether a member would not be written below the directory that an archive is unpacked into, on any system."""
    return name.startswith(("/", "\\")) or _DRIVE.match(name) is not None or ".." in re.split(r"[/\\]", name)


def identify_wheel(archive: zipfile.ZipFile, path: str) -> tuple[str, str]:
    """The name and version of the project, by the one dist-info directory (PEP 427).

    Raises:
        ArchiveError: there is none, or several.
    """
    found = [match for member in archive.infolist() if (match := _METADATA.fullmatch(member.filename))]
    if len(found) != 1:
        raise ArchiveError(f"`{path}` is not a wheel: it has {len(found) or 'no'} METADATA files")
    return found[0]["name"], found[0]["version"]
