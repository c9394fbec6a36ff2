"""Native code of any format, told by its first bytes."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from extdeps.model.wheelaudit import Format

    Kind = Literal["library", "extension", "program"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Binary:
    """What the loader is told by a file.

    Args:
        format: of the file.
        kind: a shared library, an extension module of Python, or a program.
        soname: the name that others ask for, or empty.
        needed: the names that it asks for.
    """

    format: Format
    kind: Kind
    soname: str = ""
    needed: tuple[str, ...] = ()


_FAT_CLASS_FILE = 0x2D
"""Java's class files begin as universal binaries do; what there is a count of architectures is a version here."""


def find_format(head: bytes) -> Format | None:
    """The format of native code by the first bytes of a file, at least 8 of them; None where it is something else."""
    if head[:4] == b"\x7fELF":
        return "elf"
    if head[:2] == b"MZ":
        return "pe"
    if head[:4] in (b"\xcf\xfa\xed\xfe", b"\xce\xfa\xed\xfe", b"\xfe\xed\xfa\xcf", b"\xfe\xed\xfa\xce"):
        return "macho"
    if head[:4] in (b"\xca\xfe\xba\xbe", b"\xca\xfe\xba\xbf") and int.from_bytes(head[4:8], "big") < _FAT_CLASS_FILE:
        return "macho"
    return None
