"""The load commands of a Mach-O file, universal or of one architecture (Apple's `mach-o/loader.h`, `mach-o/fat.h`)."""

from __future__ import annotations

import struct

from extdeps.audit.binary import Binary
from extdeps.audit.names import is_extension_name
from extdeps.audit.stream import MalformedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.audit.stream import Stream

_MAGIC = {
    b"\xcf\xfa\xed\xfe": ("<", 32),
    b"\xce\xfa\xed\xfe": ("<", 28),
    b"\xfe\xed\xfa\xcf": (">", 32),
    b"\xfe\xed\xfa\xce": (">", 28),
}
"""Byte order and size of the header."""

_FAT = {b"\xca\xfe\xba\xbe": (">IIIII", 2), b"\xca\xfe\xba\xbf": (">IIQQII", 2)}
"""An architecture in a universal file, and which of its fields is the offset."""

_MH_EXECUTE, _MH_DYLIB, _MH_BUNDLE = 2, 6, 8
_LC_ID_DYLIB = 0xD
_NEEDING = (0xC, 0x80000018, 0x8000001F, 0x80000023)
"""LC_LOAD_DYLIB, LC_LOAD_WEAK_DYLIB, LC_REEXPORT_DYLIB, LC_LOAD_UPWARD_DYLIB."""

_MAX_ARCHITECTURES = 16
_MAX_COMMANDS = 1024 * 1024


def read_macho(stream: Stream, name: str) -> Binary | None:
    """Read a Mach-O file; of a universal one what any architecture needs.

    Args:
        stream: its content.
        name: its file name.

    Returns:
        What it is; None for an object file and the like.

    Raises:
        MalformedError: it is damaged.
    """
    slices = [_read_slice(stream, offset) for offset in _find_slices(stream)]
    kind = slices[0][0]
    if kind == _MH_EXECUTE:
        return Binary(format="macho", kind="program")
    if kind not in (_MH_DYLIB, _MH_BUNDLE):
        return None
    # a bundle is what Python's own build tools make; CMake's default is a library that is called `.so`
    is_extension = kind == _MH_BUNDLE or is_extension_name(name)
    is_extension = is_extension or (name.endswith(".so") and not name.startswith("lib"))
    return Binary(
        format="macho",
        kind="extension" if is_extension else "library",
        soname=slices[0][1],
        needed=tuple(dict.fromkeys(text for _, _, needed in slices for text in needed)),
    )


def _find_slices(stream: Stream) -> list[int]:
    """Where each architecture begins, in the order of the file."""
    fat = _FAT.get(stream.get(0, 4))
    if fat is None:
        return [0]
    layout, field = fat
    (count,) = struct.unpack(">I", stream.get(4, 4))
    if not 0 < count <= _MAX_ARCHITECTURES:
        raise MalformedError(f"a universal Mach-O file of {count} architectures")
    table = stream.get(8, struct.calcsize(layout) * count)
    return sorted(row[field] for row in struct.iter_unpack(layout, table))


def _read_slice(stream: Stream, start: int) -> tuple[int, str, tuple[str, ...]]:
    """The type of the file, its install name and what it needs."""
    magic = stream.get(start, 4)
    if magic not in _MAGIC:
        raise MalformedError("a universal Mach-O file with something else in it")
    order, size = _MAGIC[magic]
    kind, count, length = struct.unpack_from(f"{order}III", stream.get(start, size), 12)
    if length > _MAX_COMMANDS:
        raise MalformedError(f"a Mach-O file with load commands of {length} bytes")
    table = stream.get(start + size, length)
    name = ""
    needed = []
    for command, text in _iter_names(table, order, count):
        if command == _LC_ID_DYLIB:
            name = text
        else:
            needed.append(text)
    return kind, name, tuple(needed)


def _iter_names(table: bytes, order: str, count: int) -> Iterator[tuple[int, str]]:
    """The load commands that name a library, with the name."""
    position = 0
    for _ in range(count):
        if position + 8 > len(table):
            raise MalformedError("a Mach-O file with fewer load commands than it says")
        command, size = struct.unpack_from(f"{order}II", table, position)
        if size < 8 or position + size > len(table):
            raise MalformedError(f"a Mach-O file with a load command of {size} bytes")
        if command == _LC_ID_DYLIB or command in _NEEDING:
            (offset,) = struct.unpack_from(f"{order}I", table, position + 8)
            yield command, table[position + offset : position + size].partition(b"\0")[0].decode("utf-8", "replace")
        position += size
