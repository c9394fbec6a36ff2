"""Archives are read in every compression; what is damaged or hostile is refused."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import sys
import tarfile
from collections.abc import Callable
from importlib import import_module

import pytest

from extdeps.curate.index import tararchive
from extdeps.curate.index.tararchive import iter_members
from extdeps.errors import FetchError
from support.archives import make_tar

zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    "plain": bytes,
    "gz": gzip.compress,
    "xz": lzma.compress,
    "bz2": bz2.compress,
    "zst": zstd.compress,
}
FILES = {"a/desc": "x" * 512, "a/files": "usr/\n", f"{'long/' * 40}desc": "long", "empty/desc": ""}
PLAIN = gzip.decompress(make_tar(FILES))
NEGATIVE = b"\xff" * 10 + b"\xfc\x00"
"""How a header writes -1024."""


def read(content: bytes) -> dict[str, bytes]:
    return dict(iter_members(content, "x.db", lambda path: path.endswith("desc")))


def make_header(size: int = 0, *, name: str = "a/desc", kind: bytes = tarfile.REGTYPE, raw: bytes = b"") -> bytes:
    """A header whose size may be one that no archive has."""
    member = tarfile.TarInfo(name)
    member.type = kind
    member.size = size
    header = bytearray(member.tobuf(tarfile.GNU_FORMAT))
    if raw:
        header[124:136] = raw
        header[148:156] = b" " * 8
        header[148:156] = b"%06o\0 " % sum(header)
    return bytes(header)


@pytest.mark.parametrize("compression", COMPRESS)
def test_reads_the_members_that_are_wanted(compression: str) -> None:
    wanted = {path: text.encode() for path, text in FILES.items() if path.endswith("desc")}
    assert read(COMPRESS[compression](PLAIN)) == wanted


def test_an_archive_without_members() -> None:
    assert read(make_tar({})) == {}


@pytest.mark.parametrize("compression", COMPRESS)
@pytest.mark.parametrize("size", [0, 3, 100, 512, 700, 1024, 2048])
def test_an_archive_that_breaks_off(compression: str, size: int) -> None:
    content = COMPRESS[compression](PLAIN[:size])
    with pytest.raises(FetchError) as caught:
        read(content)
    assert caught.value.message == "`x.db` is damaged"


@pytest.mark.parametrize("compression", [name for name in COMPRESS if name != "plain"])
@pytest.mark.parametrize("cut", [1, 9, 40])
def test_a_compression_that_breaks_off(compression: str, cut: int) -> None:
    with pytest.raises(FetchError) as caught:
        read(COMPRESS[compression](PLAIN)[:-cut])
    assert caught.value.message == "`x.db` is damaged"


def test_a_sum_that_is_wrong() -> None:
    content = bytearray(make_tar(FILES))
    content[-8] ^= 1
    with pytest.raises(FetchError) as caught:
        read(bytes(content))
    assert caught.value.message == "`x.db` is damaged"
    assert "CRC" in caught.value.context[0]


def test_what_is_no_archive() -> None:
    with pytest.raises(FetchError, match=r"`x\.db` is damaged"):
        read(b"<html>" + b"no archive " * 200)


def test_a_header_that_is_broken_in_the_middle() -> None:
    with pytest.raises(FetchError) as caught:
        read(make_header() + b"x" * 512 + bytes(1024))
    assert caught.value.context == ("it breaks off, or has a broken header",)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (make_header(2**40), f"a member of {2**40} bytes"),
        (make_header(2**30, kind=tarfile.GNUTYPE_LONGNAME), f"a header of {2**30} bytes"),
        (make_header(2**30, kind=tarfile.XHDTYPE), f"a header of {2**30} bytes"),
    ],
)
def test_sizes_that_no_archive_has(content: bytes, reason: str) -> None:
    with pytest.raises(FetchError) as caught:
        read(content + bytes(512) + b"x" * 4096)
    assert caught.value.context == (reason,)


@pytest.mark.parametrize("name", ["a/desc", "a/else"])
def test_a_negative_size_is_not_read_for_ever(name: str) -> None:
    content = make_header() + make_header(name=name, raw=NEGATIVE)
    with pytest.raises(FetchError, match=r"`x\.db` is damaged"):
        read(content + bytes(1024))


def test_headers_upon_headers() -> None:
    content = make_header(512, kind=tarfile.XHDTYPE) + bytes(512)
    with pytest.raises(FetchError, match=r"`x\.db` is damaged"):
        read(content * 5000)


def test_links_and_devices_are_no_files() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.DIRTYPE):
            member = tarfile.TarInfo("a/desc")
            member.type = kind
            member.linkname = "/etc/passwd"
            archive.addfile(member)
    assert read(buffer.getvalue()) == {}


@pytest.mark.parametrize(
    ("limit", "value", "reason"),
    [
        ("MAX_MEMBERS", 3, "it has more than 3 members"),
        ("MAX_MEMBER_BYTES", 511, "a member of 512 bytes"),
        ("MAX_TOTAL_BYTES", 4096, "it becomes larger than 0 GiB"),
    ],
)
def test_limits(monkeypatch: pytest.MonkeyPatch, limit: str, value: int, reason: str) -> None:
    monkeypatch.setattr(tararchive, limit, value)
    with pytest.raises(FetchError) as caught:
        read(make_tar(FILES))
    assert caught.value.context == (reason,)
