"""Package databases written by the real tools."""

from __future__ import annotations

import io
import subprocess
import tarfile
from pathlib import Path

from extdeps.database.pacman import Pacman
from extdeps.database.rpm import Rpm
from extdeps.host import LocalHost, RootHost, find_executable
from extdeps.interpreter import Interpreter

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.11.2")

SPEC = """
Name: zlib-ng-compat
Version: 2.2.5
Release: 1
Epoch: 1
Summary: A test
License: MIT
BuildArch: noarch
Provides: zlib = 1.3.1
Provides: pkgconfig(zlib) = 1.3.1
Provides: unversioned
%description
A test.
%files
"""
PKGINFO = "pkgname = zlib\npkgver = 1:1.3.1-2\npkgdesc = a test\nsize = 0\narch = any\nprovides = libz.so=1-64\n"


def need(name: str) -> str:
    """The path of a program that these tests need; a machine without it fails."""
    path = find_executable(LocalHost(), name)
    assert path, f"install {name}"
    return path


def test_rpm(tmp_path: Path) -> None:
    (tmp_path / ".rpmmacros").write_text(f"%_dbpath {tmp_path}/db\n%_topdir {tmp_path}/build\n")
    (tmp_path / "test.spec").write_text(SPEC)
    environ = {"HOME": str(tmp_path), "PATH": "/usr/bin:/bin"}
    for argv in (
        [need("rpm"), "--initdb"],
        [need("rpmbuild"), "-bb", "--quiet", str(tmp_path / "test.spec")],
    ):
        subprocess.run(argv, env=environ, check=True, capture_output=True)
    (package,) = (tmp_path / "build" / "RPMS").rglob("*.rpm")
    install = [need("rpm"), "--install", "--justdb", "--nodeps", str(package)]
    subprocess.run(install, env=environ, check=True, capture_output=True)
    found = Rpm(LocalHost(environ), PYTHON).find(("zlib-ng-compat", "zlib", "pkgconfig(zlib)", "unversioned", "nosuch"))
    assert found is not None
    assert {name: (item.name, item.version) for name, item in found.items()} == {
        "zlib-ng-compat": ("zlib-ng-compat", "2.2.5"),
        "zlib": ("zlib-ng-compat", "1.3.1"),
        "pkgconfig(zlib)": ("zlib-ng-compat", "1.3.1"),
        "unversioned": ("zlib-ng-compat", "2.2.5"),
    }


def test_pacman(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "var/lib/pacman").mkdir(parents=True)
    package = tmp_path / "zlib-1:1.3.1-2-any.pkg.tar.gz"
    with tarfile.open(package, "w:gz") as archive:
        for name, text in ((".PKGINFO", PKGINFO), ("usr/lib/libz.so.1", "x")):
            member = tarfile.TarInfo(name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    (tmp_path / "pacman.conf").write_text(
        "[options]\nArchitecture = auto\nSigLevel = Never\nLocalFileSigLevel = Never\n"
    )
    argv = [
        need("pacman"),
        "--root",
        str(root),
        "--config",
        str(tmp_path / "pacman.conf"),
        "--noconfirm",
        "-U",
        str(package),
    ]
    subprocess.run(argv, check=True, capture_output=True)
    database = Pacman(RootHost(str(root)), PYTHON)
    found = database.find(("zlib", "libz.so", "nosuch"))
    assert found is not None
    assert {name: (item.name, item.version) for name, item in found.items()} == {
        "zlib": ("zlib", "1.3.1"),
        "libz.so": ("zlib", "1.3.1"),
    }
    assert database.owns("zlib", "/usr/lib/libz.so.1")
    assert not database.owns("zlib", "/usr/lib/libz.so")
