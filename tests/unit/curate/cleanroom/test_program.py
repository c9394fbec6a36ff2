"""extdeps as a directory that another Python runs."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import PackageNotFoundError
from pathlib import Path

import pytest

from extdeps.curate.cleanroom.program import find_packages, stage_program
from extdeps.resources import shipped_directory


def test_what_extdeps_depends_on() -> None:
    """Also what that depends on in turn, and nothing of the tests."""
    found = set(find_packages("extdeps"))
    assert found >= {"packaging", "platformdirs", "resolvelib", "rich", "pygments", "urllib3"}
    assert not found & {"extdeps", "pytest", "rattler"}


def test_a_project_that_is_not_there() -> None:
    with pytest.raises(PackageNotFoundError):
        list(find_packages("no-such-project"))


def test_a_python_without_anything_runs_it(tmp_path: Path) -> None:
    program = tmp_path / "program"
    stage_program(str(program), shipped_directory())
    alone = [sys.executable, "-I", "-S", str(program)]
    done = subprocess.run([*alone, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("extdeps ")
    plan = [*alone, "plan", "--dep", "zlib", "--target", "debian+12"]
    done = subprocess.run(plan, capture_output=True, text=True, check=True)
    assert "zlib1g" in done.stdout
    fetch = "import sys; sys.path.insert(0, sys.argv[1]); import extdeps.fetch, urllib3; print(urllib3.__file__)"
    python = [sys.executable, "-I", "-S", "-c", fetch, str(program)]
    assert subprocess.run(python, capture_output=True, text=True, check=True).stdout.startswith(str(program))
