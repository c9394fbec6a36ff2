"""The external fields of a METADATA or PKG-INFO file, read and replaced with every other byte kept (PEP 725)."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    Fields = tuple[tuple[str, str], ...]

REQUIRES = "Requires-External-Dep"
PROVIDES = "Provides-External-Extra"

_OWN = {name.lower(): name for name in (REQUIRES, PROVIDES)}
_FIELD = re.compile(rb"([!-9;-~]+):")


def read_fields(content: bytes) -> Fields:
    """The pairs of name and value of the external fields, in their order.

    Args:
        content: of a METADATA or PKG-INFO file, in UTF-8.
    """
    found = []
    for field in _split(content)[0]:
        name = _OWN.get(_name_of(field))
        if name:
            value = field.decode().partition(":")[2]
            found.append((name, " ".join(line.strip() for line in value.splitlines()).strip()))
    return tuple(found)


def replace_fields(content: bytes, fields: Fields) -> bytes:
    """The same file with other external fields, at the end of its header; the same bytes where they are there already.

    Args:
        content: of a METADATA or PKG-INFO file, in UTF-8.
        fields: pairs of name and value.
    """
    if read_fields(content) == fields:
        return content
    header, rest = _split(content)
    kept = [field for field in header if _name_of(field) not in _OWN]
    newline = b"\r\n" if kept and kept[0].endswith(b"\r\n") else b"\n"
    if kept and not kept[-1].endswith((b"\n", b"\r")):
        kept[-1] += newline
    written = (f"{name}: {value}".encode() + newline for name, value in fields)
    return b"".join((*kept, *written, rest))


def _split(content: bytes) -> tuple[list[bytes], bytes]:
    """The fields of the header, each with the lines that continue it, and the rest, as `email` tells them apart."""
    fields: list[bytes] = []
    for line in content.splitlines(keepends=True):
        if line.startswith((b" ", b"\t")) and fields:
            fields[-1] += line
        elif _FIELD.match(line):
            fields.append(line)
        else:
            break
    return fields, content[sum(map(len, fields)) :]


def _name_of(field: bytes) -> str:
    match = _FIELD.match(field)
    return match[1].decode().lower() if match else ""
