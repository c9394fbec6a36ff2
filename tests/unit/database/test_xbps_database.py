"""The database of xbps, as property lists."""

from __future__ import annotations

import plistlib
from collections.abc import Mapping

import pytest

from extdeps.database.table import get_database
from extdeps.database.xbps import Xbps
from extdeps.interpreter import Interpreter
from extdeps.model.evidence import Evidence
from support.recorded import RecordedHost

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.13.5")
PKGDB = "/var/db/xbps/pkgdb-0.38.plist"
PACKAGES: Mapping[str, object] = {
    "_XBPS_ALTERNATIVES_": {"cc": ["gcc"]},
    "zlib": {"pkgver": "zlib-1.3.1_1", "state": "installed", "provides": ["zlib-ng-2.1_1", "broken"]},
    "font-util": {"pkgver": "font-util-1.4.1_2", "state": "installed"},
    "unpacked": {"pkgver": "unpacked-1_1", "state": "unpacked", "provides": ["virtual-1_1"]},
    "nameless": {"state": "installed"},
    "odd": "text",
}
FILES = {
    "files": [{"file": "/usr/lib/libz.so.1.3.1", "sha256": "0"}, "odd"],
    "links": [{"file": "/usr/lib/libz.so.1", "target": "/usr/lib/libz.so.1.3.1"}],
    "conf_files": [{"file": "/etc/z.conf"}],
    "dirs": [{"file": "/usr/lib"}],
}


def make(files: Mapping[str, bytes]) -> Xbps:
    return Xbps(RecordedHost(files=files, links={"/lib": "usr/lib"}), PYTHON)


def test_what_is_installed() -> None:
    found = make({PKGDB: plistlib.dumps(dict(PACKAGES))}).find(
        ("zlib", "font-util", "zlib-ng", "unpacked", "virtual", "nameless", "odd", "_XBPS_ALTERNATIVES_", "nosuch")
    )
    zlib = Evidence(kind="package", name="zlib", location=PKGDB, version="1.3.1", origin="xbps", packaged="1.3.1_1")
    assert found == {
        "zlib": zlib,
        "zlib-ng": zlib,
        "font-util": Evidence(
            kind="package", name="font-util", location=PKGDB, version="1.4.1", origin="xbps", packaged="1.4.1_2"
        ),
    }


@pytest.mark.parametrize(
    ("package", "path", "owned"),
    [
        ("zlib", "/usr/lib/libz.so.1.3.1", True),
        ("zlib", "/lib/libz.so.1", True),
        ("zlib", "/etc/z.conf", True),
        ("zlib", "/usr/lib", False),
        ("zlib", "/usr/lib/libz.so", False),
        ("font-util", "/usr/lib/libz.so.1", False),
    ],
)
def test_what_it_owns(package: str, path: str, owned: bool) -> None:
    assert make({"/var/db/xbps/.zlib-files.plist": plistlib.dumps(FILES)}).owns(package, path) == owned


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"<plist><dict><key>zlib</key>",
        b"<plist><array/></plist>",
        b'<!DOCTYPE plist [<!ENTITY a "aaaa">]><plist><dict><key>&a;</key><string>x</string></dict></plist>',
    ],
)
def test_a_database_that_cannot_be_read_is_unknown(content: bytes) -> None:
    assert make({PKGDB: content}).find(("zlib",)) is None
    assert make({"/var/db/xbps/.zlib-files.plist": content}).owns("zlib", "/x") is False


def test_no_database() -> None:
    assert make({}).find(("zlib",)) is None
    assert make({PKGDB: plistlib.dumps({})}).find(("zlib",)) == {}


def test_it_is_that_of_void() -> None:
    assert isinstance(get_database("void", RecordedHost(), PYTHON), Xbps)
