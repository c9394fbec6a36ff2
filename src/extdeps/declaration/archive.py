"""Reading a few members of an sdist or a wheel, in memory and within limits; nothing is extracted or run."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable

from extdeps.errors import ArchiveError

MAX_MEMBERS = 200_000
MAX_MEMBER_BYTES = 16 * 1024 * 1024
MAX_TOTAL_BYTES = 4 * 1024 * 1024 * 1024
MAX_ARCHIVE_BYTES = 1024 * 1024 * 1024
MAX_READ_BYTES = 256 * 1024 * 1024
"""What an archive may have and weigh; the largest sdists on PyPI are some hundred MB."""

Wanted = Callable[[str], bool]

_DAMAGE = (
    tarfile.TarError,
    zipfile.BadZipFile,
    EOFError,
    OSError,
    zlib.error,
    ValueError,
    NotImplementedError,
)


def read_members(content: bytes, name: str, wanted: Wanted) -> dict[str, bytes]:
    """Read the members of an archive that are wanted.

    Args:
        content: the archive.
        name: its file name, which tells its format.
        wanted: whether a member of this path is to be read.

    Returns:
        The content of each by its path.

    Raises:
        ArchiveError: it is damaged, or larger than the limits.
    """
    if len(content) > MAX_ARCHIVE_BYTES:
        raise ArchiveError(f"`{name}` is larger than {MAX_ARCHIVE_BYTES // 1024**3} GiB")
    reader = _read_zip if name.endswith((".zip", ".whl")) else _read_tar
    try:
        return reader(content, name, wanted)
    except _DAMAGE as error:
        raise ArchiveError(f"`{name}` is damaged", context=(str(error) or type(error).__name__,)) from error


class _BoundedGzip(gzip.GzipFile):
    """A gzip stream that gives no more at once than a member may weigh: tarfile reads extended headers as a whole."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= MAX_MEMBER_BYTES + tarfile.BLOCKSIZE:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return super().read(size)


def _read_tar(content: bytes, name: str, wanted: Wanted) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    total = weight = 0
    with _BoundedGzip(fileobj=io.BytesIO(content)) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
        for count, member in enumerate(archive, start=1):
            total += member.size
            _check_limits(name, count, total)
            if member.isfile() and wanted(member.name):
                _check_member(name, member.name, member.size)
                file = archive.extractfile(member)
                found[member.name] = file.read() if file else b""
                weight += len(found[member.name])
                _check_read(name, weight)
    return found


def _read_zip(content: bytes, name: str, wanted: Wanted) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    weight = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        _check_limits(name, len(members), 0)
        for member in members:
            if wanted(member.filename):
                _check_member(name, member.filename, member.file_size)
                with archive.open(member) as file:
                    found[member.filename] = file.read(MAX_MEMBER_BYTES + 1)
                _check_member(name, member.filename, len(found[member.filename]))
                weight += len(found[member.filename])
                _check_read(name, weight)
    return found


def _check_limits(name: str, count: int, total: int) -> None:
    if count > MAX_MEMBERS:
        raise ArchiveError(f"`{name}` has more than {MAX_MEMBERS} members")
    if total > MAX_TOTAL_BYTES:
        raise ArchiveError(f"`{name}` unpacks to more than {MAX_TOTAL_BYTES // 1024**3} GiB")


def _check_member(name: str, member: str, size: int) -> None:
    if size > MAX_MEMBER_BYTES:
        raise ArchiveError(f"`{name}`: `{member}` is larger than {MAX_MEMBER_BYTES // 1024**2} MiB")


def _check_read(name: str, weight: int) -> None:
    """Members that are small one by one may be many."""
    if weight > MAX_READ_BYTES:
        raise ArchiveError(f"`{name}`: more than {MAX_READ_BYTES // 1024**2} MiB would be read")
