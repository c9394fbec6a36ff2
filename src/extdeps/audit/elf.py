"""The dynamic section of an ELF file (ELF gABI, "Dynamic Section"), of either size and byte order.

Section headers are for linkers, and are not read: a loader goes by the segments alone.
"""

from __future__ import annotations

import struct

from extdeps.audit.binary import Binary
from extdeps.audit.names import is_extension_name
from extdeps.audit.stream import MalformedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.audit.stream import Stream

_ET_EXEC, _ET_DYN = 2, 3
_PT_LOAD, _PT_DYNAMIC, _PT_INTERP = 1, 2, 3
_DT_NULL, _DT_NEEDED, _DT_STRTAB, _DT_STRSZ, _DT_SONAME = 0, 1, 5, 10, 14

_MAX_SEGMENTS = 512
_MAX_DYNAMIC = 1024 * 1024
_MAX_NEEDED = 4096
_MAX_STRINGS = 512 * 1024 * 1024
_STEP = 1024 * 1024

Segment = tuple[int, int, int, int]
"""Type, offset, address and size in the file."""


def read_elf(stream: Stream, name: str) -> Binary | None:
    """Read an ELF file.

    Args:
        stream: its content.
        name: its file name.

    Returns:
        What it is; None for an object file or a core dump.

    Raises:
        MalformedError: it is damaged.
    """
    head = stream.get(0, 64)
    if head[4] not in (1, 2) or head[5] not in (1, 2):
        raise MalformedError("an ELF file of no known class")
    order, is_64 = "<" if head[5] == 1 else ">", head[4] == 2
    (kind,) = struct.unpack_from(f"{order}H", head, 16)
    if kind not in (_ET_EXEC, _ET_DYN):
        return None
    segments = _read_segments(stream, head, order, is_64=is_64)
    tags = _read_dynamic(stream, segments, order, is_64=is_64)
    table = next((value for tag, value in tags if tag == _DT_STRTAB), None)
    offsets = [value for tag, value in tags if tag == _DT_NEEDED]
    sonames = [value for tag, value in tags if tag == _DT_SONAME][:1]
    # some libraries can be run as well, and print their version; a program has no name that others ask for
    if kind == _ET_EXEC or (any(segment[0] == _PT_INTERP for segment in segments) and not sonames):
        return Binary(format="elf", kind="program")
    if table is None and not (offsets or sonames):
        return Binary(format="elf", kind="extension" if is_extension_name(name) else "library")
    base = _find_offset(segments, table or 0)
    texts = {offset: stream.text(base + offset) for offset in sorted({*offsets, *sonames})}
    soname = texts[sonames[0]] if sonames else ""
    needed = tuple(dict.fromkeys(texts[offset] for offset in offsets))
    length = next((value for tag, value in tags if tag == _DT_STRSZ), 0)
    is_extension = is_extension_name(name) or (
        not name.startswith("lib") and _defines(stream, base, length, f"PyInit_{name.partition('.')[0]}")
    )
    return Binary(format="elf", kind="extension" if is_extension else "library", soname=soname, needed=needed)


def _read_segments(stream: Stream, head: bytes, order: str, *, is_64: bool) -> list[Segment]:
    (start,) = struct.unpack_from(f"{order}{'Q' if is_64 else 'I'}", head, 32 if is_64 else 28)
    size, count = struct.unpack_from(f"{order}HH", head, 54 if is_64 else 42)
    if count > _MAX_SEGMENTS:
        raise MalformedError(f"an ELF file of {count} segments")
    if count and size < (56 if is_64 else 32):
        raise MalformedError("an ELF file whose segments are too small")
    table = stream.get(start, size * count)
    segments = []
    for position in range(0, size * count, size or 1):
        if is_64:
            kind, _flags, offset, address, _physical, length = struct.unpack_from(f"{order}IIQQQQ", table, position)
        else:
            kind, offset, address, _physical, length = struct.unpack_from(f"{order}IIIII", table, position)
        segments.append((kind, offset, address, length))
    return segments


def _read_dynamic(stream: Stream, segments: list[Segment], order: str, *, is_64: bool) -> list[tuple[int, int]]:
    """The tags of the dynamic section with their values, up to its end."""
    found = next((segment for segment in segments if segment[0] == _PT_DYNAMIC), None)
    if found is None:
        return []
    if found[3] > _MAX_DYNAMIC:
        raise MalformedError(f"an ELF file with a dynamic section of {found[3]} bytes")
    width = 16 if is_64 else 8
    table = stream.get(found[1], found[3] // width * width)
    tags: list[tuple[int, int]] = []
    for tag, value in struct.iter_unpack(f"{order}{'qQ' if is_64 else 'iI'}", table):
        if tag == _DT_NULL:
            break
        tags.append((tag, value))
    if sum(tag == _DT_NEEDED for tag, _ in tags) > _MAX_NEEDED:
        raise MalformedError(f"an ELF file that needs more than {_MAX_NEEDED} libraries")
    return tags


def _find_offset(segments: list[Segment], address: int) -> int:
    """Where in the file an address is loaded from."""
    for kind, offset, start, length in segments:
        if kind == _PT_LOAD and start <= address < start + length:
            return offset + address - start
    raise MalformedError("an ELF file whose names are nowhere")


def _defines(stream: Stream, base: int, length: int, symbol: str) -> bool:
    """Whether a symbol is among the names of an ELF file; what a module calls itself nobody else asks for."""
    wanted = f"\0{symbol}\0".encode()
    rest = b""
    for offset in range(base, base + min(length, _MAX_STRINGS), _STEP):
        piece = stream.read(offset, min(_STEP, base + length - offset))
        if wanted in rest + piece:
            return True
        if len(piece) < _STEP:
            return False
        rest = piece[-len(wanted) :]
    return False
