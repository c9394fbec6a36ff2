"""The main job against the index that pip is configured for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path


def check(*arguments: str) -> dict[str, list[dict[str, object]]]:
    command = [sys.executable, "-m", "extdeps", "check", *arguments, "--format", "json"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 1), done.stderr
    report: dict[str, list[dict[str, object]]] = json.loads(done.stdout)
    return report


def test_a_wheel_needs_its_run_phase_and_an_sdist_all_three() -> None:
    assert {item["phase"] for item in check("lxml")["findings"]} <= {"run"}
    built = check("--no-binary", "lxml", "lxml")["findings"]
    assert {"build", "host"} <= {item["phase"] for item in built}
    assert "dep:generic/libxml2" in {item["identifier"] for item in built}
    assert all(item["requested_by"] == ["lxml"] for item in built)


def test_a_project_that_has_no_wheel() -> None:
    identifiers = {item["identifier"] for item in check("psycopg2>=2.9")["findings"]}
    assert {"dep:generic/libpq", "dep:virtual/compiler/c", "dep:generic/python"} <= identifiers


def test_the_overlay_of_the_version_that_is_asked_for() -> None:
    old = check("--no-binary", "pyproj", "pyproj==3.6.1")["findings"]
    new = check("--no-binary", "pyproj", "pyproj==3.7.1")["findings"]
    assert any(item["requirement"] == "dep:generic/proj@>=9.2" for item in new)
    assert not any(item["requirement"] == "dep:generic/proj@>=9.2" for item in old)


def test_the_version_that_equals_the_librarys() -> None:
    asked = {item["requirement"] for item in check("gdal==3.6.2")["findings"]}
    assert "dep:generic/gdal@==3.6.2" in asked


def test_a_requirements_file(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("psycopg2  # comment\n-r more.txt\n--no-binary lxml\n")
    (tmp_path / "more.txt").write_text("lxml>=5\nsix; sys_platform == 'nosuch'\n")
    report = check("-r", str(tmp_path / "requirements.txt"))
    asked_by = {name for item in report["findings"] for name in item["requested_by"]}  # type: ignore[attr-defined]
    assert asked_by == {"psycopg2", "lxml"}


def test_installed(tmp_path: Path) -> None:
    environment = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(environment)], check=True)
    subprocess.run([str(environment / "bin/pip"), "install", "-q", "graphviz==0.21"], check=True)
    report = check("--installed", "--python", str(environment / "bin/python"))
    assert [(item["identifier"], item["requested_by"]) for item in report["findings"]] == [
        ("dep:generic/graphviz", ["graphviz 0.21"])
    ]
