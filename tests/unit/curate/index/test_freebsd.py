"""The catalogue of FreeBSD's packages, in every archive that pkg writes."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import sys
import tarfile
from collections.abc import Callable
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from extdeps.curate.index.interface import Package
from extdeps.curate.index.table import open_index
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError, UsageError
from support.indexes import Pages, make_source

zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

ENTRIES = [
    {
        "name": "py311-lxml",
        "origin": "devel/py-lxml",
        "version": "5.3.0",
        "comment": "Pythonic binding for libxml2",
        "deps": {"libxml2": {"origin": "textproc/libxml2", "version": "2.11.9"}},
    },
    {"name": "gtkmm30", "version": "3.24"},
]
LINES = "".join(f"{json.dumps(entry)}\n" for entry in ENTRIES).encode()
PACKAGES = {
    "py311-lxml": Package(
        name="py311-lxml",
        repository="ports",
        version="5.3.0",
        depends=(("libxml2",),),
        provides=("devel/py-lxml",),
        summary="Pythonic binding for libxml2",
    ),
    "gtkmm30": Package(name="gtkmm30", repository="ports", version="3.24"),
}


def make_archive(content: bytes, name: str = "packagesite.yaml") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for path, data in (("FreeBSD.sig", b"signature"), (name, content)):
            member = tarfile.TarInfo(path)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return buffer.getvalue()


@pytest.mark.parametrize("compress", [zstd.compress, lzma.compress, bz2.compress, gzip.compress, bytes])
def test_a_catalogue(tmp_path: Path, compress: Callable[[bytes], bytes]) -> None:
    (tmp_path / "packagesite.pkg").write_bytes(compress(make_archive(LINES)))
    index = open_index(make_source("freebsd", tmp_path))
    assert index.packages() == PACKAGES
    assert (index.default_repositories, index.shows) == (("ports",), frozenset())
    assert list(index.find_files(frozenset(["zlib.h"]))) == []


def test_a_catalogue_without_archive(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(LINES)
    assert open_index(make_source("freebsd", tmp_path / "x.yaml")).packages() == PACKAGES


@pytest.mark.parametrize(("architecture", "abi"), [("amd64", "FreeBSD:14:amd64"), ("arm64", "FreeBSD:14:aarch64")])
def test_the_repository_of_a_release(architecture: str, abi: str) -> None:
    address = f"https://pkg.freebsd.org/{abi}/quarterly"
    pages = Pages({f"{address}/packagesite.pkg": zstd.compress(make_archive(LINES))})
    index = open_index(make_source("freebsd+14.2", fetcher=pages, architecture=architecture))
    assert (index.packages(), index.name) == (PACKAGES, address)


def test_what_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="`freebsd` names no release"):
        open_index(make_source("freebsd"))
    with pytest.raises(UntrustedIndexError):
        open_index(replace(make_source("freebsd", tmp_path), allow_unsigned=False))
    with pytest.raises(AbsentAddressError, match=r"has no `packagesite\.pkg`"):
        open_index(make_source("freebsd", tmp_path)).packages()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "empty"),
        (b"x" * 1000, "invalid header"),
        (make_archive(LINES)[:1600], "it breaks off"),
        (make_archive(b'{"name": "a"}\n{"name"'), "line 2 of `packagesite.yaml`: Expecting ':' delimiter"),
        (make_archive(b"[" * 100_000), "line 1 of `packagesite.yaml`: "),
        (make_archive(b"[]"), "line 1 of `packagesite.yaml`: `name` is not the name of a package"),
        (make_archive(b'{"name": 1}'), "line 1 of `packagesite.yaml`: `name` is not the name of a package"),
        (make_archive(b'{"name": "-o"}'), "line 1 of `packagesite.yaml`: `name` is not the name of a package"),
        (make_archive(b'{"name": "a;b"}'), "line 1 of `packagesite.yaml`: `name` is not the name of a package"),
        (make_archive(b'{"name": "a", "deps": [1]}'), "line 1 of `packagesite.yaml`: `deps` is not an object"),
    ],
)
def test_a_catalogue_that_is_wrong(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "packagesite.pkg").write_bytes(content)
    with pytest.raises(FetchError, match=r"packagesite\.pkg` (is damaged|is not what it should be)") as caught:
        open_index(make_source("freebsd", tmp_path)).packages()
    assert message in caught.value.context[0]


@pytest.mark.parametrize(
    ("content", "message"),
    [(make_archive(b""), "has no packages"), (make_archive(LINES, "data"), "has no packages"), (b"BZh", "is damaged")],
)
def test_a_catalogue_of_nothing(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "packagesite.pkg").write_bytes(content)
    with pytest.raises(FetchError, match=message):
        open_index(make_source("freebsd", tmp_path)).packages()
