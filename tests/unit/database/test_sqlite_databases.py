"""The databases that are SQLite files: MacPorts and FreeBSD's pkg, with the tables that each of them makes."""

from __future__ import annotations

import sqlite3

import pytest

from extdeps.child import Completed
from extdeps.database.interface import PackageDatabase
from extdeps.database.table import get_database
from extdeps.interpreter import Interpreter
from support.recorded import RecordedHost

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.13.5")
REGISTRY = "/opt/local/var/macports/registry/registry.db"
LOCAL = "/var/db/pkg/local.sqlite"

# the columns of src/cregistry/sql.c that matter, VERSION being a collation of MacPorts' own
MACPORTS = """
CREATE TABLE ports (id INTEGER PRIMARY KEY, name TEXT COLLATE NOCASE, epoch INTEGER, version TEXT COLLATE VERSION,
  revision INTEGER, variants TEXT, state TEXT, UNIQUE (name, epoch, version, revision, variants));
CREATE TABLE files (id INTEGER, path TEXT, actual_path TEXT, active INTEGER);
INSERT INTO files VALUES (1, '/opt/local/lib/libz.1.dylib', '/opt/local/lib/libz.1.dylib', 1);
INSERT INTO files VALUES (3, '/opt/local/lib/libgeos.dylib', '/opt/local/lib/libgeos.dylib', 0);
"""
PORTS = [
    (1, "zlib", 0, "1.3.1", 0, "", "installed"),
    (2, "zlib", 0, "1.2.13", 1, "", "imaged"),
    (3, "geos", 0, "3.13.0", 2, "", "imaged"),
    (4, "ImageMagick", 2, "6.9.13-19", 3, "+x11", "installed"),
]
# the columns of libpkg/private/db_upgrades.h and libpkg/pkgdb.c that matter
FREEBSD = """
CREATE TABLE packages (id INTEGER PRIMARY KEY, origin TEXT NOT NULL, name TEXT NOT NULL, version TEXT NOT NULL);
CREATE TABLE files (path TEXT PRIMARY KEY, sha256 TEXT, package_id INTEGER);
CREATE TABLE provides (id INTEGER PRIMARY KEY, provide TEXT NOT NULL);
CREATE TABLE pkg_provides (package_id INTEGER NOT NULL, provide_id INTEGER NOT NULL);
CREATE TABLE shlibs (id INTEGER PRIMARY KEY, name TEXT NOT NULL);
CREATE TABLE pkg_shlibs_provided (package_id INTEGER NOT NULL, shlib_id INTEGER NOT NULL);
INSERT INTO packages VALUES (1, 'graphics/gdal', 'gdal', '3.10.0_2,1');
INSERT INTO packages VALUES (2, 'math/py-numpy', 'py311-numpy', '1.26.4_5,1');
INSERT INTO files VALUES ('/usr/local/lib/libgdal.so.36', 'x', 1);
INSERT INTO provides VALUES (7, 'libgdal');
INSERT INTO pkg_provides VALUES (1, 7);
INSERT INTO shlibs VALUES (9, 'libgdal.so.36');
INSERT INTO pkg_shlibs_provided VALUES (1, 9);
"""


def make_file(script: str, ports: list[tuple[object, ...]] | None = None, *, wal: bool = False) -> bytes:
    connection = sqlite3.connect(":memory:")
    connection.create_collation("VERSION", lambda left, right: (left > right) - (left < right))
    connection.executescript(script)
    if ports:
        connection.executemany("INSERT INTO ports VALUES (?, ?, ?, ?, ?, ?, ?)", ports)
    connection.commit()
    content = bytearray(connection.serialize())
    connection.close()
    if wal:
        content[18:20] = b"\2\2"
    return bytes(content)


def database_of(ecosystem: str, host: RecordedHost) -> PackageDatabase:
    database = get_database(ecosystem, host, PYTHON)
    assert database is not None
    return database


@pytest.mark.parametrize("wal", [False, True])
def test_active_ports(wal: bool) -> None:
    database = database_of("macports", RecordedHost(files={REGISTRY: make_file(MACPORTS, list(PORTS), wal=wal)}))
    found = database.find(("zlib", "geos", "imagemagick", "nosuch"))
    assert {name: (item.name, item.packaged, item.version) for name, item in (found or {}).items()} == {
        "zlib": ("zlib", "1.3.1_0", "1.3.1"),
        "imagemagick": ("ImageMagick", "6.9.13-19_3", "6.9.13-19"),
    }
    assert database.owns("zlib", "/opt/local/lib/libz.1.dylib")
    assert not database.owns("zlib", "/opt/local/lib/libgeos.dylib")
    assert not database.owns("geos", "/opt/local/lib/libgeos.dylib")  # deactivated


def test_packages_of_freebsd() -> None:
    host = RecordedHost(files={LOCAL: make_file(FREEBSD)})
    database = database_of("freebsd", host)
    found = database.find(("gdal", "graphics/gdal", "libgdal", "libgdal.so.36", "math/py-numpy", "nosuch"))
    gdal = ("gdal", "3.10.0_2,1", "3.10.0")
    assert {name: (item.name, item.packaged, item.version) for name, item in (found or {}).items()} == {
        "gdal": gdal,
        "graphics/gdal": gdal,
        "libgdal": gdal,
        "libgdal.so.36": gdal,
        "math/py-numpy": ("py311-numpy", "1.26.4_5,1", "1.26.4"),
    }
    assert database.owns("gdal", "/usr/local/lib/libgdal.so.36")
    assert not database.owns("gdal", "/usr/local/lib/libz.so")
    assert not database.owns("nosuch", "/usr/local/lib/libgdal.so.36")
    assert host.runs == []


@pytest.mark.parametrize(
    "content", [b"", b"no database", make_file(FREEBSD)[:4096] + b"\xff" * 8192, make_file("CREATE TABLE x (y)")]
)
@pytest.mark.parametrize(("ecosystem", "path"), [("macports", REGISTRY), ("freebsd", LOCAL)])
def test_a_file_that_cannot_be_read(ecosystem: str, path: str, content: bytes) -> None:
    database = database_of(ecosystem, RecordedHost(files={path: content}))
    assert database.find(("zlib",)) is None
    assert not database.owns("zlib", "/usr/lib/libz.so")


@pytest.mark.parametrize("ecosystem", ["macports", "freebsd"])
def test_another_system(ecosystem: str) -> None:
    host = RecordedHost()
    assert database_of(ecosystem, host).find(("zlib",)) is None
    assert host.runs == []


def test_pkg_is_asked_where_its_file_cannot_be_read() -> None:
    asked: dict[tuple[str, ...], Completed] = {
        ("pkg", "query", "--all", "%n %v %o"): Completed(returncode=0, stdout="gdal 3.10.0_2 graphics/gdal\n")
    }
    host = RecordedHost(files={LOCAL: make_file("CREATE TABLE x (y)")}, commands=asked)
    database = database_of("freebsd", host)
    found = database.find(("gdal", "graphics/gdal", "nosuch"))
    assert {name: item.version for name, item in (found or {}).items()} == {"gdal": "3.10.0", "graphics/gdal": "3.10.0"}
    assert database.owns("gdal", "/usr/local/lib/libgdal.so.36")
    assert not database.owns("gdal", "/usr/lib/libz.so")
    assert not database.owns("nosuch", "/usr/local/lib/libz.so")
    assert len(host.runs) == 1
