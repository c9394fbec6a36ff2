"""Where documents are looked for on each system (PEP 804, "Mappings")."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extdeps.resources import DIRECTORY_NAME, data_directories, find_document, shipped_directory


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
    assert {"registry.json", "probes.json", "known-ecosystems.json"} <= set(os.listdir(shipped_directory()))


def test_the_first_directory_that_has_a_document_wins(tmp_path: Path) -> None:
    for name in ("a", "b", "c"):
        (tmp_path / name / DIRECTORY_NAME).mkdir(parents=True)
    directories = tuple(f"{tmp_path}/{name}/{DIRECTORY_NAME}" for name in ("nosuch", "a", "b", "c"))
    (tmp_path / "a" / DIRECTORY_NAME / "x.json").mkdir()  # no document
    assert find_document("x.json", directories) is None
    for name in ("c", "b"):
        (tmp_path / name / DIRECTORY_NAME / "x.json").write_text("{}")
        assert find_document("x.json", directories) == f"{tmp_path}/{name}/{DIRECTORY_NAME}/x.json"
