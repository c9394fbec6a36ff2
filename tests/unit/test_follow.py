"""Programs that change the system, on real ones: their lines, their limits, and what an interrupt does to them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from itertools import pairwise
from pathlib import Path

from extdeps.child import Completed
from extdeps.follow import follow
from support.processes import ends

ENVIRON = {"PATH": "/usr/bin:/bin"}


def follow_lines(script: str, *, timeout: float = 30.0) -> tuple[Completed, list[str]]:
    lines: list[str] = []
    done = follow(["/bin/sh", "-c", script], environ=ENVIRON, timeout=timeout, on_line=lines.append)
    return done, lines


def test_lines_come_as_they_are_printed() -> None:
    done, lines = follow_lines(r"printf 'a\r\nb\n'; echo c >&2; printf '10%%\r20%%\r'; printf 'no end'")
    again = {index for index, (one, other) in enumerate(pairwise(lines)) if one == other == "20%\r"}
    once = [line for index, line in enumerate(lines) if index not in again]
    assert once == ["a", "b", "c", "10%\r", "20%\r", "no end"], "what is gone back over may come twice"
    assert done == Completed(returncode=0, stdout="")


def test_what_a_line_overwrites_is_marked() -> None:
    """A progress bar is seen as it moves, and its last state is the line."""
    _, lines = follow_lines(
        r"printf '10%%\r20%%\r'; sleep 0.3; printf '\nb\r\n'; printf 'c\r'; sleep 0.3; printf 'd\n'"
    )
    assert list(dict.fromkeys(lines)) == ["10%\r", "20%\r", "20%", "b", "c\r", "d"]


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
from extdeps.follow import follow
from support.processes import ends

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
        said = "interrupted: it has 30 s to end by itself; a second interrupt ends it now\ninterrupted\n"
        assert process.stdout.read() == said
        watch.cancel()
    assert (tmp_path / "tidied").read_text() == "tidied\n"


def test_what_it_has_started_in_a_session_of_its_own_ends_with_it(tmp_path: Path) -> None:
    done, _ = follow_lines(f"setsid sleep 60 & echo $! > {tmp_path}/pid; wait", timeout=1.0)
    assert done.fault == "it took longer than 1 s"
    assert ends(tmp_path / "pid")


def test_a_program_behind_one_that_makes_it_root_is_ended_too(tmp_path: Path) -> None:
    sudo = tmp_path / "sudo"  # as sudo does with `-n`: it runs what it is given
    sudo.write_text('#!/bin/sh\n[ "$1" = -n ] && shift\n"$@"\n')
    sudo.chmod(0o755)
    argv = [str(sudo), "sh", "-c", f"echo $$ > {tmp_path}/pid; exec sleep 60"]
    done = follow(argv, environ=ENVIRON, timeout=1.0, on_line=print)
    assert done.fault == "it took longer than 1 s"
    assert ends(tmp_path / "pid")
