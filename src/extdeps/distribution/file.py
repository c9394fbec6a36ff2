"""A wheel or an sdist as a file: where its Core Metadata is, and how it is written with another."""

from __future__ import annotations

import os
import tarfile
import zlib
from gzip import BadGzipFile

from extdeps.audit.archive import leads_astray
from extdeps.declaration.archive import MAX_ARCHIVE_BYTES, BoundedGzip, iter_tar, read_tar_member, refuse_damage
from extdeps.errors import ArchiveError, InvalidInputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO, Protocol
else:
    Protocol = object


class DistributionFile(Protocol):
    """A wheel or an sdist.

    Args:
        path: the file.
        member: the path of METADATA or PKG-INFO in it.
        metadata: what that holds.
        signatures: the members that sign the others.
    """

    path: str
    member: str
    metadata: bytes
    signatures: tuple[str, ...]

    def write(self, target: IO[bytes], metadata: bytes, /) -> None:
        """Write a copy with other metadata, and without signatures."""


def open_distribution(path: str) -> DistributionFile:
    """Read the metadata of a wheel or an sdist.

    Args:
        path: the file; its name tells what it is.

    Raises:
        InvalidInputError: it is neither.
        ArchiveError: it is damaged, exceeds the limits, or has members that would be written elsewhere.
    """
    if path.endswith(".whl"):
        from extdeps.distribution.wheel import WheelFile

        return WheelFile(path)
    if path.endswith(".tar.gz"):
        return SdistFile(path)
    raise InvalidInputError(f"`{path}` is neither a wheel nor an sdist", hint="their names end in `.whl` and `.tar.gz`")


class SdistFile:
    """An sdist (PEP 625, PEP 643).

    Args:
        path: the file.
    """

    signatures: tuple[str, ...] = ()

    def __init__(self, path: str) -> None:
        self.path = path
        found = []
        with open_file(path) as file, refuse_damage(path):
            if os.fstat(file.fileno()).st_size > MAX_ARCHIVE_BYTES:
                raise ArchiveError(f"`{path}` is larger than {MAX_ARCHIVE_BYTES // 1024**3} GiB")
            with BoundedGzip(fileobj=file) as stream, tarfile.open(fileobj=stream, mode="r:") as archive:
                for member in iter_tar(archive, path):
                    refuse_astray(path, member.name, _target_of(member))
                    if member.isfile() and _is_metadata(member.name):
                        found.append((member, read_tar_member(archive, member, path)))
        if len(found) != 1:
            raise ArchiveError(f"`{path}` is not an sdist: it has {len(found) or 'no'} PKG-INFO at its top level")
        ((self._member, self.metadata),) = found
        self.member = self._member.name
        check_encoding(self)

    def write(self, target: IO[bytes], metadata: bytes, /) -> None:
        from extdeps.distribution.targz import replace_in_targz

        with open_file(self.path) as file:
            try:
                replace_in_targz(file, target, self._member, metadata)
            except (EOFError, BadGzipFile, zlib.error) as error:  # behind the end of the archive
                raise ArchiveError(f"`{self.path}` is damaged", context=(str(error),)) from error


def _is_metadata(member: str) -> bool:
    return member.removeprefix("./").partition("/")[2] == "PKG-INFO"


def _target_of(member: tarfile.TarInfo) -> str:
    """Where a link leads; a hard link is told from the top of the archive, a symbolic one from where it is."""
    if member.issym():
        return os.path.join(os.path.dirname(member.name), member.linkname)
    return member.linkname


def open_file(path: str) -> IO[bytes]:
    """Open a file to read it.

    Raises:
        ArchiveError: it cannot be read.
    """
    try:
        return open(path, "rb")
    except OSError as error:
        raise ArchiveError(f"`{path}` cannot be read", context=(error.strerror or str(error),)) from error


def check_encoding(file: DistributionFile) -> None:
    """Raise ArchiveError unless the metadata is in UTF-8, as Core Metadata has to be."""
    try:
        file.metadata.decode()
    except UnicodeDecodeError as error:
        raise ArchiveError(f"`{file.path}`: `{file.member}` is not in UTF-8", context=(str(error),)) from error


def refuse_astray(path: str, member: str, link: str = "") -> None:
    """Raise ArchiveError where a member, or what it links to, is not below the directory that it is unpacked into."""
    if leads_astray(member):
        raise ArchiveError(f"`{path}` has members that would be written elsewhere", context=(f"`{member}`",))
    if leads_astray(os.path.normpath(link)):
        raise ArchiveError(f"`{path}` has links that lead out of it", context=(f"`{member}` to `{link}`",))
