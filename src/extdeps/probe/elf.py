"""The run path of an ELF program: where the loader looks before its cache (ELF gABI, "Dynamic Section")."""

from __future__ import annotations

import struct

_DT_STRTAB, _DT_RPATH, _DT_RUNPATH = 5, 15, 29
_PT_LOAD, _PT_DYNAMIC = 1, 2


def read_run_path(content: bytes) -> tuple[str, ...]:
    """The directories of DT_RPATH and DT_RUNPATH of a 64-bit ELF file, `$ORIGIN` unexpanded; empty for others."""
    if content[:5] != b"\x7fELF\x02" or len(content) < 64:
        return ()
    order = "<" if content[5] == 1 else ">"
    try:
        (offset,) = struct.unpack_from(f"{order}Q", content, 32)
        size, count = struct.unpack_from(f"{order}HH", content, 54)
        segments = [struct.unpack_from(f"{order}IIQQQQ", content, offset + index * size) for index in range(count)]
        tags = dict(_iter_tags(content, order, segments))
        table = tags.get(_DT_STRTAB, 0)
        base = next(
            seg[2] + table - seg[3] for seg in segments if seg[0] == _PT_LOAD and seg[3] <= table < seg[3] + seg[5]
        )
        texts = [_string(content, base + tags[tag]) for tag in (_DT_RPATH, _DT_RUNPATH) if tag in tags]
    except (struct.error, StopIteration, ValueError, OverflowError):
        return ()
    return tuple(part for text in texts for part in text.split(":") if part)


def _iter_tags(content: bytes, order: str, segments: list[tuple[int, ...]]):  # type: ignore[no-untyped-def]
    for kind, _flags, offset, _vaddr, _paddr, size in segments:
        if kind == _PT_DYNAMIC:
            for position in range(offset, offset + size, 16):
                yield struct.unpack_from(f"{order}qQ", content, position)


def _string(content: bytes, offset: int) -> str:
    return content[offset : content.index(b"\0", offset)].decode("utf-8", "replace")
