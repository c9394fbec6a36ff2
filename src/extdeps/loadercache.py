"""The cache of the GNU dynamic loader: which shared libraries a program finds.

`ld.so.cache` is read instead of asking `ldconfig -p`, so that another root
file system answers too and no process is started. The layout is that of
glibc's `sysdeps/generic/dl-cache.h`.
"""

from __future__ import annotations

import struct

_OLD_MAGIC = b"ld.so-1.7.0\0"
_NEW_MAGIC = b"glibc-ld.so.cache1.1"
_HEADER = "20sIIB3x4x3I"
_ENTRY = "iIIIQ"
_HEADER_SIZE, _ENTRY_SIZE = 48, 24
_BIG_ENDIAN = ("s390x", "ppc64", "ppc")

_REQUIRED_FLAGS = {"x86_64": 0x0300, "aarch64": 0x0A00, "ppc64le": 0x0500, "s390x": 0x0400, "riscv64": 0x1000}
"""The bits of an entry's flags that name the ABI; an architecture that is not here takes every entry."""


def parse_loader_cache(content: bytes, machine: str) -> list[tuple[str, str]]:
    """The libraries of a loader cache.

    Args:
        content: the bytes of `/etc/ld.so.cache`.
        machine: the architecture whose libraries count.

    Returns:
        Pairs of soname and path, in the order of the cache; empty for a cache of another layout.
    """
    start = content.find(_NEW_MAGIC)
    if start < 0 or (start > 0 and not content.startswith(_OLD_MAGIC)):
        return []
    try:
        order = ">" if machine in _BIG_ENDIAN else "<"
        _magic, count, _strings, _flags, *_rest = struct.unpack_from(order + _HEADER, content, start)
        first = start + _HEADER_SIZE
        entries = [struct.unpack_from(order + _ENTRY, content, first + index * _ENTRY_SIZE) for index in range(count)]
        wanted = _REQUIRED_FLAGS.get(machine)
        return [
            (_string(content, start + key), _string(content, start + value))
            for flags, key, value, _os, _hwcap in entries
            if wanted is None or flags & 0xFF00 == wanted
        ]
    except (struct.error, ValueError):
        return []


def _string(content: bytes, offset: int) -> str:
    return content[offset : content.index(b"\0", offset)].decode("utf-8", "replace")
