"""A wheel as a file: its METADATA, and its RECORD when that has changed (PEP 427)."""

from __future__ import annotations

import os
import stat

from extdeps.audit.archive import identify_wheel, open_wheel
from extdeps.declaration.archive import read_zip_member, refuse_damage
from extdeps.distribution.file import check_encoding, open_file, refuse_astray
from extdeps.distribution.record import replace_digest
from extdeps.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import IO
    from zipfile import ZipFile

SIGNATURES = ("RECORD.jws", "RECORD.p7s")
"""What signs a RECORD (PEP 427, "Signed wheel files")."""


class WheelFile:
    """A wheel.

    Args:
        path: the file.

    Raises:
        ArchiveError: it is no wheel, is damaged, exceeds the limits, or has members that would be written elsewhere.
    """

    def __init__(self, path: str) -> None:
        self.path = path
        with open_wheel(path) as archive, refuse_damage(path):
            self._directory = "{}-{}.dist-info".format(*identify_wheel(archive, path))
            self.member = f"{self._directory}/METADATA"
            names = set(archive.namelist())
            self.signatures = tuple(name for kind in SIGNATURES if (name := f"{self._directory}/{kind}") in names)
            for member in archive.infolist():
                if stat.S_ISLNK(member.external_attr >> 16):
                    link = read_zip_member(archive, member, path).decode("utf-8", "replace")
                    refuse_astray(path, member.filename, os.path.join(os.path.dirname(member.filename), link))
            self.metadata = read_zip_member(archive, archive.getinfo(self.member), path)
        check_encoding(self)

    def write(self, target: IO[bytes], metadata: bytes, /) -> None:
        from extdeps.distribution.zip import replace_in_zip

        with open_wheel(self.path) as archive, open_file(self.path) as source:
            name = f"{self._directory}/RECORD"
            record = replace_digest(
                self._read_record(archive, name), self.member, metadata, origin=self.path, drop=self.signatures
            )
            replace_in_zip(archive, source, target, {self.member: metadata, name: record}, self.signatures)

    def _read_record(self, archive: ZipFile, name: str) -> bytes:
        if archive.namelist().count(name) != 1:
            raise ArchiveError(f"`{self.path}` has {archive.namelist().count(name) or 'no'} RECORD files")
        with refuse_damage(self.path):
            return read_zip_member(archive, archive.getinfo(name), self.path)
