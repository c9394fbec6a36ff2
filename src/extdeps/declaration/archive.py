"""Reading a few members of an sdist or a wheel, in memory and within limits; nothing is extracted or run."""

from __future__ import annotations

import gzip
import io
import tarfile
import zipfile
import zlib
from collections.abc import Callable
from contextlib import contextmanager

from extdeps.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_MEMBERS = 200_000
MAX_MEMBER_BYTES = 16 * 1024 * 1024
MAX_TOTAL_BYTES = 4 * 1024 * 1024 * 1024
MAX_ARCHIVE_BYTES = 1024 * 1024 * 1024
MAX_READ_BYTES = 256 * 1024 * 1024
"""What an archive may have and weigh; the largest sdists on PyPI are some hundred MB."""

Wanted = Callable[[str], bool]

_ENCRYPTED = 1

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
    with refuse_damage(name):
        return reader(content, name, wanted)


@contextmanager
def refuse_damage(name: str) -> Iterator[None]:
    """Turn what goes wrong while an archive is read into an ArchiveError that names it."""
    try:
        yield
    except _DAMAGE as error:
        raise ArchiveError(f"`{name}` is damaged", context=(str(error) or type(error).__name__,)) from error


class BoundedGzip(gzip.GzipFile):
    """A gzip stream that gives no more at once than a member may weigh: tarfile reads extended headers as a whole."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= MAX_MEMBER_BYTES + tarfile.BLOCKSIZE:
            raise tarfile.ReadError(f"a header of {size} bytes")
        return super().read(size)


def _read_tar(content: bytes, name: str, wanted: Wanted) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    weight = 0
    with BoundedGzip(fileobj=io.BytesIO(content)) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
        for member in iter_tar(archive, name):
            if member.isfile() and wanted(member.name):
                found[member.name] = read_tar_member(archive, member, name)
                weight += len(found[member.name])
                _check_read(name, weight)
    return found


def iter_tar(archive: tarfile.TarFile, name: str) -> Iterator[tarfile.TarInfo]:
    """The members of a tar archive that is called so, as long as they are within the limits."""
    total = 0
    for count, member in enumerate(archive, start=1):
        total += member.size
        _check_limits(name, count, total)
        yield member


def read_tar_member(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> bytes:
    """The content of one member of a tar archive that is called so.

    Raises:
        ArchiveError: it is larger than the limit.
    """
    _check_member(name, member.name, member.size)
    file = archive.extractfile(member)
    return file.read() if file else b""


def _read_zip(content: bytes, name: str, wanted: Wanted) -> dict[str, bytes]:
    found: dict[str, bytes] = {}
    weight = 0
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        members = archive.infolist()
        _check_limits(name, len(members), 0)
        for member in members:
            if wanted(member.filename):
                found[member.filename] = read_zip_member(archive, member, name)
                weight += len(found[member.filename])
                _check_read(name, weight)
    return found


def read_zip_member(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> bytes:
    """The content of one member of a zip archive that is called so.

    Raises:
        ArchiveError: it is encrypted, or larger than the limit.
    """
    if member.flag_bits & _ENCRYPTED:
        raise ArchiveError(f"`{name}`: `{member.filename}` is encrypted")
    _check_member(name, member.filename, member.file_size)
    with archive.open(member) as file:
        content = file.read(MAX_MEMBER_BYTES + 1)
    _check_member(name, member.filename, len(content))
    return content


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
