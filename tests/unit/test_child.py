"""Child processes on real programs: what they print, their limits, and what an interrupt does to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from extdeps.child import Completed, collect, follow

ENVIRON = {"PATH": "/usr/bin:/bin"}


def sh(script: str, *, timeout: float = 30.0, limit: int = 2**20) -> Completed:
    return collect(["/bin/sh", "-c", script], environ=ENVIRON, timeout=timeout, limit=limit)


@pytest.mark.parametrize("pipe", ["", ">&2"])
def test_a_flood_ends(pipe: str) -> None:
    done = sh(f"while :; do echo flood {pipe}; done", limit=2**20)
    assert done.fault == "it printed more than 1 MiB"
    assert (done.stdout, done.stderr) == ("", "")
    assert not done.is_success


def test_only_what_ended_by_itself_with_0_is_a_success() -> None:
    assert sh("echo a; echo b >&2") == Completed(returncode=0, stdout="a\n", stderr="b\n")
    assert sh(":").is_success
    assert not sh("exit 3").is_success


def follow_lines(script: str, *, timeout: float = 30.0) -> tuple[Completed, list[str]]:
    lines: list[str] = []
    done = follow(["/bin/sh", "-c", script], environ=ENVIRON, timeout=timeout, on_line=lines.append)
    return done, lines


def test_lines_come_as_they_are_printed() -> None:
    done, lines = follow_lines(r"printf 'a\r\nb\n'; echo c >&2; printf '10%%\r20%%\r'; printf 'no end'")
    assert lines == ["a", "b", "c", "10%\r", "20%\r", "no end"]
    assert done == Completed(returncode=0, stdout="")


def test_a_line_without_an_end_is_cut() -> None:
    _, lines = follow_lines("head -c 300000 /dev/zero")
    assert sum(map(len, lines)) == 300000
    assert len(lines) > 1


def test_a_followed_program_has_no_input() -> None:
    assert follow_lines("read x || echo none")[1] == ["none"]


def test_a_followed_program_that_hangs_is_ended() -> None:
    done, lines = follow_lines("echo a; exec sleep 60", timeout=0.3)
    assert (done.fault, lines) == ("it took longer than 0.3 s", ["a"])


PROGRAM = """
import sys
from extdeps.child import follow

script = "trap 'echo tidied > {place}/tidied; exit 1' INT; echo ready; while :; do sleep 0.05; done"
try:
    environ = {{"PATH": "/usr/bin:/bin"}}
    follow(["/bin/sh", "-c", script], environ=environ, timeout=60, on_line=lambda line: print(line, flush=True))
except KeyboardInterrupt:
    print("interrupted", flush=True)
"""


def test_an_interrupt_lets_the_program_tidy_up(tmp_path: Path) -> None:
    environ = {"PYTHONPATH": os.pathsep.join(filter(None, sys.path)), **ENVIRON}
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(place=tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        env=environ,
        start_new_session=True,  # without a terminal, so that the signal reaches the program through us alone
    ) as process:
        watch = threading.Timer(60, process.kill)
        watch.start()
        assert process.stdout
        assert process.stdout.readline() == "ready\n"
        process.send_signal(signal.SIGINT)
        assert process.stdout.read().splitlines()[-1] == "interrupted"
        watch.cancel()
    assert (tmp_path / "tidied").read_text() == "tidied\n"
