"""The import and export tables of a DLL (Microsoft's "PE Format", "The .idata Section", "The .edata Section")."""

from __future__ import annotations

import struct

from extdeps.audit.binary import Binary
from extdeps.audit.names import is_extension_name
from extdeps.audit.stream import MalformedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.audit.stream import Stream

_DLL = 0x2000
_EXPORT, _IMPORT, _DELAYED = 0, 1, 13
_MAX_SECTIONS = 256
_MAX_IMPORTS = 4096

Section = tuple[int, int, int]
"""Address, size in the file, offset in the file."""


def read_pe(stream: Stream, name: str) -> Binary | None:
    """Read a PE file.

    Args:
        stream: its content.
        name: its file name.

    Returns:
        What it is; None for a program of DOS, which begins the same.

    Raises:
        MalformedError: it is damaged.
    """
    (start,) = struct.unpack_from("<I", stream.get(0, 64), 60)
    if stream.read(start, 4) != b"PE\0\0":
        if name.lower().endswith((".dll", ".pyd")):
            raise MalformedError("a DLL without its PE header")
        return None
    _machine, sections, _time, _symbols, _count, length, flags = struct.unpack("<HHIIIHH", stream.get(start + 4, 20))
    if sections > _MAX_SECTIONS:
        raise MalformedError(f"a PE file of {sections} sections")
    if not flags & _DLL:
        return Binary(format="pe", kind="program")
    directories = _read_directories(stream.get(start + 24, length))
    layout = list(_iter_sections(stream.get(start + 24 + length, 40 * sections)))
    names = [*_iter_imports(stream, directories, layout), *_iter_delayed(stream, directories, layout)]
    own = _read_export_name(stream, directories, layout)
    texts = {offset: stream.text(offset) for offset in sorted({*names, *own})}
    return Binary(
        format="pe",
        kind="extension" if is_extension_name(name) else "library",
        soname=texts[own[0]] if own else "",
        needed=tuple(dict.fromkeys(texts[offset] for offset in names)),
    )


def _read_directories(header: bytes) -> dict[int, tuple[int, int]]:
    """The address and size of each table that the optional header names."""
    magics = {0x10B: 92, 0x20B: 108}
    (magic,) = struct.unpack_from("<H", header, 0)
    if magic not in magics:
        raise MalformedError("a PE file of no known kind")
    place = magics[magic]
    (count,) = struct.unpack_from("<I", header, place)
    rows = struct.iter_unpack("<II", header[place + 4 : place + 4 + 8 * min(count, 16)])
    return {index: row for index, row in enumerate(rows) if row[0]}


def _iter_sections(table: bytes) -> Iterator[Section]:
    for _name, _size, address, length, offset, _rest in struct.iter_unpack("<8sIIII16s", table):
        yield address, length, offset


def _find_offset(layout: list[Section], address: int) -> int:
    """Where in the file an address is loaded from."""
    for start, length, offset in layout:
        if start <= address < start + length:
            return offset + address - start
    raise MalformedError("a PE file whose tables are nowhere")


def _iter_rows(
    stream: Stream, directory: tuple[int, int] | None, layout: list[Section], form: str
) -> Iterator[tuple[int, ...]]:
    """The rows of a table that ends with an empty one."""
    if directory is None:
        return
    size = struct.calcsize(form)
    start = _find_offset(layout, directory[0])
    for index in range(_MAX_IMPORTS):
        row = stream.get(start + index * size, size)
        if not any(row):
            return
        yield struct.unpack(form, row)
    raise MalformedError(f"a PE file that needs more than {_MAX_IMPORTS} libraries")


def _iter_imports(stream: Stream, directories: dict[int, tuple[int, int]], layout: list[Section]) -> Iterator[int]:
    """Where the names of the imported libraries are."""
    for row in _iter_rows(stream, directories.get(_IMPORT), layout, "<IIIII"):
        yield _find_offset(layout, row[3])


def _iter_delayed(stream: Stream, directories: dict[int, tuple[int, int]], layout: list[Section]) -> Iterator[int]:
    """Where the names of those are that are only loaded when they are used."""
    for row in _iter_rows(stream, directories.get(_DELAYED), layout, "<IIIIIIII"):
        if row[0] & 1:  # addresses are relative, as compilers have written them for long
            yield _find_offset(layout, row[1])


def _read_export_name(
    stream: Stream, directories: dict[int, tuple[int, int]], layout: list[Section]
) -> tuple[int, ...]:
    """Where the name is that a DLL was linked as, if it exports anything."""
    directory = directories.get(_EXPORT)
    if directory is None:
        return ()
    row = struct.unpack("<IIHHI", stream.get(_find_offset(layout, directory[0]), 16))
    return (_find_offset(layout, row[4]),) if row[4] else ()
