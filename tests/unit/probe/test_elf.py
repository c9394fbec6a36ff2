"""The run path of hand-made ELF files, and the libraries that a Python finds through its own."""

from __future__ import annotations

import struct

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from extdeps.interpreter import Distributor, Interpreter
from extdeps.probe.elf import read_run_path
from extdeps.probe.library import Libraries
from support.recorded import RecordedHost

DT_NULL, DT_NEEDED, DT_STRTAB, DT_RPATH, DT_RUNPATH = 0, 1, 5, 15, 29
PT_LOAD, PT_DYNAMIC = 1, 2
ADDRESS = 0x400000


def make_elf(paths: dict[int, str], order: str = "<", *, segments: tuple[int, ...] = (PT_LOAD, PT_DYNAMIC)) -> bytes:
    """A 64-bit file of one loaded segment and its dynamic section: header, two segments, tags, strings."""
    strings = b"\0"
    tags = [(DT_NEEDED, 0)]
    for tag, path in paths.items():
        tags.append((tag, len(strings)))
        strings += path.encode() + b"\0"
    start = 64 + 2 * 56
    table = start + 16 * (len(tags) + 2)
    tags += [(DT_STRTAB, ADDRESS + table), (DT_NULL, 0)]
    dynamic = b"".join(struct.pack(f"{order}qQ", *tag) for tag in tags)
    size = table + len(strings)
    places = {PT_LOAD: (0, ADDRESS, size), PT_DYNAMIC: (start, ADDRESS + start, len(dynamic))}
    headers = b""
    for kind in segments:
        offset, address, length = places[kind]
        headers += struct.pack(f"{order}IIQQQQQQ", kind, 4, offset, address, address, length, length, 8)
    ident = b"\x7fELF\x02" + (b"\x01" if order == "<" else b"\x02") + b"\x01".ljust(10, b"\0")
    head = ident + struct.pack(f"{order}HHIQQQIHHHHHH", 3, 62, 1, ADDRESS, 64, 0, 0, 64, 56, len(segments), 0, 0, 0)
    return head + headers.ljust(2 * 56, b"\0") + dynamic + strings


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(
    ("paths", "expected"),
    [
        ({DT_RUNPATH: "$ORIGIN/../lib"}, ("$ORIGIN/../lib",)),
        ({DT_RPATH: "/opt/lib"}, ("/opt/lib",)),
        ({DT_RUNPATH: "/new:/newer", DT_RPATH: "/old"}, ("/old", "/new", "/newer")),
        ({DT_RUNPATH: "/a::/b:"}, ("/a", "/b")),
        ({DT_RUNPATH: ""}, ()),
        ({DT_RUNPATH: "/ü"}, ("/ü",)),
        ({}, ()),
    ],
)
def test_run_path(paths: dict[int, str], order: str, expected: tuple[str, ...]) -> None:
    assert read_run_path(make_elf(paths, order)) == expected


def test_a_program_that_is_linked_statically_has_none() -> None:
    assert read_run_path(make_elf({DT_RUNPATH: "/a"}, segments=(PT_LOAD,))) == ()


def test_strings_that_no_segment_holds() -> None:
    assert read_run_path(make_elf({DT_RUNPATH: "/a"}, segments=(PT_DYNAMIC,))) == ()


WHOLE = make_elf({DT_RUNPATH: "/a"})


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"#!/bin/sh\n",
        b"\x7fELF",
        b"\x7fELF\x01\x01" + WHOLE[6:],  # 32 bits
        b"\x7fELF\x02\x01",
        WHOLE[:60],
        WHOLE[:100],
        WHOLE[:-1],
        WHOLE[:54] + b"\xff\xff\xff\xff" + WHOLE[58:],
        b"\xcf\xfa\xed\xfe" + WHOLE[4:],  # Mach-O
    ],
)
def test_what_is_no_such_file(content: bytes) -> None:
    assert read_run_path(content) == ()


@pytest.mark.parametrize("content", [b"\x7fELF\x02", WHOLE[:32] + b"\xff" * 8 + WHOLE[40:]])
def test_a_header_that_leads_beyond_the_file(content: bytes) -> None:
    assert read_run_path(content) == ()


@given(st.binary(max_size=300))
@example(b"\x7fELF\x02")
def test_any_bytes_are_read(content: bytes) -> None:
    read_run_path(content)
    read_run_path(b"\x7fELF\x02\x01" + bytes(26) + b"\x40".ljust(8, b"\0") + content)


@given(st.integers(64, len(WHOLE) - 1), st.integers(0, 255))
def test_any_byte_may_be_wrong(position: int, byte: int) -> None:
    content = bytearray(WHOLE)
    if 64 <= position < 176 and position % 8 == 7:
        byte &= 0x7F  # an offset that is too large is the bug above
    content[position] = byte
    read_run_path(bytes(content))


# the loader of the Python that decides


def libraries(
    run_path: str, *files: str, distributor: Distributor = "other", links: dict[str, str] | None = None
) -> Libraries:
    python = Interpreter(
        executable="/opt/python/bin/python3",
        prefix="/opt/python",
        base_prefix="/opt/python",
        version="3.13.5",
        distributor=distributor,
    )
    program = make_elf({DT_RUNPATH: run_path})
    return Libraries(
        RecordedHost(files={"/opt/python/bin/python3.13": program}, empty=files, links={**LINKS, **(links or {})}),
        python,
        (),
    )


LINKS = {"/opt/python/bin/python3": "python3.13"}


@pytest.mark.parametrize("run_path", ["$ORIGIN/../lib", "${ORIGIN}/../lib", "/nosuch:/opt/python/lib"])
def test_a_library_below_the_run_path_of_the_python(run_path: str) -> None:
    found = libraries(run_path, "/opt/python/lib/libffi.so.8").find_loadable(("ffi", "z"))
    assert [(item.location, item.origin) for item in found.values()] == [
        ("/opt/python/lib/libffi.so.8", "the run path of /opt/python/bin/python3.13")
    ]


def test_what_the_loader_finds_anyway_comes_before_the_run_path() -> None:
    found = libraries("$ORIGIN/../lib", "/opt/python/lib/libffi.so.8", "/usr/lib/libffi.so.7").find_loadable(("ffi",))
    assert found["ffi"].location == "/usr/lib/libffi.so.7"


def test_the_run_path_of_a_python_of_the_system_is_not_read() -> None:
    found = libraries("$ORIGIN/../lib", "/opt/python/lib/libffi.so.8", distributor="system").find_loadable(("ffi",))
    assert found == {}


def test_a_machine_without_python_has_no_run_path() -> None:
    python = Interpreter(executable="", prefix="/usr", base_prefix="/usr", version="")
    assert Libraries(RecordedHost(), python, ()).find_loadable(("ffi",)) == {}
