"""The cache of the GNU loader, byte by byte."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extdeps.loadercache import parse_loader_cache
from support.recorded import make_loader_cache

OLD_MAGIC = b"ld.so-1.7.0\0"
LIB = "/lib/x86_64-linux-gnu"
CACHE = make_loader_cache((f"{LIB}/libz.so.1", f"{LIB}/libssl.so.3"), "x86_64")
PAIRS = [("libz.so.1", f"{LIB}/libz.so.1"), ("libssl.so.3", f"{LIB}/libssl.so.3")]


def make_cache(*entries: tuple[int, str], order: str = "<") -> bytes:
    """A cache of libraries with the flags of each."""
    strings = b""
    table = b""
    start = 48 + 24 * len(entries)
    for flags, path in entries:
        key = start + len(strings)
        strings += path.rpartition("/")[2].encode() + b"\0"
        table += struct.pack(f"{order}iIIIQ", flags, key, start + len(strings), 0, 0)
        strings += path.encode() + b"\0"
    head = struct.pack(f"{order}20sIIB3x4x3I", b"glibc-ld.so.cache1.1", len(entries), len(strings), 0, 0, 0, 0)
    return head + table + strings


def test_the_libraries_in_the_order_of_the_cache() -> None:
    assert parse_loader_cache(CACHE, "x86_64") == PAIRS


def test_an_empty_cache() -> None:
    assert parse_loader_cache(make_cache(), "x86_64") == []


@pytest.mark.parametrize(
    ("machine", "paths"),
    [
        ("x86_64", ["/lib64/libz.so.1"]),
        ("aarch64", ["/arm/libz.so.1"]),
        ("ppc64le", ["/power/libz.so.1"]),
        ("riscv64", ["/risc/libz.so.1"]),
        ("i686", ["/lib/libz.so.1", "/lib64/libz.so.1", "/arm/libz.so.1", "/power/libz.so.1", "/risc/libz.so.1"]),
    ],
)
def test_libraries_of_other_architectures_are_left_out(machine: str, paths: list[str]) -> None:
    cache = make_cache(
        (0x0003, "/lib/libz.so.1"),
        (0x0303, "/lib64/libz.so.1"),
        (0x0A03, "/arm/libz.so.1"),
        (0x0503, "/power/libz.so.1"),
        (0x1003, "/risc/libz.so.1"),
    )
    assert [path for _, path in parse_loader_cache(cache, machine)] == paths


def test_a_cache_that_begins_in_the_old_format() -> None:
    old = OLD_MAGIC + struct.pack("<Iiii", 1, 3, 0, 10) + b"libz.so.1\0/lib/libz.so.1\0".ljust(32, b"\0")
    assert parse_loader_cache(old + CACHE, "x86_64") == PAIRS


@pytest.mark.parametrize(
    "content",
    [
        b"",
        OLD_MAGIC,
        b"x" + CACHE,  # neither the new format nor the old one before it
        b"glibc-ld.so.cache1.0" + CACHE[20:],
        CACHE[:20],
        CACHE[:60],
        CACHE[:-1],
        CACHE[:20] + b"\xff\xff\xff\xff" + CACHE[24:],
        CACHE[:52] + b"\xff\xff\xff\xff" + CACHE[56:],
    ],
)
def test_a_cache_of_another_layout_holds_nothing(content: bytes) -> None:
    assert parse_loader_cache(content, "x86_64") == []


def test_a_name_that_is_not_text() -> None:
    cache = CACHE.replace(b"libz.so.1\0/", b"lib\xff.so.1\0/", 1)
    assert parse_loader_cache(cache, "x86_64")[0][0] == "lib\N{REPLACEMENT CHARACTER}.so.1"


def test_a_cache_of_a_big_endian_machine() -> None:
    assert parse_loader_cache(make_cache((0x0403, "/lib/libz.so.1"), order=">"), "s390x") == [
        ("libz.so.1", "/lib/libz.so.1")
    ]


@given(st.binary(max_size=200), st.sampled_from(("x86_64", "aarch64", "i686", "")))
@example(b"\xff" * 200, "i686")
def test_any_bytes_are_read(content: bytes, machine: str) -> None:
    parse_loader_cache(content, machine)
    parse_loader_cache(b"glibc-ld.so.cache1.1" + content, machine)
    parse_loader_cache(OLD_MAGIC + content + b"glibc-ld.so.cache1.1" + content, machine)
    parse_loader_cache(CACHE[:48] + content, machine)


@given(st.integers(0, len(CACHE) - 1), st.integers(0, 255), st.integers(0, len(CACHE)))
def test_any_byte_may_be_wrong(position: int, byte: int, end: int) -> None:
    content = bytearray(CACHE)
    content[position] = byte
    parse_loader_cache(bytes(content[:end]), "x86_64")
    parse_loader_cache(bytes(content), "x86_64")
