"""What a wheel and an sdist have in common as files: where their Core Metadata is, and what neither may hold."""

from __future__ import annotations

import os

from extdeps.audit.archive import leads_astray
from extdeps.errors import ArchiveError

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
