"""`extdeps cache`: what is said of it, and what is left of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.cache import Cache
from extdeps.cli.main import main

Say = pytest.CaptureFixture[str]


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cache:
    monkeypatch.setenv("EXTDEPS_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("EXTDEPS_CACHE_LIMIT", "2")
    cache = Cache(str(tmp_path / "cache"))
    cache.put("metadata", "a", bytes(1500))
    return cache


def test_info(cache: Cache, capsys: Say) -> None:
    assert main(["cache", "info"]) == 0
    assert capsys.readouterr().out == (
        f"{cache.directory}\n"
        "  metadata: 1 entry, 1.5 kB\n"
        "  resolution: 0 entries, 0 B\n"
        "1 entry, 1.5 kB, of at most 2 MiB\n"
    )


def test_info_as_json(cache: Cache, capsys: Say) -> None:
    assert main(["cache", "info", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema_version": 1,
        "directory": cache.directory,
        "limit": 2 * 1024**2,
        "kinds": [{"name": "metadata", "entries": 1, "size": 1501}, {"name": "resolution", "entries": 0, "size": 0}],
    }


def test_clear_says_what_it_removed(cache: Cache, capsys: Say) -> None:
    assert main(["cache", "clear"]) == 0
    assert capsys.readouterr().out == f"removed 1 entry, 1.5 kB, from {cache.directory}\n"
    assert main(["cache", "clear"]) == 0
    assert capsys.readouterr().out == f"removed 0 entries, 0 B, from {cache.directory}\n"


def test_where_nothing_is_kept(monkeypatch: pytest.MonkeyPatch, capsys: Say) -> None:
    monkeypatch.setenv("EXTDEPS_CACHE_DIR", "")
    assert main(["cache", "info"]) == 0
    assert main(["cache", "clear"]) == 0
    said = "nothing is kept: `EXTDEPS_CACHE_DIR` is empty, or there is no home\n"
    assert capsys.readouterr().out == f"{said}{said}"


def test_a_value_that_is_wrong(monkeypatch: pytest.MonkeyPatch, capsys: Say) -> None:
    monkeypatch.setenv("EXTDEPS_CACHE_LIMIT", "64M")
    assert main(["cache", "info"]) == 5
    assert capsys.readouterr().err == (
        "error[environment]: `EXTDEPS_CACHE_LIMIT` is `64M`\n\nhint: it is a number of MiB, such as `64`\n"
    )
