"""What is shown while an installation runs, where nobody sits before a terminal."""

from __future__ import annotations

import subprocess
import sys

import pytest

from extdeps.cli.progress import Progress

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
