"""RECORD, which has the digest and size of every file of a wheel (PEP 376, PEP 427)."""

from __future__ import annotations

import csv
import hashlib
from base64 import urlsafe_b64encode

from extdeps.errors import ArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection


def replace_digest(record: bytes, member: str, content: bytes, *, origin: str, drop: Collection[str] = ()) -> bytes:
    """The RECORD of a wheel in which a member has another content; all other lines stay as they are.

    Args:
        record: as it was.
        member: the path of the member.
        content: what it holds now.
        origin: the wheel, for errors.
        drop: the paths of members that the wheel has no more.

    Raises:
        ArchiveError: the RECORD cannot be read, or has not just one line for the member.
    """
    kept, found = [], 0
    for line in record.splitlines(keepends=True):
        path, digest = _read_line(line, origin)
        if path == member:
            found += 1
            text = line.rstrip()
            written = text.rsplit(b",", 2)[0]  # quoted as it was
            kept.append(b"%b,%b,%d%b" % (written, _digest(content, digest), len(content), line[len(text) :]))
        elif path not in drop:
            kept.append(line)
    if found != 1:
        raise ArchiveError(f"`{origin}`: the RECORD has {found or 'no'} lines for `{member}`")
    return b"".join(kept)


def _read_line(line: bytes, origin: str) -> tuple[str, str]:
    """The path and the digest in a line."""
    try:
        path, digest = (*next(csv.reader([line.decode()]), ()), "", "")[:2]
    except (UnicodeDecodeError, csv.Error) as error:
        raise ArchiveError(f"`{origin}`: the RECORD cannot be read", context=(str(error),)) from error
    return path, digest


def _digest(content: bytes, before: str) -> bytes:
    """The digest of a content as RECORD writes it, by the algorithm of the one before."""
    algorithm = before.partition("=")[0]
    name = algorithm if algorithm in ("sha384", "sha512") else "sha256"
    return name.encode() + b"=" + urlsafe_b64encode(hashlib.new(name, content).digest()).rstrip(b"=")
