"""Where documents are looked for on each system (PEP 804, "Mappings")."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.resources import (
    DIRECTORY_NAME,
    SHIPPED_VERSION,
    data_directories,
    find_document,
    read_generations,
    shipped_directory,
    store_directory,
)


@pytest.mark.parametrize(
    ("system", "environ", "bases"),
    [
        ("Linux", {"HOME": "/home/a"}, ["/home/a/.local/share", "/usr/local/share", "/usr/share"]),
        ("Linux", {"HOME": "/home/a", "XDG_DATA_HOME": "/data"}, ["/data", "/usr/local/share", "/usr/share"]),
        ("Linux", {"XDG_DATA_HOME": "/data", "XDG_DATA_DIRS": "/x:rel::/y"}, ["/data", "/x", "/y"]),
        ("Linux", {"HOME": "/home/a", "XDG_DATA_HOME": "", "XDG_DATA_DIRS": "/x"}, ["/home/a/.local/share", "/x"]),
        ("Linux", {}, ["/usr/local/share", "/usr/share"]),
        ("FreeBSD", {"HOME": "/home/a", "XDG_DATA_DIRS": "/x"}, ["/home/a/.local/share", "/x"]),
        ("Darwin", {"HOME": "/Users/a", "XDG_DATA_HOME": "/data"}, ["/Users/a/Library/Application Support"]),
        ("Darwin", {}, []),
        ("Windows", {"LOCALAPPDATA": "/c/Local", "HOME": "/c/a"}, ["/c/Local"]),
        ("Windows", {"LOCALAPPDATA": ""}, []),
    ],
)
def test_data_directories(system: str, environ: dict[str, str], bases: list[str]) -> None:
    assert data_directories(environ, system) == (
        *(f"{base}/external-packaging-metadata-mappings" for base in bases),
        shipped_directory(),
    )


def test_a_relative_home_of_data_does_not_count() -> None:
    directories = data_directories({"XDG_DATA_HOME": "data", "XDG_DATA_DIRS": "/x"}, "Linux")
    assert all(os.path.isabs(directory) for directory in directories)


def test_the_shipped_documents_are_there() -> None:
    assert {"registry.json", "probes.json", "relations.json", "known-ecosystems.json"} <= set(
        os.listdir(shipped_directory())
    )


def test_the_first_directory_that_has_a_document_wins(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name / DIRECTORY_NAME).mkdir(parents=True)
    directories = tuple(f"{tmp_path}/{name}/{DIRECTORY_NAME}" for name in ("nosuch", "a", "b", "c"))
    (tmp_path / "a" / DIRECTORY_NAME / "x.json").mkdir()  # no document
    assert find_document("x.json", directories) is None
    for name in ("c", "b"):
        (tmp_path / name / DIRECTORY_NAME / "x.json").write_text("{}")
        assert find_document("x.json", directories) == f"{tmp_path}/{name}/{DIRECTORY_NAME}/x.json"


def test_the_shipped_version_is_that_of_the_project() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text())["project"]
    assert project["version"] == SHIPPED_VERSION


@pytest.mark.parametrize(
    ("system", "environ", "directory"),
    [
        ("Linux", {"HOME": "/home/a"}, "/home/a/.local/share"),
        ("Linux", {"HOME": "/home/a", "XDG_DATA_HOME": "/data"}, "/data"),
        ("Linux", {"XDG_DATA_DIRS": "/x"}, ""),
        ("Darwin", {"HOME": "/Users/a"}, "/Users/a/Library/Application Support"),
        ("Windows", {}, ""),
    ],
)
def test_store_directory(system: str, environ: dict[str, str], directory: str) -> None:
    expected = f"{directory}/{DIRECTORY_NAME}/extdeps" if directory else ""
    assert store_directory(environ, system) == expected


def make_generation(store: Path, name: str) -> None:
    (store / name).mkdir(parents=True)
    (store / name / "registry.json").write_text("{}")


@pytest.mark.parametrize(
    ("version", "counts"),
    [
        (SHIPPED_VERSION, True),
        (f"{SHIPPED_VERSION}.0", True),
        (f"{SHIPPED_VERSION}.post1", True),
        (f"{SHIPPED_VERSION}rc1", False),
        (f"{SHIPPED_VERSION}.dev3", False),
        (f"{SHIPPED_VERSION}.1rc1", True),
        ("0.0.99", False),
        ("0.2rc1", True),
        ("10.0", True),
        ("2026.11.22", True),
        ("", False),
        ("x", False),
    ],
)
def test_fetched_documents_stand_in_the_place_of_the_shipped_ones_unless_these_are_newer(
    tmp_path: Path, version: str, counts: bool
) -> None:
    environ = {"XDG_DATA_HOME": str(tmp_path), "XDG_DATA_DIRS": "/x"}
    store = tmp_path / DIRECTORY_NAME / "extdeps"
    make_generation(store, f"{version}-1")
    assert data_directories(environ, "Linux")[-1] == shipped_directory()  # nothing points to it
    (store / "in-force").write_text(f"{version}-1\n")
    last = str(store / f"{version}-1") if counts else shipped_directory()
    assert data_directories(environ, "Linux") == (f"{tmp_path}/{DIRECTORY_NAME}", f"/x/{DIRECTORY_NAME}", last)


@pytest.mark.parametrize(
    "content", [b"", b"\n", b"9.0-9\n", b"../9.0-1\n", b"/9.0-1\n", b"..\n", b"\xff\xfe", b"9" * 5000]
)
def test_a_pointer_that_leads_nowhere(tmp_path: Path, content: bytes) -> None:
    make_generation(tmp_path, "9.0-1")
    make_generation(tmp_path / "store", "9.0-1")
    (tmp_path / "registry.json").write_text("{}")
    (tmp_path / "store" / "in-force").write_bytes(content)
    assert read_generations(str(tmp_path / "store")) == ()


def test_a_pointer_that_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "in-force").mkdir()
    assert read_generations(str(tmp_path)) == ()


def test_the_version_is_printed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"extdeps {SHIPPED_VERSION}\n"
