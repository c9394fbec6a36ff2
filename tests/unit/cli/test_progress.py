"""What is shown while an installation runs, where nobody sits before a terminal."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from extdeps.cli.progress import Progress
from support.terminal import Terminal, can_open

FOLLOWING = """
import time
from extdeps.cli.progress import Progress

with Progress(verbose={verbose}).follow_lines("asking pip") as show:
    for line in ("Collecting one", "", "Collecting another, which is longer", "short"):
        show(line)
print("done")
"""
PROGRAM = """
import sys
from extdeps.cli.console import print_styled
from extdeps.cli.progress import Progress
from extdeps.render.text import Span

print_styled([(Span("what would be run"),)])
Progress(verbose=False).wait("it runs")
print_styled([(Span("what came of it"),)])
"""


def test_a_file_with_both_streams_has_them_in_order() -> None:
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=True
    )
    assert done.stdout == "what would be run\nit runs\nwhat came of it\n"


def test_without_a_terminal_a_progress_bar_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    progress = Progress(verbose=False)
    for text in ("50%\r", "100%\r", "100%", "done"):
        progress.show_line(text)
    assert capsys.readouterr().err == "100%\ndone\n"


def test_elsewhere_nothing_is_said_of_what_is_followed(capsys: pytest.CaptureFixture[str]) -> None:
    with Progress(verbose=False).follow_lines("asking pip") as show:
        show("Collecting one")
    assert capsys.readouterr() == ("", "")


@pytest.mark.skipif(not can_open(), reason="there is no terminal to be had here")
@pytest.mark.parametrize(
    ("verbose", "term", "said"),
    [
        (
            False,
            "xterm",
            "asking pip\n\r  Collecting one\r  Collecting another, which is longer"
            f"\r  short{' ' * 30}\r{' ' * 7}\rdone\n",
        ),
        (False, "dumb", "done\n"),
        (True, "xterm", "done\n"),
    ],
)
def test_on_a_terminal_the_last_line_is_shown(verbose: bool, term: str, said: str) -> None:
    environ = {"PATH": os.environ["PATH"], "TERM": term, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with Terminal([sys.executable, "-P", "-c", FOLLOWING.format(verbose=verbose)], environ) as terminal:
        assert terminal.end() == 0
        assert terminal.said == said
