"""conda channels: the newest build of each name, and what the packages on this machine ship."""

from __future__ import annotations

import bz2
import io
import json
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from extdeps.curate.index.conda import CondaIndex
from extdeps.curate.index.interface import ALL_KINDS, Package
from extdeps.curate.index.table import open_index
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError
from support.indexes import Pages, make_source

zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

CHANNEL = "https://conda.anaconda.org/conda-forge"


def entry(name: str, version: str = "1", number: int = 0, **fields: object) -> dict[str, object]:
    return {"name": name, "version": version, "build_number": number, **fields}


def repodata(packages: object = None, conda: object = None, **fields: object) -> bytes:
    sections = {"packages": packages or {}, "packages.conda": conda or {}}
    return json.dumps({"info": {"subdir": "noarch"}, **sections, "removed": [], **fields}).encode()


def write_channel(root: Path, **subdirs: bytes) -> Path:
    for name, content in subdirs.items():
        directory = root / name.replace("_", "-")
        directory.mkdir(parents=True)
        (directory / "repodata.json").write_bytes(content)
    return root


def open_channel(root: Path, architecture: str = "amd64") -> CondaIndex:
    index = open_index(make_source("conda-forge", root, architecture=architecture))
    assert isinstance(index, CondaIndex)
    return index


def test_the_newest_build_counts(tmp_path: Path) -> None:
    old = {
        "gdal-3.9.tar.bz2": entry("gdal", "3.9", 7, depends=["old"]),
        "zlib-1.tar.bz2": entry("zlib", "1.3.1", depends=["a"], timestamp=1),
        "zlib-2.tar.bz2": entry("zlib", "1.3.1", depends=["b"], timestamp=3),
        "zlib-3.tar.bz2": entry("zlib", "1.3.1", depends=["c"], timestamp=2),
    }
    new = {
        "gdal-3.10-1.conda": entry("gdal", "3.10", 1, depends=["first"]),
        "gdal-3.10-2.conda": entry("gdal", "3.10", 2, depends=["newest"]),
        "gdal-3.10-0.conda": entry("gdal", "3.10"),
    }
    v3 = {"conda": {"six-1-0": entry("six", depends=["python"])}, "whl": {"no": 1}}
    root = write_channel(tmp_path, linux_64=repodata(old, new), noarch=repodata(v3=v3))
    assert open_channel(root).packages() == {
        "gdal": Package(name="gdal", repository="conda-forge", depends=(("newest",),), version="3.10"),
        "zlib": Package(name="zlib", repository="conda-forge", depends=(("b",),), version="1.3.1"),
        "six": Package(name="six", repository="conda-forge", depends=(("python",),), version="1"),
    }


def test_the_names_in_specs(tmp_path: Path) -> None:
    depends = [
        "libzlib >=1.3,<2.0a0",
        "libzlib 1.*",
        "__glibc >=2.17",
        "conda-forge::blas[version='1', build=*mkl]",
        "python>=3.8",
        "pywin32; if __win",
        " >=1",
    ]
    root = write_channel(tmp_path, noarch=repodata(conda={"a-1.conda": entry("a", depends=depends)}))
    assert open_channel(root).packages()["a"].depends == (("libzlib",), ("blas",), ("python",))


@pytest.mark.parametrize(
    ("architecture", "subdir"), [("amd64", "linux-64"), ("arm64", "linux-aarch64"), ("osx-arm64", "osx-arm64")]
)
def test_the_platform_of_an_architecture(tmp_path: Path, architecture: str, subdir: str) -> None:
    root = write_channel(tmp_path, **{subdir: repodata({"a.tar.bz2": entry("a")}), "win-64": repodata()})
    assert set(open_channel(root, architecture).packages()) == {"a"}


def test_the_smallest_document_of_the_channel_is_fetched() -> None:
    small = zstd.compress(repodata(conda={"a.conda": entry("a")}))
    only_current = repodata(conda={"b.conda": entry("b")})
    pages = Pages(
        {f"{CHANNEL}/linux-64/repodata.json.zst": small, f"{CHANNEL}/noarch/current_repodata.json": only_current}
    )
    index = open_index(make_source("conda-forge", fetcher=pages))
    assert (set(index.packages()), index.shows, index.name) == ({"a", "b"}, frozenset(), CHANNEL)
    assert list(index.find_files(frozenset(["libz.so"]))) == []
    assert pages.asked[:2] == [f"{CHANNEL}/linux-64/repodata.json.zst", f"{CHANNEL}/noarch/repodata.json.zst"]


def test_one_document(tmp_path: Path) -> None:
    path = tmp_path / "repodata.json.bz2"
    path.write_bytes(bz2.compress(repodata(conda={"a.conda": entry("a")})))
    index = open_channel(path)
    assert (set(index.packages()), index.shows) == ({"a"}, frozenset())


def test_a_directory_is_not_vouched_for(tmp_path: Path) -> None:
    with pytest.raises(UntrustedIndexError):
        open_index(replace(make_source("conda-forge", tmp_path), allow_unsigned=False))


def test_a_channel_without_packages(tmp_path: Path) -> None:
    with pytest.raises(AbsentAddressError, match=r"has no `linux-64/repodata\.json`"):
        open_channel(tmp_path).packages()
    with pytest.raises(FetchError, match="has no packages for `linux-64`"):
        open_channel(write_channel(tmp_path, noarch=repodata())).packages()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[]", "at character 0: `{` is missing"),
        (b'{"packages": []}', "at character 13: `{` is missing"),
        (b'{"packages": {"a": {"name": "a"', "at character 31: Expecting ',' delimiter"),
        (b'{"packages": {"a": ' + b"[" * 100_000, "at character 19: a value is nested too deeply"),
        (b'{"info": ' + b'{"a":' * 100_000, "at character 9: a value is nested too deeply"),
        (repodata({"a.tar.bz2": []}), "`noarch/a.tar.bz2` is not an object"),
        (repodata({"a.tar.bz2": {}}), "`name` of `noarch/a.tar.bz2` is not the name of a package"),
        (repodata({"a": entry("-o")}), "`name` of `noarch/a` is not the name of a package"),
        (repodata({"a": entry("a;b")}), "`name` of `noarch/a` is not the name of a package"),
        (repodata({"a": entry("a", depends="b")}), "`depends` of `noarch/a` is not an array of strings"),
        (repodata({"a": entry("a", depends=[1])}), "`depends` of `noarch/a` is not an array of strings"),
        (repodata({"../../a": entry("a")}), "`noarch/../../a` is not the name of a file"),
        (repodata(v3=[]), "`{` is missing"),
    ],
)
def test_a_document_that_is_wrong(tmp_path: Path, content: bytes, message: str) -> None:
    write_channel(tmp_path, noarch=content)
    with pytest.raises(FetchError, match=r"noarch/repodata\.json` is not what it should be") as caught:
        open_channel(tmp_path).packages()
    assert message in caught.value.context[0]


def make_tar(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, content in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()


def make_paths(*paths: str) -> bytes:
    return json.dumps({"paths_version": 1, "paths": [{"_path": path} for path in paths]}).encode()


def make_conda(info: bytes, name: str = "info-a.tar.zst") -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        archive.writestr(name, info)
    return buffer.getvalue()


def write_packages(root: Path, files: Mapping[str, bytes]) -> CondaIndex:
    entries = {name: entry(name.partition("-")[0]) for name in files}
    write_channel(root, noarch=repodata(conda=entries))
    for name, content in files.items():
        (root / "noarch" / name).write_bytes(content)
    return open_channel(root)


def test_packages_on_this_machine_show_their_files(tmp_path: Path) -> None:
    new = make_conda(zstd.compress(make_tar({"info/paths.json": make_paths("lib/libz.so.1", "bin/z")})))
    old = make_tar({"info/files": b"lib/libz.a\ninclude/z.h\n", "info/paths.json": make_paths("include/z.h")})
    oldest = make_tar({"info/files": b"bin/minigzip\nbin/z\n"})
    files = {"z-1.conda": new, "y-1.tar.bz2": bz2.compress(old), "x-1.tar.bz2": bz2.compress(oldest)}
    index = write_packages(tmp_path, files)
    assert index.shows == ALL_KINDS
    assert list(index.find_files(frozenset(["libz.so", "z.h", "z", "libz.a"]))) == [
        ("lib/libz.so.1", ("z",)),
        ("bin/z", ("z",)),
        ("include/z.h", ("y",)),
        ("bin/z", ("x",)),
    ]


def test_a_channel_without_some_of_its_packages_shows_nothing(tmp_path: Path) -> None:
    index = write_packages(tmp_path, {"z-1.conda": b""})
    (tmp_path / "noarch/z-1.conda").unlink()
    assert index.shows == frozenset()
    assert list(index.find_files(frozenset(["z"]))) == []


DEEP = b"[" * 100_000


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("z-1.conda", b"PK", "File is not a zip file"),
        ("z-1.conda", make_conda(b"", name="pkg-a.tar.zst"), "it has no `info-*.tar.zst`"),
        ("z-1.conda", make_conda(zstd.compress(make_tar({}))), "it has no `info/paths.json`"),
        ("z-1.conda", make_conda(zstd.compress(make_tar({"info/paths.json": b"{}"}))), "is not an array"),
        ("z-1.conda", make_conda(zstd.compress(make_tar({"info/paths.json": b"[}"}))), "Expecting value"),
        ("z-1.conda", make_conda(zstd.compress(make_tar({"info/paths.json": DEEP}))), ""),
        ("z-1.conda", make_conda(zstd.compress(b"x" * 1000)), "invalid header"),
        ("z-1.tar.bz2", b"no", "Invalid data stream"),
        ("z-1.tar.bz2", bz2.compress(make_tar({"info/paths.json": make_paths("a")}))[:40], "ended before"),
        ("z-1.tar.bz2", bz2.compress(make_tar({"a": b""})), "it has no `info/paths.json`"),
    ],
)
def test_a_package_that_is_damaged(tmp_path: Path, name: str, content: bytes, message: str) -> None:
    index = write_packages(tmp_path, {name: content})
    with pytest.raises(FetchError, match=rf"{name}` cannot be read") as caught:
        list(index.find_files(frozenset(["a"])))
    assert message in caught.value.context[0]


def test_a_header_that_claims_to_be_huge(tmp_path: Path) -> None:
    member = tarfile.TarInfo("pax")
    member.type = tarfile.XHDTYPE
    member.size = 1 << 40
    content = bz2.compress(member.tobuf(tarfile.GNU_FORMAT) + bytes(1024))
    index = write_packages(tmp_path, {"z-1.tar.bz2": content})
    with pytest.raises(FetchError) as caught:
        list(index.find_files(frozenset(["a"])))
    assert "a header of" in caught.value.context[0]
