"""What a file of a wheel is, by the reader of its format."""

from __future__ import annotations

import struct

from extdeps.audit.binary import find_format
from extdeps.audit.stream import MalformedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.audit.binary import Binary
    from extdeps.audit.stream import Stream


def read_binary(stream: Stream, name: str) -> Binary | None:
    """Read a file of a wheel.

    Args:
        stream: its content.
        name: its file name, which tells the extension modules of CPython.

    Returns:
        What it is, or None where it is no native code that a loader takes.

    Raises:
        MalformedError: it looks like native code and is not.
    """
    format_ = find_format(stream.read(0, 8))
    if format_ is None:
        return None
    try:
        if format_ == "elf":
            from extdeps.audit.elf import read_elf as read
        elif format_ == "macho":
            from extdeps.audit.macho import read_macho as read
        else:
            from extdeps.audit.pe import read_pe as read
        return read(stream, name)
    except struct.error as error:
        raise MalformedError("it ends before its headers do") from error
