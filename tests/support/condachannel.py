"""A conda channel with real packages: two C libraries, compiled here, in several versions.

libfoo 1.0, 1.1, 2.0     library, header, foo.pc and the program `foo`, which prints where its data are
libbar 1.0               needs libfoo >=1.1,<2; library, header and bar.pc; a `.tar.bz2`, the others are `.conda`
libnew 1.0               needs libfoo >=2
oldfoo 1.0               needs libfoo <1.1
nofoo 1.0                cannot be beside libfoo
futurefoo 1.0            needs a C library that no machine has
"""

from __future__ import annotations

import asyncio
import hashlib
import io
import json
import subprocess
import sys
import tarfile
import zipfile
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Literal

from rattler import Subdir
from rattler.index import index_fs

PLACEHOLDER = "/placehold" * 20
"""The prefix that the packages were built for; an installation overwrites it in place, so that it has to be long."""

_FOO_C = 'const char *foo_version(void) { return "%s"; }\nint foo_add(int a, int b) { return a + b; }\n'
_FOO_H = "const char *foo_version(void);\nint foo_add(int a, int b);\n"
_FOO_MAIN = (
    '#include <stdio.h>\n#include <foo.h>\nint main(void) { printf("%%s %s/share/foo\\n", foo_version()); return 0; }\n'
)
_BAR_C = "#include <foo.h>\nint bar_twice(int a) { return foo_add(a, a); }\n"
_BAR_H = "int bar_twice(int a);\n"
_PC = (
    "prefix={prefix}\nlibdir=${{prefix}}/lib\nincludedir=${{prefix}}/include\n\n"
    "Name: {name}\nDescription: made for a test\nVersion: {version}\n{requires}"
    "Cflags: -I${{includedir}}\nLibs: -L${{libdir}} -l{name}\n"
)


def make_channel(root: Path) -> str:
    """Build the packages and index them.

    Args:
        root: the directory of the channel, which is made.

    Returns:
        Its address.
    """
    built = root / "built"
    for version in ("1.0", "1.1", "2.0"):
        tree = _build_foo(built / version, version)
        write_package(root, tree, name="libfoo", version=version)
    bar = _build_bar(built / "bar", built / "1.1" / "prefix")
    write_package(root, bar, name="libbar", version="1.0", depends=("libfoo >=1.1,<2",), is_old=True)
    write_package(root, {"share/new": b"new"}, name="libnew", version="1.0", depends=("libfoo >=2",))
    write_package(root, {"share/old": b"old"}, name="oldfoo", version="1.0", depends=("libfoo <1.1",))
    write_package(root, {"share/no": b"no"}, name="nofoo", version="1.0", constrains=("libfoo <0",))
    write_package(root, {"share/future": b"x"}, name="futurefoo", version="1.0", depends=("__glibc >=99",))
    index_channel(root)
    return root.as_uri()


def index_channel(root: Path) -> None:
    """Write the channel's repodata.json anew."""
    (root / "noarch").mkdir(parents=True, exist_ok=True)
    asyncio.run(index_fs(root, write_zst=True, force=True))


def write_package(
    root: Path,
    tree: Mapping[str, bytes],
    *,
    name: str,
    version: str,
    depends: tuple[str, ...] = (),
    constrains: tuple[str, ...] = (),
    is_old: bool = False,
) -> Path:
    """Pack files, without the channel's index.

    Args:
        root: the directory of the channel.
        tree: contents by path; a target after `->` is a symbolic link.
        name: of the package.
        version: of the package.
        depends: match specs.
        constrains: match specs of what may be installed beside it.
        is_old: as `.tar.bz2`, which came before `.conda`.
    """
    subdir = str(Subdir.current())
    index = {
        "name": name,
        "version": version,
        "build": "h0_0",
        "build_number": 0,
        "subdir": subdir,
        "arch": "x86_64",
        "platform": "linux",
        "depends": depends,
        "constrains": constrains,
        "timestamp": 1700000000000,
    }
    paths = {"paths_version": 1, "paths": [_describe(path, content) for path, content in sorted(tree.items())]}
    info = {
        "info/index.json": json.dumps(index).encode(),
        "info/paths.json": json.dumps(paths).encode(),
        "info/about.json": b"{}",
        "info/files": "".join(f"{path}\n" for path in sorted(tree)).encode(),
    }
    directory = root / subdir
    directory.mkdir(parents=True, exist_ok=True)
    stem = f"{name}-{version}-h0_0"
    if is_old:
        target = directory / f"{stem}.tar.bz2"
        target.write_bytes(_tar({**info, **tree}, mode="w:bz2"))
        return target
    zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")
    target = directory / f"{stem}.conda"
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("metadata.json", '{"conda_pkg_format_version": 2}')
        archive.writestr(f"pkg-{stem}.tar.zst", zstd.compress(_tar(tree)))
        archive.writestr(f"info-{stem}.tar.zst", zstd.compress(_tar(info)))
    return target


def _build_foo(work: Path, version: str) -> dict[str, bytes]:
    major = version.partition(".")[0]
    prefix = _make_tree(work)
    (work / "foo.c").write_text(_FOO_C % version)
    (work / "main.c").write_text(_FOO_MAIN % PLACEHOLDER)
    (prefix / "include/foo.h").write_text(_FOO_H)
    library = f"libfoo.so.{major}"
    _compile("-shared", "-fPIC", f"-Wl,-soname,{library}", "-o", prefix / "lib" / library, work / "foo.c")
    (prefix / "lib/libfoo.so").symlink_to(library)
    paths = (f"-I{prefix}/include", f"-L{prefix}/lib", "-Wl,-rpath,$ORIGIN/../lib")
    _compile(*paths, "-o", prefix / "bin/foo", work / "main.c", "-lfoo")
    _write_pc(prefix, name="foo", version=version)
    return _read_tree(prefix)


def _build_bar(work: Path, foo: Path) -> dict[str, bytes]:
    prefix = _make_tree(work)
    (work / "bar.c").write_text(_BAR_C)
    (prefix / "include/bar.h").write_text(_BAR_H)
    paths = (f"-I{foo}/include", f"-L{foo}/lib", "-Wl,-rpath,$ORIGIN")
    _compile(
        "-shared", "-fPIC", *paths, "-Wl,-soname,libbar.so.1", "-o", prefix / "lib/libbar.so.1", work / "bar.c", "-lfoo"
    )
    (prefix / "lib/libbar.so").symlink_to("libbar.so.1")
    _write_pc(prefix, name="bar", version="1.0", requires="Requires: foo\n")
    return _read_tree(prefix)


def _make_tree(work: Path) -> Path:
    for name in ("bin", "include", "lib/pkgconfig"):
        (work / "prefix" / name).mkdir(parents=True)
    return work / "prefix"


def _write_pc(prefix: Path, *, name: str, version: str, requires: str = "") -> None:
    text = _PC.format(prefix=PLACEHOLDER, name=name, version=version, requires=requires)
    (prefix / f"lib/pkgconfig/{name}.pc").write_text(text)


def _compile(*arguments: str | Path) -> None:
    subprocess.run(["gcc", "-O0", *arguments], check=True)


def _read_tree(prefix: Path) -> dict[str, bytes]:
    files = (path for path in prefix.rglob("*") if path.is_symlink() or path.is_file())
    return {
        str(path.relative_to(prefix)): f"->{path.readlink()}".encode() if path.is_symlink() else path.read_bytes()
        for path in files
    }


def _describe(path: str, content: bytes) -> dict[str, object]:
    """The entry of paths.json for a file (https://github.com/conda/ceps/blob/main/cep-0034.md)."""
    if content.startswith(b"->"):
        return {"_path": path, "path_type": "softlink", "sha256": hashlib.sha256(b"").hexdigest(), "size_in_bytes": 0}
    entry: dict[str, object] = {
        "_path": path,
        "path_type": "hardlink",
        "sha256": hashlib.sha256(content).hexdigest(),
        "size_in_bytes": len(content),
    }
    if PLACEHOLDER.encode() in content:
        mode = "binary" if content.startswith(b"\x7fELF") else "text"
        entry |= {"prefix_placeholder": PLACEHOLDER, "file_mode": mode}
    return entry


def _tar(tree: Mapping[str, bytes], *, mode: Literal["w", "w:bz2"] = "w") -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode) as archive:
        for path, content in tree.items():
            member = tarfile.TarInfo(path)
            member.mode = 0o755 if content.startswith((b"\x7fELF", b"#!")) else 0o644
            if content.startswith(b"->"):
                member.type, member.linkname = tarfile.SYMTYPE, content[2:].decode()
                archive.addfile(member)
            else:
                member.size = len(content)
                archive.addfile(member, io.BytesIO(content))
    return buffer.getvalue()
