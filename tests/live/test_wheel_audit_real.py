"""Wheels of PyPI: exactly which libraries they carry and whose those are, and what readelf reads in them."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from extdeps.audit.wheel import audit_wheels
from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import Ecosystem
from extdeps.cli.main import main
from extdeps.model.wheelaudit import CarriedLibrary, WheelAudit
from extdeps.resources import shipped_directory

CATALOGUE = Catalogue((shipped_directory(),))
WHEELS: list[dict[str, Any]] = tomllib.loads((Path(__file__).parent / "wheels.toml").read_text())["wheel"]
LINUX = [wheel for wheel in WHEELS if "linux" in wheel["platform"]]


def name_of(wheel: dict[str, Any]) -> str:
    return f"{wheel['requirement']}-{wheel['platform']}"


@pytest.fixture(scope="module")
def downloads(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("wheels")


def download(wheel: dict[str, Any], downloads: Path) -> Path:
    directory = downloads / name_of(wheel)
    if not directory.exists():
        command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "--only-binary", ":all:"]
        command += ["--python-version", "312", "--platform", wheel["platform"], "--dest", str(directory)]
        subprocess.run([*command, wheel["requirement"]], check=True)
    (path,) = directory.iterdir()
    return path


def audit(path: Path) -> WheelAudit:
    return audit_wheels([str(path)], CATALOGUE, Ecosystem(name="debian", release="13")).wheels[0]


def shorten(identifier: str) -> str:
    return identifier.removeprefix("dep:generic/")


def whose(library: CarriedLibrary) -> str:
    return " or ".join(map(shorten, library.identifiers)) or "?"


@pytest.mark.network
@pytest.mark.parametrize("wheel", WHEELS, ids=name_of)
def test_what_a_wheel_carries(wheel: dict[str, Any], downloads: Path) -> None:
    found = audit(download(wheel, downloads))
    libraries: dict[str, list[str]] = {}
    for library in found.libraries:
        libraries.setdefault(whose(library), []).append(library.original)
    assert {name: sorted(files) for name, files in libraries.items()} == wheel["libraries"]
    assert {library.vendor for library in found.libraries} == set(filter(None, [wheel["vendor"]]))
    assert sorted(shorten(item.identifier) for item in found.externalized if item.is_direct) == wheel["direct"]
    assert found.unreadable == ()


def called_libraries(path: Path) -> Iterator[str]:
    """The members of a wheel that are called like shared libraries and not like extension modules."""
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            file = name.rpartition("/")[2]
            if re.search(r"\.so(\.|$)|\.dylib$|\.dll$", file) and not re.search(r"\.(cpython-|abi3)", file):
                yield name


@pytest.mark.network
@pytest.mark.parametrize("wheel", WHEELS, ids=name_of)
def test_what_is_called_a_library_is_one(wheel: dict[str, Any], downloads: Path) -> None:
    path = download(wheel, downloads)
    assert sorted(library.path for library in audit(path).libraries) == sorted(called_libraries(path))


def ask_readelf(path: Path) -> tuple[str, tuple[str, ...]]:
    command = ["readelf", "--dynamic", "--wide", str(path)]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    sonames = re.findall(r"\(SONAME\).*\[(.*)\]", text)
    return sonames[0] if sonames else "", tuple(re.findall(r"\(NEEDED\).*\[(.*)\]", text))


@pytest.mark.network
@pytest.mark.parametrize("wheel", LINUX, ids=name_of)
def test_readelf_says_the_same(wheel: dict[str, Any], downloads: Path, tmp_path: Path) -> None:
    path = download(wheel, downloads)
    with zipfile.ZipFile(path) as archive:
        for library in audit(path).libraries:
            copy = Path(archive.extract(library.path, tmp_path))
            assert (library.soname, library.needed) == ask_readelf(copy), library.path
            copy.unlink()


@pytest.mark.network
def test_the_command(downloads: Path, capsys: pytest.CaptureFixture[str]) -> None:
    wheel = next(item for item in LINUX if item["requirement"].startswith("psycopg2"))
    assert main(["wheel", "audit", "--target", "debian+13", str(download(wheel, downloads))]) == 0
    out = capsys.readouterr().out
    assert "    2.3 MB  (6.5 MB)    libcrypto.so.3         openssl     auditwheel\n" in out
    assert "  163.0 kB without what is known: 4.1 MB or 96% less\n" in out
    assert '    [external]\n    dependencies = [\n      "dep:generic/libpq",\n    ]\n' in out
