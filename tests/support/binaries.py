"""Native code with nothing in it but what a loader is told: ELF, Mach-O and PE files, and wheels of them."""

from __future__ import annotations

import struct
import zipfile
from collections.abc import Mapping
from pathlib import Path


def make_elf(
    soname: str = "", needed: tuple[str, ...] = (), *, symbols: tuple[str, ...] = (), bits: int = 64, order: str = "<"
) -> bytes:
    """A shared library of Linux."""
    strings = b"\0"
    places = {}
    for text in (soname, *needed, *symbols):
        places[text] = len(strings)
        strings += text.encode() + b"\0"
    is_64 = bits == 64
    head, row = (64, 56) if is_64 else (52, 32)
    table = head + 2 * row
    dynamic = table + len(strings)
    tags = [(1, places[name]) for name in needed] + ([(14, places[soname])] if soname else [])
    tags += [(5, table), (10, len(strings)), (0, 0)]
    section = b"".join(struct.pack(f"{order}{'qQ' if is_64 else 'iI'}", *tag) for tag in tags)
    size = dynamic + len(section)
    ident = b"\x7fELF" + bytes((2 if is_64 else 1, 1 if order == "<" else 2, 1)) + bytes(9)
    word = "Q" if is_64 else "I"
    header = ident + struct.pack(
        f"{order}HHI{word}{word}{word}IHHHHHH", 3, 62, 1, 0, head, 0, 0, head, row, 2, 64, 0, 0
    )
    segments = b""
    for kind, offset, length in ((1, 0, size), (2, dynamic, len(section))):
        if is_64:
            segments += struct.pack(f"{order}IIQQQQQQ", kind, 4, offset, offset, offset, length, length, 8)
        else:
            segments += struct.pack(f"{order}IIIIIIII", kind, offset, offset, offset, length, length, 4, 8)
    return header + segments + strings + section + bytes(64)


def make_macho(
    name: str = "", needed: tuple[str, ...] = (), *, kind: int = 6, order: str = "<", bits: int = 64
) -> bytes:
    """A library of macOS; a bundle has the kind 8, a program 2."""
    commands = []
    for command, text in ([(0xD, name)] if name else []) + [(0xC, text) for text in needed]:
        content = text.encode() + b"\0"
        content += bytes(-len(content) % 8)
        commands.append(struct.pack(f"{order}IIIIII", command, 24 + len(content), 24, 2, 0, 0) + content)
    commands.append(struct.pack(f"{order}II", 0x1B, 24) + bytes(16))  # LC_UUID, which names nothing
    body = b"".join(commands)
    magic = 0xFEEDFACF if bits == 64 else 0xFEEDFACE
    header = struct.pack(f"{order}IIIIIII", magic, 0x0100000C, 0, kind, len(commands), len(body), 0)
    return header + (bytes(4) if bits == 64 else b"") + body


def make_universal(*slices: bytes) -> bytes:
    """A universal file of macOS."""
    table = struct.pack(">II", 0xCAFEBABE, len(slices))
    offset = 4096
    rows, body = b"", b""
    for content in slices:
        rows += struct.pack(">IIIII", 7, 3, offset + len(body), len(content), 12)
        body += content + bytes(-len(content) % 4096)
    return (table + rows).ljust(4096, b"\0") + body


def make_pe(
    name: str = "", needed: tuple[str, ...] = (), *, delayed: tuple[str, ...] = (), flags: int = 0x2000, bits: int = 64
) -> bytes:
    """A DLL of Windows with one section, which is loaded at 0x1000."""
    base, start = 0x1000, 0x400
    tables = 40 + 20 * (len(needed) + 1) + 32 * (len(delayed) + 1)
    texts = b""
    places = {}
    for text in (name, *needed, *delayed):
        places[text] = base + tables + len(texts)
        texts += text.encode() + b"\0"
    section = struct.pack("<IIHHI", 0, 0, 0, 0, places[name] if name else 0).ljust(40, b"\0")
    section += b"".join(struct.pack("<IIIII", 1, 0, 0, places[item], 1) for item in needed) + bytes(20)
    section += b"".join(struct.pack("<IIIIIIII", 1, places[item], 1, 1, 1, 1, 0, 0) for item in delayed) + bytes(32)
    section += texts
    directories = [(0, 0)] * 16
    if name:
        directories[0] = (base, 40)
    if needed:
        directories[1] = (base + 40, 20 * (len(needed) + 1))
    if delayed:
        directories[13] = (base + 40 + 20 * (len(needed) + 1), 32 * (len(delayed) + 1))
    fixed = 108 if bits == 64 else 92
    optional = struct.pack("<H", 0x20B if bits == 64 else 0x10B).ljust(fixed, b"\0") + struct.pack("<I", 16)
    optional += b"".join(struct.pack("<II", *item) for item in directories)
    header = b"MZ".ljust(60, b"\0") + struct.pack("<I", 64) + b"PE\0\0"
    header += struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, len(optional), flags) + optional
    header += struct.pack("<8sIIII", b".rdata", len(section), base, len(section), start).ljust(40, b"\0")
    return header.ljust(start, b"\0") + section


def write_wheel(
    directory: Path, files: Mapping[str, bytes], *, name: str = "spam", version: str = "1.0", stored: bool = False
) -> Path:
    """Write a wheel with these members and its METADATA."""
    path = directory / f"{name}-{version}-cp312-abi3-linux_x86_64.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED) as archive:
        for member, content in files.items():
            archive.writestr(zipfile.ZipInfo(member) if stored else member, content)
        info = f"{name}-{version}.dist-info/METADATA"
        metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
        archive.writestr(zipfile.ZipInfo(info) if stored else info, metadata)
    return path
