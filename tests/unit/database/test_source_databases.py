"""What pip, Conan, Spack and vcpkg have installed, read from their files."""

from __future__ import annotations

import json
import sqlite3
from dataclasses import replace

import pytest

from extdeps.database.conan import Conan
from extdeps.database.pypi import Pypi, normalize
from extdeps.database.spack import Spack, find_tree
from extdeps.database.table import get_database
from extdeps.database.vcpkg import Vcpkg
from extdeps.interpreter import Interpreter
from support.recorded import RecordedHost

SITE = "/venv/lib/python3.11/site-packages"
SECOND = "/usr/lib/python3/dist-packages"
MARKERS = {"python_version": "3.11", "sys_platform": "linux", "platform_machine": "x86_64"}
PYTHON = Interpreter(
    executable="/venv/bin/python",
    prefix="/venv",
    base_prefix="/usr",
    version="3.11.2",
    site=(SITE, SECOND),
    markers=MARKERS,
)


@pytest.mark.parametrize(
    ("ecosystem", "reader"), [("pypi", Pypi), ("conan", Conan), ("spack", Spack), ("vcpkg", Vcpkg)]
)
def test_the_table_knows_them(ecosystem: str, reader: type) -> None:
    assert isinstance(get_database(ecosystem, RecordedHost(), PYTHON), reader)


# PyPI


def pypi(*directories: str, **files: str) -> Pypi:
    paths = {f"{SITE}/{name}.dist-info/METADATA": text for name, text in files.items()}
    return Pypi(RecordedHost(empty=[f"{path}/METADATA" for path in directories], files=paths), PYTHON)


def test_distributions_by_any_spelling_of_their_name() -> None:
    database = pypi(f"{SITE}/nvidia_cublas_cu12-12.4.5.8.dist-info", f"{SITE}/Cython-3.0.11-py3.11.egg-info")
    found = database.find(("nvidia-cublas.cu12", "cython", "ninja"))
    assert found is not None
    assert {name: item.version for name, item in found.items()} == {
        "nvidia-cublas.cu12": "12.4.5.8",
        "cython": "3.0.11",
    }
    assert found["cython"].packaged == "3.0.11"
    assert found["cython"].location == f"{SITE}/Cython-3.0.11-py3.11.egg-info"


def test_the_first_directory_wins_and_leftovers_do_not_count() -> None:
    database = pypi(f"{SECOND}/cmake-3.18.dist-info", f"{SITE}/cmake-3.31.2.dist-info", f"{SITE}/~inja-1.11.dist-info")
    found = database.find(("cmake", "inja", "ninja"))
    assert found is not None
    assert {name: item.version for name, item in found.items()} == {"cmake": "3.31.2"}


def test_extras_are_there_when_what_they_ask_for_is() -> None:
    metadata = (
        "Requires-Dist: numpy\n"
        "Requires-Dist: nvidia-cuda-nvcc-cu12==12.8.*; extra == 'nvcc' and sys_platform == 'linux'\n"
        "Requires-Dist: nvidia-cublas-cu12==12.8.*; extra == 'cublas'\n"
        "Requires-Dist: other; extra == 'nvcc' and sys_platform == 'win32'\n"
        "Requires-Dist: ???; extra == 'nvcc'\n"
    )
    with_nvcc = {"cuda_toolkit-12.8": metadata, "nvidia_cuda_nvcc_cu12-12.8.61": ""}
    found = pypi(**with_nvcc).find(
        ("cuda-toolkit[nvcc]", "cuda-toolkit[nvcc,cublas]", "cuda-toolkit", "cuda-toolkit[x]")
    )
    assert found is not None
    assert sorted(found) == ["cuda-toolkit", "cuda-toolkit[nvcc]", "cuda-toolkit[x]"]


def test_a_record_lists_the_files() -> None:
    record = '../../../bin/cmake,sha256=x,1\ncmake/data/a.txt,,\n"cmake/with,comma",,\n'
    host = RecordedHost(
        files={f"{SITE}/cmake-3.31.dist-info/RECORD": record}, links={"/alias": "/venv"}, empty=["/venv/bin/cmake"]
    )
    database = Pypi(host, PYTHON)
    assert database.owns("CMake", "/venv/bin/cmake")
    assert database.owns("cmake", "/alias/bin/cmake")
    assert database.owns("cmake", f"{SITE}/cmake/with,comma")
    assert not database.owns("cmake", "/usr/bin/cmake")
    assert not database.owns("ninja", "/venv/bin/cmake")


def test_a_python_without_directories_tells_nothing() -> None:
    assert Pypi(RecordedHost(), replace(PYTHON, site=())).find(("cmake",)) is None
    assert Pypi(RecordedHost(), PYTHON).find(("cmake",)) == {}
    assert normalize("A__b.-C") == "a-b-c"


# Conan


def conan_cache(*packages: tuple[str, str]) -> bytes:
    """The bytes of a cache's index; the tables are those of Conan 2.34."""
    connection = sqlite3.connect(":memory:")
    connection.execute(
        "CREATE TABLE packages (reference text NOT NULL, rrev text NOT NULL, pkgid text, prev text, "
        "path text NOT NULL UNIQUE, timestamp real NOT NULL, build_id text, lru integer NOT NULL)"
    )
    for reference, path in packages:
        connection.execute("INSERT INTO packages VALUES (?, 'r', 'p', 'q', ?, 0, NULL, 0)", (reference, path))
    connection.commit()
    content = connection.serialize()
    connection.close()
    return content


EMPTY = conan_cache().replace(b"packages", b"otherone")


@pytest.mark.parametrize("version", [b"\x01\x01", b"\x02\x02"])
def test_packages_in_the_cache(version: bytes) -> None:
    content = conan_cache(("zlib/1.3", "b/zliba"), ("zlib/1.10@team/beta", "b/zlibb"), ("fmt/9", "b/fmtc"))
    content = content[:18] + version + content[20:]
    host = RecordedHost(files={"/home/u/.conan2/p/cache.sqlite3": content}, environ={"HOME": "/home/u"})
    database = Conan(host, PYTHON)
    found = database.find(("zlib", "nope"))
    assert found is not None
    assert [(item.version, item.location) for item in found.values()] == [("1.10", "/home/u/.conan2/p/b/zlibb/p")]
    assert database.owns("zlib", "/home/u/.conan2/p/b/zliba/p/lib/libz.a")
    assert not database.owns("fmt", "/home/u/.conan2/p/b/zliba/p/lib/libz.a")


def test_the_cache_may_lie_elsewhere() -> None:
    files: dict[str, str | bytes] = {
        "/c/global.conf": "core.cache:storage_path = /big/cache\n",
        "/big/cache/cache.sqlite3": conan_cache(("a/1", "a")),
    }
    host = RecordedHost(files=files, environ={"CONAN_HOME": "/c"})
    assert list(Conan(host, PYTHON).find(("a",)) or ()) == ["a"]


@pytest.mark.parametrize("content", [b"", b"garbage", conan_cache()[:100], EMPTY])
def test_a_cache_that_cannot_be_read(content: bytes) -> None:
    host = RecordedHost(files={"/home/u/.conan2/p/cache.sqlite3": content}, environ={"HOME": "/home/u"})
    assert Conan(host, PYTHON).find(("zlib",)) is None
    assert Conan(RecordedHost(), PYTHON).find(("zlib",)) is None


# Spack


def spack_index(**specs: object) -> str:
    installs = {
        digest: {"spec": spec, "path": f"/opt/spack/opt/spack/{digest}", "installed": digest != "gone", "ref_count": 0}
        for digest, spec in specs.items()
    }
    return json.dumps({"database": {"version": "7", "installs": installs}})


def test_installations_of_spack() -> None:
    index = spack_index(
        aaa={"name": "zlib", "version": "1.3"},
        bbb={"name": "zlib", "version": "1.10"},
        gone={"name": "hdf5", "version": "1.14"},
        old={"cmake": {"version": "3.18"}},
        odd=7,
    )
    host = RecordedHost(
        files={"/opt/spack/opt/spack/.spack-db/index.json": index},
        executables=["/opt/spack/bin/spack"],
        links={"/usr/bin/spack": "/opt/spack/bin/spack"},
    )
    database = Spack(host, PYTHON)
    found = database.find(("zlib", "hdf5", "cmake"))
    assert found is not None
    assert {name: item.version for name, item in found.items()} == {"zlib": "1.10", "cmake": "3.18"}
    assert database.digests() == {"aaa", "bbb", "old"}
    assert database.owns("zlib", "/opt/spack/opt/spack/aaa/lib/libz.so")
    assert not database.owns("cmake", "/opt/spack/opt/spack/aaa/lib/libz.so")


@pytest.mark.parametrize(
    ("path", "text", "tree"),
    [
        ("/none", "", "/opt/spack/opt/spack"),
        ("/etc/spack/config.yaml", "config:\n  install_tree:\n    root: /data/tree\n", "/data/tree"),
        ("/home/u/.spack/config.yaml", "config:\n  install_tree:\n    root: $spack/tree/\n", "/opt/spack/tree"),
        ("/home/u/.spack/config.yaml", "config:\n  install_tree: ~/tree\n", "/home/u/tree"),
        ("/home/u/.spack/config.yaml", "config:\n  install_tree:\n    root: $user/x\n", "/opt/spack/opt/spack"),
        ("/home/u/.spack/config.yaml", "config:\n  build_jobs: 4\n", "/opt/spack/opt/spack"),
    ],
)
def test_where_spack_installs(path: str, text: str, tree: str) -> None:
    host = RecordedHost(files={path: text}, environ={"SPACK_ROOT": "/opt/spack", "HOME": "/home/u"})
    assert find_tree(host) == tree


@pytest.mark.parametrize("index", ["", "[]", "{}", '{"database": {"installs": []}}'])
def test_an_index_that_says_nothing(index: str) -> None:
    path = "/opt/spack/opt/spack/.spack-db/index.json"
    host = RecordedHost(files={path: index}, environ={"SPACK_ROOT": "/opt/spack"})
    assert Spack(host, PYTHON).find(("zlib",)) == {}
    assert Spack(RecordedHost(), PYTHON).find(("zlib",)) is None


# vcpkg

STATUS = """\
Package: zlib
Version: 1.2.13
Architecture: x64-linux
Multi-Arch: same
Description: A compression library
Status: install ok installed

Package: curl
Version: 8.9.0
Port-Version: 2
Architecture: x64-linux
Status: install ok installed

Package: curl
Feature: ssl
Architecture: x64-linux
Status: install ok installed

Package: fmt
Version: 10.1.1
Architecture: x64-linux
Status: install ok installed

Package: bzip2
Version: 1.0.8
Architecture: arm64-linux
Status: install ok installed
"""


def vcpkg(triplet: str = "") -> Vcpkg:
    database = "/opt/vcpkg/installed/vcpkg"
    updates = {
        "0000000000": "Package: zlib\nVersion: 1.3.1\nArchitecture: x64-linux\nStatus: install ok half-installed\n",
        "0000000001": "Package: zlib\nVersion: 1.3.1\nArchitecture: x64-linux\nStatus: install ok installed\n",
        "0000000002": "Package: fmt\nVersion: 10.1.1\nArchitecture: x64-linux\nStatus: purge ok not-installed\n",
        "incomplete": "Package: curl\nArchitecture: x64-linux\nStatus: purge ok not-installed\n",
    }
    host = RecordedHost(
        files={
            "/opt/vcpkg/.vcpkg-root": "",
            f"{database}/status": STATUS,
            f"{database}/info/zlib_1.3.1_x64-linux.list": "x64-linux/\nx64-linux/lib/\nx64-linux/lib/libz.a\n",
            **{f"{database}/updates/{name}": text for name, text in updates.items()},
        },
        environ={"VCPKG_ROOT": "/opt/vcpkg/", **({"VCPKG_DEFAULT_TRIPLET": triplet} if triplet else {})},
    )
    return Vcpkg(host, PYTHON)


def test_updates_come_after_the_status_file() -> None:
    found = vcpkg().find(("zlib", "curl", "curl[ssl]", "fmt", "bzip2"))
    assert found is not None
    assert {name: (item.version, item.packaged) for name, item in found.items()} == {
        "zlib": ("1.3.1", "1.3.1"),
        "curl": ("8.9.0", "8.9.0#2"),
        "curl[ssl]": ("8.9.0", "8.9.0#2"),
    }
    assert sorted(vcpkg("arm64-linux").find(("zlib", "bzip2")) or ()) == ["bzip2"]


def test_files_of_a_port() -> None:
    assert vcpkg().owns("zlib", "/opt/vcpkg/installed/x64-linux/lib/libz.a")
    assert not vcpkg().owns("zlib", "/opt/vcpkg/installed/x64-linux/lib/")
    assert not vcpkg().owns("curl", "/opt/vcpkg/installed/x64-linux/lib/libz.a")


def test_without_vcpkg_nothing_is_known() -> None:
    assert Vcpkg(RecordedHost(), PYTHON).find(("zlib",)) is None
    assert not Vcpkg(RecordedHost(), PYTHON).owns("zlib", "/x")
