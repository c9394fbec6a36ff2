"""The readers of ELF, Mach-O and PE: what a loader is told, and what damaged files do."""

from __future__ import annotations

import contextlib
import io
import shutil
import struct
import subprocess
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extdeps.audit.binary import Binary, find_format
from extdeps.audit.reader import read_binary
from extdeps.audit.stream import Budget, MalformedError, Stream
from support.binaries import make_elf, make_macho, make_pe, make_universal


def stream_of(content: bytes, *, budget: int = 1 << 30) -> Stream:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("member", content)
    opened = zipfile.ZipFile(buffer)
    return Stream(opened, opened.infolist()[0], Budget(budget))


def read(content: bytes, name: str = "libspam.so.1") -> Binary | None:
    stream = stream_of(content)
    try:
        return read_binary(stream, name)
    finally:
        stream.close()


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ["<", ">"])
def test_elf(bits: int, order: str) -> None:
    found = read(make_elf("libspam.so.1", ("libz.so.1", "libc.so.6"), bits=bits, order=order))
    assert found == Binary(format="elf", kind="library", soname="libspam.so.1", needed=("libz.so.1", "libc.so.6"))


@pytest.mark.parametrize("bits", [32, 64])
@pytest.mark.parametrize("order", ["<", ">"])
def test_macho(bits: int, order: str) -> None:
    needed = ("@loader_path/libz.1.dylib", "/usr/lib/libSystem.B.dylib")
    found = read(make_macho("@rpath/libspam.dylib", needed, bits=bits, order=order), "libspam.dylib")
    assert found == Binary(format="macho", kind="library", soname="@rpath/libspam.dylib", needed=needed)


@pytest.mark.parametrize("bits", [32, 64])
def test_pe(bits: int) -> None:
    found = read(make_pe("spam.dll", ("zlib1.dll", "KERNEL32.dll"), delayed=("eggs.dll",), bits=bits), "spam-0.dll")
    assert found == Binary(
        format="pe", kind="library", soname="spam.dll", needed=("zlib1.dll", "KERNEL32.dll", "eggs.dll")
    )


def test_a_universal_file_needs_what_any_architecture_needs() -> None:
    found = read(make_universal(make_macho("libx.dylib", ("a",)), make_macho("libx.dylib", ("a", "b"))), "libx.dylib")
    assert found == Binary(format="macho", kind="library", soname="libx.dylib", needed=("a", "b"))


@pytest.mark.parametrize(
    ("content", "name", "kind"),
    [
        (make_elf(needed=("libz.so.1",)), "_spam.cpython-312-x86_64-linux-gnu.so", "extension"),
        (make_elf(), "_spam.abi3.so", "extension"),
        (make_elf(symbols=("PyInit__spam",)), "_spam.so", "extension"),
        (make_elf(symbols=("PyInit_eggs",)), "_spam.so", "library"),
        (make_elf("libspam.so", symbols=("PyInit_libspam",)), "libspam.so", "library"),
        (make_macho(kind=8), "_spam.so", "extension"),
        (make_macho("_spam.so"), "_spam.so", "extension"),
        (make_macho("libspam.so"), "libspam.so", "library"),
        (make_macho(kind=2), "spam", "program"),
        (make_pe(), "_spam.cp312-win_amd64.pyd", "extension"),
        (make_pe(), "_spam.pyd", "extension"),
        (make_pe(), "spam.dll", "library"),
        (make_pe(flags=2), "spam.exe", "program"),
    ],
)
def test_kinds(content: bytes, name: str, kind: str) -> None:
    found = read(content, name)
    assert found is not None
    assert found.kind == kind


@pytest.mark.parametrize(
    "content",
    [
        b"#!/bin/sh\n echo",
        b"GIF89a......",
        make_macho(kind=1),
        b"\x7fELF\x02\x01\x01".ljust(16, b"\0") + b"\x01\0".ljust(60, b"\0"),
        b"MZ".ljust(200, b"\0"),
        b"\xca\xfe\xba\xbe\0\0\0\x34 a class of Java",
    ],
    ids=["script", "picture", "object", "elf-object", "dos", "java"],
)
def test_what_no_loader_takes(content: bytes) -> None:
    assert read(content, "spam") is None


def changed(content: bytes, offset: int, form: str, value: int) -> bytes:
    return content[:offset] + struct.pack(form, value) + content[offset + struct.calcsize(form) :]


ELF, PE, MACHO = make_elf("libx.so", ("liby.so",)), make_pe("x.dll", ("y.dll",)), make_macho("x", ("y",))


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (ELF[:40], "it ends before its headers do"),
        (ELF[:100], "it ends before its headers do"),
        (changed(ELF, 4, "B", 9), "an ELF file of no known class"),
        (changed(ELF, 56, "<H", 0xFFFF), "an ELF file of 65535 segments"),
        (changed(ELF, 54, "<H", 1), "an ELF file whose segments are too small"),
        (changed(ELF, 32, "<Q", 1 << 62), "it ends before its headers do"),
        (changed(ELF, 64 + 56 + 32, "<Q", 100_000_000), "an ELF file with a dynamic section of 100000000 bytes"),
        (changed(ELF, 64 + 16, "<Q", 1 << 40), "an ELF file whose names are nowhere"),
        (make_elf(needed=tuple(f"{n}" for n in range(5000))), "an ELF file that needs more than 4096 libraries"),
        (make_elf("x" * 5000), "it has a name that does not end"),
        (changed(PE, 60, "<I", 0xFFFFFFF0), "a DLL without its PE header"),
        (changed(PE, 70, "<H", 0xFFFF), "a PE file of 65535 sections"),
        (changed(PE, 88, "<H", 7), "a PE file of no known kind"),
        (changed(PE, 88 + 112 + 8, "<I", 0x7FFFFFFF), "a PE file whose tables are nowhere"),
        (make_pe(needed=tuple(f"{n}" for n in range(5000))), "a PE file that needs more than 4096 libraries"),
        (changed(MACHO, 20, "<I", 0x7FFFFFFF), "a Mach-O file with load commands of 2147483647 bytes"),
        (changed(MACHO, 16, "<I", 99), "a Mach-O file with fewer load commands than it says"),
        (changed(MACHO, 36, "<I", 0), "a Mach-O file with a load command of 0 bytes"),
        (make_universal(*[MACHO] * 17), "a universal Mach-O file of 17 architectures"),
        (make_universal(ELF), "a universal Mach-O file with something else in it"),
    ],
)
def test_what_is_damaged(content: bytes, reason: str) -> None:
    with pytest.raises(MalformedError) as caught:
        read(content, "x.dll")
    assert str(caught.value) == reason


def test_section_headers_do_not_matter() -> None:
    """A count of sections that stands for 100 MB of them is not even read."""
    spoilt = changed(changed(ELF, 60, "<H", 0xFFFF), 40, "<Q", 1 << 60)
    assert read(spoilt) == read(ELF)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([ELF, PE, MACHO, make_universal(MACHO)]), st.integers(4, 600), st.binary(min_size=1, max_size=8))
def test_any_damage_is_told(content: bytes, offset: int, noise: bytes) -> None:
    spoilt = content[:offset] + noise + content[offset + len(noise) :]
    with contextlib.suppress(MalformedError):
        read(spoilt, "x.dll")


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 3_100_000), st.integers(0, 70_000)), max_size=12))
def test_a_stream_reads_what_is_there(pieces: list[tuple[int, int]]) -> None:
    stream = STREAM
    for offset, size in pieces:
        assert stream.read(offset, size) == CONTENT[offset : offset + size]


CONTENT = b"".join(struct.pack("<I", number * 2654435761 % 2**32) for number in range(750_000))
STREAM = stream_of(CONTENT, budget=1 << 40)


def test_a_stream_has_limits() -> None:
    with pytest.raises(MalformedError, match=r"^the wheel unpacks to more than is read of one$"):
        stream_of(CONTENT, budget=1000).read(0, 10)
    with pytest.raises(MalformedError, match=r"^a table of 5000000 bytes$"):
        STREAM.read(0, 5_000_000)


def test_formats() -> None:
    assert [find_format(content[:8]) for content in (ELF, PE, MACHO, make_universal(MACHO), b"PK\3\4....")] == [
        "elf",
        "pe",
        "macho",
        "macho",
        None,
    ]


def test_what_a_compiler_makes(tmp_path: Path) -> None:
    compiler = shutil.which("cc")
    assert compiler, "a C compiler is needed"
    source = tmp_path / "spam.c"
    source.write_text("int spam(void) { return 1; }\nint PyInit_eggs(void) { return spam(); }\n")
    library, module = tmp_path / "libspam.so.1", tmp_path / "eggs.so"
    subprocess.run([compiler, "-shared", "-fPIC", "-Wl,-soname,libspam.so.1", "-o", library, source], check=True)
    source.write_text("int spam(void);\nint PyInit_eggs(void) { return spam(); }\n")
    subprocess.run([compiler, "-shared", "-fPIC", "-o", module, source, library], check=True)
    found = read(library.read_bytes(), library.name)
    assert found is not None
    assert (found.kind, found.soname) == ("library", "libspam.so.1")
    found = read(module.read_bytes(), module.name)
    assert found is not None
    assert (found.kind, found.needed[0]) == ("extension", "libspam.so.1")
    program = shutil.which("sh")
    assert program
    found = read(Path(program).read_bytes(), "sh")
    assert found == Binary(format="elf", kind="program")
