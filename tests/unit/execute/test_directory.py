"""Where the logs and the lock are kept, also for a user without a home."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from extdeps.execute.directory import find_directory


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for variable in ("XDG_STATE_HOME", "XDG_CACHE_HOME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    (tmp_path / "tmp").mkdir()
    return tmp_path / "home"


def test_a_directory_that_was_given() -> None:
    assert find_directory({"EXTDEPS_LOG_DIR": "/x"}) == "/x"


def test_a_home_of_ones_own(home: Path) -> None:
    directory = find_directory({})
    assert directory.startswith(f"{home}/")
    assert Path(directory).stat().st_mode & 0o777 == 0o700


def test_a_home_that_cannot_be_made(home: Path) -> None:
    home.touch()
    directory = Path(find_directory({}))
    assert directory == home.parent / "tmp" / f"extdeps-{os.getuid()}"
    assert directory.stat().st_mode & 0o777 == 0o700


def test_nowhere(home: Path) -> None:
    home.touch()
    (home.parent / "tmp" / f"extdeps-{os.getuid()}").symlink_to("elsewhere")
    assert find_directory({}).startswith(f"{home}/")
