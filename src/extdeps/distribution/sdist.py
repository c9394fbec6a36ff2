"""An sdist as a file: its PKG-INFO (PEP 625, PEP 643)."""

from __future__ import annotations

import os
import tarfile
import zlib
from gzip import BadGzipFile

from extdeps.declaration.archive import MAX_ARCHIVE_BYTES, BoundedGzip, iter_tar, read_tar_member, refuse_damage
from extdeps.distribution.file import check_encoding, open_file, refuse_astray
from extdeps.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO


class SdistFile:
    """An sdist.

    Args:
        path: the file.

    Raises:
        ArchiveError: it is no sdist, is damaged, exceeds the limits, or has members that would be written elsewhere.
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
