"""A channel that rattler has indexed."""

from __future__ import annotations

import asyncio
import io
import json
import sys
import tarfile
import zipfile
from importlib import import_module
from pathlib import Path

from rattler.index import index_fs

from extdeps.curate.index.interface import ALL_KINDS, Package
from extdeps.curate.index.table import open_index
from support.indexes import make_source

zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")


def write_package(directory: Path, index: dict[str, object], *paths: str) -> None:
    name = f"{index['name']}-{index['version']}-{index['build']}"
    files = [{"_path": path, "path_type": "hardlink", "sha256": "0" * 64, "size_in_bytes": 0} for path in paths]
    documents = {"index": index, "paths": {"paths_version": 1, "paths": files}, "about": {}}
    info = io.BytesIO()
    with tarfile.open(fileobj=info, mode="w") as archive:
        for document, value in documents.items():
            content = json.dumps(value).encode()
            member = tarfile.TarInfo(f"info/{document}.json")
            member.size = len(content)
            archive.addfile(member, io.BytesIO(content))
    with zipfile.ZipFile(directory / f"{name}.conda", "w") as package:
        package.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        package.writestr(f"pkg-{name}.tar.zst", zstd.compress(b""))
        package.writestr(f"info-{name}.tar.zst", zstd.compress(info.getvalue()))


def test_a_channel(tmp_path: Path) -> None:
    platform = {"subdir": "linux-64", "arch": "x86_64", "platform": "linux", "build": "h1_0", "build_number": 0}
    (tmp_path / "linux-64").mkdir()
    (tmp_path / "noarch").mkdir()
    for version, depends in (("1.9", []), ("1.10", ["__glibc >=2.17", "libgcc >=13"])):
        index = {**platform, "name": "libz", "version": version, "depends": depends}
        write_package(tmp_path / "linux-64", index, "lib/libz.so.1", "lib/pkgconfig/zlib.pc")
    generic = {"subdir": "noarch", "noarch": "generic", "build": "0", "build_number": 0}
    index = {**generic, "name": "z-headers", "version": "1", "depends": ["libz"]}
    write_package(tmp_path / "noarch", index, "include/zlib.h")
    asyncio.run(index_fs(tmp_path))
    channel = open_index(make_source("conda-forge", tmp_path))
    assert channel.packages() == {
        "libz": Package(name="libz", repository="conda-forge", depends=(("libgcc",),), version="1.10"),
        "z-headers": Package(name="z-headers", repository="conda-forge", depends=(("libz",),), version="1"),
    }
    assert channel.shows == ALL_KINDS
    assert sorted(channel.find_files(frozenset(["libz.so", "zlib.pc", "zlib.h"]))) == [
        ("include/zlib.h", ("z-headers",)),
        ("lib/libz.so.1", ("libz",)),
        ("lib/pkgconfig/zlib.pc", ("libz",)),
    ]
