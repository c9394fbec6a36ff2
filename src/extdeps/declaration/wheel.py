"""A wheel: the METADATA of its dist-info directory (PEP 427)."""

from __future__ import annotations

import re

from extdeps.declaration.archive import read_members
from extdeps.declaration.metadata import parse_metadata
from extdeps.declaration.sdist import Distribution
from extdeps.errors import ArchiveError

_METADATA = re.compile(r"[^/]+\.dist-info/METADATA")


def read_wheel(content: bytes, *, name: str, subject: str) -> Distribution:
    """Read a wheel.

    Args:
        content: the archive.
        name: its file name.
        subject: what the user called it.

    Raises:
        ArchiveError: it is damaged, too large, or has no METADATA.
        DeclarationError: its declaration is wrong.
    """
    members = read_members(content, name, lambda path: _METADATA.fullmatch(path) is not None)
    if len(members) != 1:
        raise ArchiveError(f"`{name}` is not a wheel: it has {len(members) or 'no'} METADATA files")
    ((path, data),) = members.items()
    metadata = parse_metadata(data, subject=subject, origin=f"{name}: {path}")
    return Distribution(
        name=metadata.name, version=metadata.version, declaration=metadata.declaration, requires=metadata.requires
    )
