"""What several commands are tested with."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from support.pips import Pip, write_wheel


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("venv") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    return place


@pytest.fixture
def pip(fresh: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pip:
    shutil.copytree(fresh, tmp_path / "venv", symlinks=True)
    found = Pip(tmp_path)
    write_wheel(found.wheels, "swig", program="swig")
    for name in set(os.environ) - {"COVERAGE_PROCESS_START", "PYTEST_CURRENT_TEST"}:
        monkeypatch.delenv(name)
    for name, value in found.environ.items():
        monkeypatch.setenv(name, value)
    return found
