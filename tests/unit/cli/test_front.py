"""`extdeps pip` and `extdeps uv`: in front of the real ones, which run as if nobody stood there."""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from uv import find_uv_bin

from extdeps.cli.front import find_installation
from extdeps.resources import DIRECTORY_NAME
from support.projects import Shelf
from support.terminal import Terminal, can_open

SPY = """#!/bin/sh
for word; do printf '%s\\n' "$word"; done > "$SPY_LOG.$$"
exec {program} "$@"
"""
DRY = ("--dry-run", "--verbose", "--color=never", "--no-progress")
RUN = "note: {} is run all the same\n"


@pytest.fixture(scope="module")
def fresh(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("venv") / "venv"
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    return place


class Front:
    """An environment, projects for it, and installers whose arguments are written down."""

    def __init__(self, place: Path) -> None:
        self.place = place
        (place / "files").mkdir()
        (place / "home").mkdir()
        (place / "bin").mkdir()
        (place / "overlays/projects").mkdir(parents=True)
        self.shelf = Shelf(place / "files")
        self.python = place / "venv/bin/python"
        self._spy_on(place / "bin/uv", find_uv_bin())
        self.environ = {
            "PATH": f"{place}/bin:/usr/bin:/bin",
            "HOME": str(place / "home"),
            "VIRTUAL_ENV": str(place / "venv"),
            "PIP_CONFIG_FILE": os.devnull,
            "PIP_DISABLE_PIP_VERSION_CHECK": "1",
            "PIP_NO_INDEX": "1",
            "PIP_FIND_LINKS": str(place / "files"),
            "UV_NO_CONFIG": "1",
            "UV_OFFLINE": "1",
            "UV_FIND_LINKS": str(place / "files"),
            "UV_CACHE_DIR": str(place / "uv"),
            "UV_PYTHON_DOWNLOADS": "never",
            "EXTDEPS_CACHE_DIR": "",
            "EXTDEPS_CONFIG": "",
            "EXTDEPS_LOG_DIR": str(place / "logs"),
            "XDG_DATA_HOME": str(place / "data"),
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
            "PYTHONNOUSERSITE": "1",
            "SPY_LOG": str(place / "spied"),
            "NO_COLOR": "1",
            "TERM": "xterm",
        }

    def _spy_on(self, path: Path, program: str) -> None:
        path.write_text(SPY.format(program=program))
        path.chmod(0o755)

    def needs(self, project: str, table: str) -> None:
        """Say what a project needs from outside."""
        directory = self.place / "data" / DIRECTORY_NAME / "projects"
        directory.mkdir(parents=True, exist_ok=True)
        text = f'project = "{project}"\n[[declaration]]\nexternal = {{ {table} }}\n'
        (directory / f"{project}.toml").write_text(text)

    def run(
        self, *arguments: str, directory: Path | None = None, variables: Mapping[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        for path in self.place.glob("spied.*"):
            path.unlink()
        return subprocess.run(
            [sys.executable, "-P", "-m", "extdeps", *arguments],
            env={**self.environ, **(variables or {})},
            cwd=directory or self.place,
            capture_output=True,
            text=True,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    def plain(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """What pip itself does."""
        argv = [str(self.python), "-m", "pip", *arguments]
        return subprocess.run(argv, env=self.environ, cwd=self.place, capture_output=True, text=True, check=False)

    def spied(self) -> list[list[str]]:
        """What was run, in its order."""
        found = sorted(self.place.glob("spied.*"), key=lambda path: path.stat().st_mtime_ns)
        return [path.read_text().splitlines() for path in found]

    def has(self, name: str) -> bool:
        return bool(list(self.place.glob(f"venv/lib/python*/site-packages/{name}-*")))


@pytest.fixture
def front(fresh: Path, tmp_path: Path) -> Front:
    shutil.copytree(fresh, tmp_path / "venv", symlinks=True)
    return Front(tmp_path)


_OURS = st.sampled_from([["--yes"], ["--no-install"], ["--select"], ["--for", "apt"], ["--prefer=apt,pip"]])
_THEIRS = st.sampled_from(
    [
        ["app"],
        ["-r", "a b.txt"],
        ["-Uq"],
        ["--log", "x"],
        ["--pre"],
        ["-C--yes"],
        ["x[y]>=1; z"],
        ["-fa"],
        ["--fo"],
        [""],
    ]
)


@given(st.lists(st.tuples(st.booleans(), _OURS, _THEIRS)), st.booleans())
def test_our_options_may_stand_anywhere(parts: list[tuple[bool, list[str], list[str]]], has_end: bool) -> None:
    line, theirs = ["install", "one"], ["one"]
    for is_ours, ours, others in parts:
        line += ours if is_ours else others
        theirs += [] if is_ours else others
    end = ["--", "--yes", "--for"] if has_end else []
    found = find_installation(argparse.Namespace(command="pip", command_line=[*line, *end]), ("install",))
    assert found is not None
    own, rest = found
    assert rest == (*theirs, *end)
    assert own.yes is (["--yes"] in [ours for is_ours, ours, _ in parts if is_ours])


@pytest.mark.parametrize(
    "line",
    [
        ["uninstall", "--yes", "app"],
        ["list"],
        [],
        ["install"],
        ["install", "--help"],
        ["install", "--yes", "-c", "limits.txt"],
        ["download", "install"],
        ["--log", "install", "list"],
    ],
)
def test_what_installs_nothing_is_not_ours(line: list[str]) -> None:
    assert find_installation(argparse.Namespace(command="pip", command_line=line), ("install",)) is None


def test_pip_gets_its_arguments_as_they_are(front: Front) -> None:
    front.shelf.wheel("app", requires=["leaf"])
    front.shelf.wheel("leaf")
    log = front.place / "pip.log"
    done = front.run("pip", "install", "--yes", "app", "--log", str(log), "--no-compile", "--prefer", "apt", "-q", "-q")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert front.has("app")
    assert front.has("leaf")
    assert "Successfully installed app-1.0 leaf-1.0" in log.read_text()


def test_what_pip_prints_is_all_that_is_printed(front: Front) -> None:
    front.shelf.wheel("app")
    before = front.plain("install", "app", "--dry-run")
    done = front.run("pip", "install", "app", "--dry-run")
    assert (done.returncode, done.stdout, done.stderr) == (0, before.stdout, before.stderr)
    assert "Would install app-1.0" in done.stdout


@pytest.mark.parametrize(
    "arguments", [("--version",), ("list", "--format", "json"), ("install", "--help"), ("install",), ("-q", "no-such")]
)
def test_other_commands_of_pip(arguments: tuple[str, ...], front: Front) -> None:
    before, done = front.plain(*arguments), front.run("pip", *arguments)
    assert (done.returncode, done.stdout, done.stderr) == (before.returncode, before.stdout, before.stderr)


def test_options_of_ours_are_those_of_another_command_of_pip(front: Front) -> None:
    front.shelf.wheel("app")
    assert front.plain("install", "-q", "app").returncode == 0
    done = front.run("pip", "uninstall", "--yes", "app")
    assert done.returncode == 0, done.stderr
    assert not front.has("app")


def test_only_looked_at(front: Front) -> None:
    front.shelf.wheel("app", requires=["mid"])
    front.shelf.wheel("mid")
    front.needs("mid", 'dependencies = ["no-such-thing"]')
    done = front.run("pip", "--no-install", "install", "app")
    assert (done.returncode, done.stdout) == (1, "")
    assert "  ✗  no-such-thing  run  missing" in done.stderr
    assert not front.has("app")
    front.needs("mid", "dependencies = []")
    done = front.run("pip", "install", "app", "--no-install")
    assert (done.returncode, done.stdout) == (0, "")
    assert not front.has("app")


def test_nobody_there_to_say_yes(front: Front) -> None:
    """What is missing has a package here; nobody says yes, and pip runs."""
    front.shelf.wheel("tool")
    front.shelf.wheel("app")
    front.needs("app", 'dependencies = ["swig"]')
    front.shelf.wheel("swig")
    done = front.run("pip", "install", "--for", "pip", "app")
    assert done.returncode == 0, done.stderr
    assert front.has("app")
    assert not front.has("swig")
    assert "error[no-consent]: nothing was run: nobody is here to say yes\n" in done.stderr
    assert done.stderr.endswith(RUN.format("pip"))


def test_after_a_failure_what_was_missing_is_named(front: Front) -> None:
    front.shelf.sdist("app", fault="no such header")
    front.needs("app", 'host-requires = ["no-such-library"], dependencies = ["no-such-program"]')
    done = front.run("pip", "install", "app")
    before = front.plain("install", "app")
    assert (done.returncode, done.stdout) == (before.returncode, before.stdout)
    assert done.returncode != 0
    assert done.stderr.endswith("note: pip failed, and this was missing: `no-such-library` for app\n")


def test_what_cannot_be_installed_together_is_said_by_pip(front: Front) -> None:
    front.shelf.wheel("left", requires=["leaf<2"])
    front.shelf.wheel("right", requires=["leaf>=2"])
    front.shelf.wheel("leaf", "1.0")
    front.shelf.wheel("leaf", "2.0")
    done, before = front.run("pip", "install", "left", "right"), front.plain("install", "left", "right")
    assert (done.returncode, done.stdout) == (before.returncode, before.stdout)
    assert done.stderr.startswith("error[invalid-requirement]: what is asked for cannot be installed together\n")
    assert done.stderr.endswith(before.stderr)


def test_what_stands_behind_two_dashes_is_pips(front: Front) -> None:
    done, before = front.run("pip", "install", "--", "--yes"), front.plain("install", "--", "--yes")
    assert (done.returncode, done.stdout) == (before.returncode, before.stdout)
    assert done.stderr.endswith(before.stderr)


def test_an_option_of_ours_without_its_value(front: Front) -> None:
    done = front.run("pip", "install", "app", "--for")
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == ("error[usage]: argument --for: expected one argument\n\nhint: see `extdeps pip --help`\n")


def test_a_python_without_pip(front: Front) -> None:
    for path in front.place.glob("venv/lib/python*/site-packages/pip"):
        shutil.rmtree(path)
    done = front.run("pip", "install", "app")
    assert done.returncode == 5
    assert done.stderr == (
        f"error[installer]: `{front.python}` has no pip\n\nhint: `extdeps uv pip install` does without one\n"
    )


def test_uv_gets_its_arguments_as_they_are(front: Front) -> None:
    front.shelf.wheel("app", requires=["leaf"])
    front.shelf.wheel("leaf")
    done = front.run("uv", "pip", "install", "--yes", "app", "-q", "--no-index")
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert front.has("leaf")
    found, asked, run = front.spied()
    assert found == ["python", "find", "--no-project"]
    assert asked == ["pip", "install", "app", "--no-index", *DRY]
    assert run == ["pip", "install", "app", "-q", "--no-index"]


def test_uv_and_what_its_projects_need(front: Front) -> None:
    front.shelf.wheel("app", requires=["mid"])
    front.shelf.sdist("mid", fault="no such header")
    front.needs("mid", 'host-requires = ["no-such-library"]')
    done = front.run("uv", "pip", "install", "app", "--no-install")
    assert done.returncode == 1, done.stderr
    assert "  ✗  no-such-library  host  missing" in done.stderr
    done = front.run("uv", "pip", "install", "app")
    assert done.returncode == 1
    assert done.stderr.endswith("note: uv failed, and this was missing: `no-such-library` for mid\n")


def test_other_commands_of_uv(front: Front) -> None:
    done = front.run("uv", "--version")
    assert done.stdout.startswith("uv ")
    assert front.spied() == [["--version"]]
    done = front.run("uv", "pip", "list", "--format", "json")
    assert done.returncode == 0, done.stderr
    assert [item["name"] for item in json.loads(done.stdout) if item["name"] == "pip"] == ["pip"]
    assert front.run("uv", "pip", "install", "--help").returncode == 0


def test_the_environment_that_uv_finds(front: Front) -> None:
    project, other = front.place / "project", front.place / "other"
    deep = project / "a/b"
    deep.mkdir(parents=True)
    for place in (project / ".venv", other):
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    front.shelf.wheel("app")
    front.environ.pop("VIRTUAL_ENV")
    version = "{}.{}".format(*sys.version_info)
    for python, place in ((), project / ".venv"), (("-p", version), project / ".venv"), (("-p", str(other)), other):
        done = front.run("uv", "pip", "install", "app", "--no-index", *python, directory=deep)
        assert done.returncode == 0, done.stderr
        (path,) = place.glob("lib/python*/site-packages/app-1.0.dist-info")
        assert ["python", "find", "--no-project", *python[1:]] in front.spied()
        shutil.rmtree(path)


def test_a_python_that_uv_does_not_find(front: Front) -> None:
    front.shelf.wheel("app")
    done = front.run("uv", "pip", "install", "app", "--no-index", "--python", "3.99")
    assert done.returncode == 2
    assert "3.99" in done.stderr.splitlines()[0]


def test_the_python_of_the_system(front: Front) -> None:
    front.run("uv", "pip", "install", "--system", "--no-install", "app", "--no-index")
    assert ["python", "find", "--no-project", "--system"] in front.spied()


def test_groups_and_trees(front: Front) -> None:
    project = front.place / "project"
    table = '[project]\nname = "tree"\nversion = "1.0"\n[dependency-groups]\ndev = ["app"]\n'
    front.shelf.tree(project, table)
    front.shelf.wheel("app")
    front.needs("app", 'dependencies = ["no-such-thing"]')
    done = front.run("uv", "pip", "install", "--group", "dev", "--no-install", "--no-index", directory=project)
    assert done.returncode == 1, done.stderr
    assert "no-such-thing" in done.stderr
    done = front.run("uv", "pip", "install", "-r", "pyproject.toml", "--no-install", "--no-index", directory=project)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize(
    ("told", "project", "index"),
    [
        (
            {"CONDA_OVERRIDE_CUDA": "12.8", "CONDA_OVERRIDE_CUDA_ARCH": "8.9"},
            "torch>=2.7",
            "https://download.pytorch.org/whl/cu128",
        ),
        ({"CONDA_OVERRIDE_CUDA": ""}, "torch", "https://download.pytorch.org/whl/cpu"),
    ],
)
def test_select_with_told_capabilities(told: Mapping[str, str], project: str, index: str, front: Front) -> None:
    done = front.run("uv", "pip", "install", "torch", "--select", "--dry-run", variables=told)
    assert done.returncode != 0, "there is no index"
    assert front.spied(), done.stderr
    assert front.spied()[-1] == ["pip", "install", project, "--default-index", index, "--dry-run"]


@pytest.mark.skipif(not can_open(), reason="there is no terminal to be had here")
def test_on_a_terminal_the_question_and_what_pip_says(front: Front) -> None:
    front.shelf.wheel("app")
    front.needs("app", 'dependencies = ["swig"]')
    front.shelf.wheel("swig")
    argv = [sys.executable, "-P", "-m", "extdeps", "pip", "install", "app", "--for", "pip"]
    with Terminal(argv, front.environ, front.place) as terminal:
        terminal.expect("Run this? [y/N] ", timeout=120)
        terminal.type("n\n")
        assert terminal.end(timeout=120) == 0
    assert terminal.said.startswith("asking pip what it would install\n")
    assert "Processing " in terminal.said.partition("Run this?")[0], "its last line is shown"
    assert "Successfully installed app-1.0" in terminal.said
    assert not front.has("swig")
