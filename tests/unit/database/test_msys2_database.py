"""The database of MSYS2, which is pacman's below a directory of its own."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from extdeps.database.interface import PackageDatabase
from extdeps.database.table import get_database
from extdeps.interpreter import Interpreter
from support.recorded import RecordedHost

LOCAL = "/var/lib/pacman/local"
ZLIB = "mingw-w64-ucrt-x86_64-zlib"


class WindowsHost(RecordedHost):
    """A machine whose paths begin with the letter of a drive, and are as they are."""

    def real_path(self, path: str, /) -> str:
        return path


def tree(root: str, directory: str = f"{ZLIB}-1.3.1-1") -> Mapping[str, str]:
    return {
        f"{root}{LOCAL}/{directory}/desc": f"%NAME%\n{ZLIB}\n\n%PROVIDES%\nmingw-w64-ucrt-x86_64-z=1\n\n",
        f"{root}{LOCAL}/{directory}/files": "%FILES%\nucrt64/bin/\nucrt64/bin/zlib1.dll\n\n",
    }


def database(host: RecordedHost, prefix: str) -> PackageDatabase:
    python = Interpreter(executable=f"{prefix}/bin/python.exe", prefix=prefix, base_prefix=prefix, version="3.12.3")
    found = get_database("msys2", host, python)
    assert found
    return found


@pytest.mark.parametrize(
    ("root", "prefix"),
    [
        ("C:/msys64", r"C:\msys64\ucrt64"),
        ("D:/tools/msys2", r"D:\tools\msys2\ucrt64"),
        ("D:/tools/msys2", "D:/tools/msys2/clangarm64"),
        ("D:/tools/msys2", r"D:\tools\msys2\mingw64"),
        ("C:/msys64", r"C:\Program Files\Python313"),
        ("C:/msys32", r"C:\Program Files\Python313"),
        ("", "/usr"),
    ],
)
def test_it_is_found(root: str, prefix: str) -> None:
    packages = database(WindowsHost(files=tree(root)), prefix)
    found = packages.find((ZLIB, "mingw-w64-ucrt-x86_64-z", "nosuch"))
    assert found
    assert {name: (item.name, item.packaged, item.location) for name, item in found.items()} == dict.fromkeys(
        (ZLIB, "mingw-w64-ucrt-x86_64-z"), (ZLIB, "1.3.1-1", f"{root}{LOCAL}/{ZLIB}-1.3.1-1")
    )
    assert packages.owns(ZLIB, f"{root}/ucrt64/bin/zlib1.dll")
    assert packages.owns(ZLIB, f"{root}/ucrt64/bin/zlib1.dll".replace("/", "\\"))
    assert not packages.owns(ZLIB, f"{root}/ucrt64/bin/z.dll")
    assert not packages.owns("nosuch", f"{root}/ucrt64/bin/zlib1.dll")


def test_the_colon_of_an_epoch() -> None:
    host = WindowsHost(files=tree("C:/msys64", f"{ZLIB}-1\uf03a1.3.1-1"))
    found = database(host, "C:/msys64/ucrt64").find((ZLIB,))
    assert found
    assert (found[ZLIB].packaged, found[ZLIB].version) == ("1:1.3.1-1", "1.3.1")


def test_without_msys2_it_is_unknown() -> None:
    assert database(WindowsHost(), r"C:\Program Files\Python313").find((ZLIB,)) is None
