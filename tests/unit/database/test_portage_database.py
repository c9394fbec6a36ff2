"""The database of Portage, a directory a package."""

from __future__ import annotations

import pytest

from extdeps.database.table import get_database
from extdeps.interpreter import Interpreter
from support.recorded import RecordedHost

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.13.5")
PKG = "/var/db/pkg"
CONTENTS = """\
dir /usr
dir /usr/lib64
obj /usr/lib64/libz.so.1.3.1 401b30e3b8b5d629635a5c613cdb7919 1795374824
sym /usr/lib64/libz.so.1 -> libz.so.1.3.1 1795374824
"""
FILES = {
    f"{PKG}/sys-libs/zlib-1.3.1-r1/CONTENTS": CONTENTS,
    f"{PKG}/sys-libs/zlib-1.3.1-r1/SLOT": "0/1\n",
    f"{PKG}/dev-lang/python-3.9.20/SLOT": "3.9\n",
    f"{PKG}/dev-lang/python-3.13.0_rc2/SLOT": "3.13\n",
    f"{PKG}/dev-lang/python-exec-2.4.10/SLOT": "2\n",
    f"{PKG}/dev-lang/-MERGING-ruby-3.3.1/SLOT": "3.3\n",
    f"{PKG}/virtual/jpeg-100-r1/SLOT": "0\n",
}


def test_what_is_installed() -> None:
    database = get_database("gentoo", RecordedHost(files=FILES), PYTHON)
    assert database is not None
    found = database.find(
        ("sys-libs/zlib", "dev-lang/python", "dev-lang/ruby", "virtual/jpeg", "zlib", "nosuch/x", "virtual/x")
    )
    assert {name: (item.packaged, item.version, item.location) for name, item in (found or {}).items()} == {
        "sys-libs/zlib": ("1.3.1-r1", "1.3.1", f"{PKG}/sys-libs/zlib-1.3.1-r1"),
        "dev-lang/python": ("3.13.0_rc2", "3.13.0rc2", f"{PKG}/dev-lang/python-3.13.0_rc2"),
        "virtual/jpeg": ("100-r1", "100", f"{PKG}/virtual/jpeg-100-r1"),
    }


@pytest.mark.parametrize(
    ("package", "path", "owns"),
    [
        ("sys-libs/zlib", "/usr/lib64/libz.so.1.3.1", True),
        ("sys-libs/zlib", "/usr/lib64/libz.so.1", True),
        ("sys-libs/zlib", "/lib64/libz.so.1.3.1", True),  # by another name
        ("sys-libs/zlib", "/usr/lib64", False),
        ("sys-libs/zlib", "/usr/lib64/libz.so", False),
        ("virtual/jpeg", "/usr/lib64/libz.so.1", False),
        ("nosuch/x", "/usr/lib64/libz.so.1", False),
    ],
)
def test_what_a_package_owns(package: str, path: str, owns: bool) -> None:
    database = get_database("gentoo", RecordedHost(files=FILES, links={"/lib64": "usr/lib64"}), PYTHON)
    assert database is not None
    assert database.owns(package, path) == owns


def test_another_system() -> None:
    database = get_database("gentoo", RecordedHost(), PYTHON)
    assert database is not None
    assert database.find(("sys-libs/zlib",)) is None
