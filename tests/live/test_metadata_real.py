"""A wheel of PyPI that auditwheel has completed, with what it would have said that it needs."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from extdeps.cli.main import main
from support.finished import check_record

pytestmark = pytest.mark.network


def test_psycopg2_does_not_need_what_it_carries(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """libpq and what it brings is in the wheel; the rest stays, and pip installs what was written."""
    command = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary",
        ":all:",
        "psycopg2-binary==2.9.10",
    ]
    subprocess.run([*command, "--dest", str(tmp_path)], check=True, capture_output=True)
    (wheel,) = tmp_path.glob("*.whl")
    (tmp_path / "pyproject.toml").write_text('[external]\ndependencies = ["libpq>=9.1", "openssl", "git", "libxml2"]\n')
    assert main(["metadata", "write", str(wheel), "--pyproject", str(tmp_path / "pyproject.toml")]) == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split() for line in said[1:3]] == [
        ["Requires-External-Dep", "dep:generic/git"],
        ["Requires-External-Dep", "dep:generic/libxml2"],
    ]
    assert [line.split()[:2] for line in said[3:5]] == [
        ["dropped", "dep:generic/libpq@>=9.1"],
        ["dropped", "dep:generic/openssl"],
    ]
    check_record(wheel)
    place = tmp_path / "site"
    subprocess.run(
        [sys.executable, "-m", "pip", "install", "--no-deps", "--target", str(place), str(wheel)], check=True
    )
    done = subprocess.run(
        [sys.executable, "-c", "import psycopg2; print(psycopg2.__libpq_version__ > 0)"],
        env={"PYTHONPATH": str(place)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == "True\n"
