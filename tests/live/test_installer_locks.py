"""Locks that pip and uv write now, beside what these would install from them."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pytest

from extdeps.declaration.installer.pipconfig import PipConfiguration
from extdeps.declaration.lockfiles.read import read_installer_lock
from extdeps.declaration.named import Sources
from extdeps.host import LocalHost
from extdeps.interpreter import find_interpreter

pytestmark = pytest.mark.network

PROJECT = """
[project]
name = "demo"
version = "0.1"
requires-python = ">=3.11"
dependencies = [
  "lxml>=5",
  "colorama; sys_platform == 'win32'",
  "numpy<2; python_version < '3.12'",
  "numpy>=2; python_version >= '3.12'",
  "cachecontrol[filecache]>=0.14",
  "locallib",
]
[project.optional-dependencies]
pg = ["psycopg2>=2.9"]
[dependency-groups]
test = ["iniconfig"]
[build-system]
requires = ["hatchling"]
build-backend = "hatchling.build"
[tool.hatch.build.targets.wheel]
bypass-selection = true
[tool.uv]
default-groups = []
[tool.uv.sources]
locallib = { path = "lib" }
"""
LIBRARY = (
    PROJECT.partition("dependencies = [")[0].replace("demo", "locallib")
    + 'dependencies = ["six"]\n'
    + (PROJECT[PROJECT.index("[build-system]") : PROJECT.index("[tool.uv]")])
)
WOULD = re.compile(r"^ \+ (?P<name>[a-z0-9._-]+)(?:==(?P<version>\S+)| @ )", re.MULTILINE)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "lib").mkdir()
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "lib/pyproject.toml").write_text(LIBRARY)
    return tmp_path


def run(directory: Path, arguments: Sequence[str]) -> str:
    settings = ("PIP_", "UV_", "VIRTUAL_ENV")
    environ = {key: value for key, value in os.environ.items() if not key.startswith(settings) or key == "PIP_CERT"}
    done = subprocess.run(
        arguments,
        cwd=directory,
        env={**environ, "PIP_CONFIG_FILE": os.devnull, "NO_COLOR": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout + done.stderr


def uv(directory: Path, *arguments: str) -> str:
    return run(directory, (sys.executable, "-m", "uv", *arguments, "--python", sys.executable))


def members(path: Path, extras: str = "", groups: str = "") -> dict[str, tuple[str, str]]:
    host = LocalHost({})
    interpreter = find_interpreter(host)
    sources = Sources(
        host=host,
        interpreter=interpreter,
        libc=("", ""),
        configuration=PipConfiguration(),
        overlays=lambda _name: (),
        fetcher=None,
        marker_environment=interpreter.marker_environment,
    )
    found = read_installer_lock(str(path), sources, extras=frozenset(extras.split()), groups=frozenset(groups.split()))
    return {item.name: (item.version, item.file.name if item.file else "") for item in found}


def read_versions(text: str) -> dict[str, str]:
    """Names and versions; a source tree has none before it is built."""
    return {found["name"]: found["version"] or "" for found in WOULD.finditer(text)}


@pytest.mark.parametrize(("extras", "groups"), [("", ""), ("pg", ""), ("", "test"), ("pg", "test")])
def test_uv_lock_is_what_uv_would_install(project: Path, extras: str, groups: str) -> None:
    uv(project, "lock")
    options = [f"--extra={name}" for name in extras.split()] + [f"--group={name}" for name in groups.split()]
    said = read_versions(uv(project, "sync", "--dry-run", "--frozen", *options))
    found = members(project / "uv.lock", extras, groups)
    assert {name: version if file else "" for name, (version, file) in found.items()} == said

    uv(project, "export", "--quiet", "--format=pylock.toml", "--output-file=pylock.toml", *options)
    exported = members(project / "pylock.toml")
    assert set(exported) == set(found)
    assert {name: file for name, (_, file) in exported.items()} == {name: file for name, (_, file) in found.items()}


def test_what_uv_compiles_is_what_it_would_install(project: Path) -> None:
    (project / "requirements.in").write_text(
        "lxml\ncachecontrol[filecache]\ncolorama; sys_platform == 'win32'\n./lib\n"
    )
    uv(project, "pip", "compile", "--quiet", "--format=pylock.toml", "requirements.in", "--output-file=pylock.toml")
    uv(project, "venv", "--quiet")
    python = str(project / ".venv/bin/python")
    said = run(project, (sys.executable, "-m", "uv", "pip", "install", "--dry-run", "-r", "pylock.toml", "-p", python))
    found = members(project / "pylock.toml")
    assert {name: version if file else "" for name, (version, file) in found.items()} == read_versions(said)


def test_pip_lock_is_what_pip_would_install(project: Path) -> None:
    run(project, (sys.executable, "-m", "venv", "pip"))
    pip = (str(project / "pip/bin/python"), "-m", "pip", "--disable-pip-version-check")
    run(project, (*pip, "install", "--quiet", "pip>=25.1"))
    wanted = ("lxml", "cachecontrol[filecache]", "psycopg2", "./lib")
    run(project, (*pip, "lock", "--quiet", *wanted, "--output", "pylock.toml"))
    run(project, (*pip, "install", "--quiet", "--dry-run", "--ignore-installed", "--report", "report.json", *wanted))
    report = json.loads((project / "report.json").read_text())["install"]
    urls = {item["metadata"]["name"].lower(): item["download_info"]["url"] for item in report}
    found = members(project / "pylock.toml")
    assert set(found) == set(urls)
    files = {name: file for name, (_, file) in found.items() if file}
    assert files == {name: urls[name].rpartition("/")[2] for name in files}
    assert set(found) - set(files) == {"locallib"}
