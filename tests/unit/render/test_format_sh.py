"""The plan as a script: the shells read it, shellcheck has nothing to say, and commands get their words."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from extdeps.model.plan import Plan
from extdeps.render.formats.table import FORMATS
from support.plans import NASTY_WORDS, make_plan, make_step, make_unmet
from support.shells import assert_readable

SHELLS = ("bash", "dash")
ENVIRONMENT = (("DEBIAN_FRONTEND", "noninteractive"), ("LC_ALL", "C.UTF-8"))
PLAIN = make_plan(
    steps=(
        make_step("apt-get", "update", elevation="sudo", environment=ENVIRONMENT),
        make_step("apt-get", "install", "--yes", "--", "libgdal-dev", "g++", elevation="sudo", environment=ENVIRONMENT),
    ),
    subjects=("spam", "./egg s"),
)
NASTY_PLAN = make_plan(
    unmet=tuple(make_unmet(text) for text in NASTY_WORDS),
    steps=(replace(make_step("tool", *NASTY_WORDS), kind="environment"),),
    subjects=NASTY_WORDS,
    notes=NASTY_WORDS,
)
PLANS = {
    "plain": PLAIN,
    "empty": make_plan(),
    "nasty": NASTY_PLAN,
    "codes": make_plan(steps=(replace(make_step("true"), success_codes=frozenset({0, 100, 107})),)),
}


def write(plan: Plan, directory: Path) -> Path:
    path = directory / "plan.sh"
    path.write_text(FORMATS["sh"].render((plan,)), encoding="utf-8")
    return path


def run(shell: str, path: Path) -> subprocess.CompletedProcess[bytes]:
    environ = {"PATH": f"{path.parent}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    return subprocess.run([shell, path], cwd=path.parent, env=environ, capture_output=True, check=False)


def write_program(path: Path, text: str) -> None:
    path.write_text(f"#!{sys.executable}\n{text}")
    path.chmod(0o755)


def test_a_script_as_a_person_would_write_it() -> None:
    assert FORMATS["sh"].render((PLAIN,)) == (
        "#!/bin/sh\n"
        "# Made by `extdeps plan spam './egg s' --format sh`, for debian+12.\n"
        "set -eu\n"
        "\n"
        "sudo env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get update\n"
        "sudo env DEBIAN_FRONTEND=noninteractive LC_ALL=C.UTF-8 apt-get install --yes -- libgdal-dev g++\n"
    )


@pytest.mark.parametrize("name", PLANS)
def test_shells_and_shellcheck_read_it(name: str) -> None:
    assert_readable(FORMATS["sh"].render((PLANS[name],)))


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize("elevation", ["", "sudo"])
def test_commands_get_the_very_words(shell: str, elevation: str, tmp_path: Path) -> None:
    words = tuple(text for text in NASTY_WORDS if "\udc80" not in text)
    log = tmp_path / "log"
    write_program(
        tmp_path / "tool",
        f"import os, sys\nopen({str(log)!r}, 'a').write(repr((sys.argv[1:], os.environ.get('SET'))) + '\\n')\n",
    )
    write_program(tmp_path / "sudo", "import os, sys\nos.execvp(sys.argv[1], sys.argv[1:])\n")
    step = make_step("tool", *words, elevation=elevation, environment=(("SET", words[2]),))
    done = run(shell, write(make_plan(steps=(step, make_step("tool"))), tmp_path))
    assert (done.returncode, done.stderr) == (0, b"")
    assert log.read_text().splitlines() == [repr((list(words), words[2])), repr(([], None))]
    assert not (tmp_path / "owned").exists()


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(("code", "end"), [(0, 0), (100, 0), (107, 0), (4, 4), (127, 127)])
def test_it_stops_at_the_first_failure(shell: str, code: int, end: int, tmp_path: Path) -> None:
    write_program(tmp_path / "tool", f"raise SystemExit({code})\n")
    write_program(tmp_path / "next", "print('next')\n")
    step = replace(make_step("tool"), success_codes=frozenset({0, 100, 107}))
    done = run(shell, write(make_plan(steps=(step, make_step("next"))), tmp_path))
    assert (done.returncode, done.stdout) == (end, b"" if end else b"next\n")
    plain = run(shell, write(make_plan(steps=(make_step("tool"), make_step("next"))), tmp_path))
    assert plain.returncode == code


@pytest.mark.parametrize("shell", SHELLS)
def test_what_is_left_out_is_said_and_does_nothing(shell: str, tmp_path: Path) -> None:
    path = write(NASTY_PLAN, tmp_path)
    done = run(shell, path)
    assert (done.returncode, done.stdout) == (0, b"There is nothing to install.\n")
    assert [entry.name for entry in tmp_path.iterdir()] == ["plan.sh"]
    said, text = done.stderr.decode().splitlines(), path.read_text()
    assert sum(line.startswith("Left out: ") for line in said) == len(NASTY_WORDS)
    assert said[-1].startswith('A build finds it after: eval "$(tool ')
    assert all(f"# {line}\n" in text for line in said[:-1])
    assert text.count("# Note:") == len(NASTY_WORDS)


def test_an_empty_plan_says_so(tmp_path: Path) -> None:
    done = run("dash", write(make_plan(), tmp_path))
    assert (done.returncode, done.stdout, done.stderr) == (0, b"There is nothing to install.\n", b"")


@pytest.mark.parametrize("shell", SHELLS)
@pytest.mark.parametrize(
    ("said", "code", "end"),
    [("Hit:1 x", 0, 0), ("W: Failed to fetch x", 0, 1), ("Hit:1 x", 100, 100), ("E: W: Failed to fetch", 0, 0)],
)
def test_a_fetch_that_fails_with_0_is_a_failure(shell: str, said: str, code: int, end: int, tmp_path: Path) -> None:
    write_program(tmp_path / "tool", f"print('first', flush=True)\nprint({said!r})\nraise SystemExit({code})\n")
    write_program(tmp_path / "next", "print('next')\n")
    fetch = replace(make_step("tool", "'", elevation="env"), kind="refresh", failure_message=r"^W: (Some|Failed to) ")
    path = write(make_plan(steps=(fetch, replace(make_step("next"), failure_message="next"))), tmp_path)
    assert_readable(path.read_text())
    done = run(shell, path)
    assert done.returncode == end
    assert (done.stdout + done.stderr).decode().splitlines() == ["first", said, *([] if end else ["next"])]
