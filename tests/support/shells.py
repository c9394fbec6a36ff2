"""Code of a shell, read by shells and looked at by shellcheck."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

QUOTED = ("SC1003", "SC2016")
"""A backslash before a quote, and `$(...)` within quotes: they look to shellcheck as if more was meant."""


def find_program(name: str) -> str:
    """A program that came with a package of the environment of the tests."""
    return str(Path(sys.executable).with_name(name))


def assert_readable(text: str, shell: str = "sh") -> None:
    """Fail unless shells read a text without running it, and shellcheck has nothing to say.

    Args:
        text: the script.
        shell: `sh`, which dash reads too, or `bash`.
    """
    reading = ["bash"] if shell == "bash" else ["bash", "dash"]
    checks = [[name, "-n"] for name in reading]
    checks.append([find_program("shellcheck"), "--norc", f"--shell={shell}", f"--exclude={','.join(QUOTED)}", "-"])
    for argv in checks:
        done = subprocess.run(argv, input=text, capture_output=True, encoding="utf-8", check=False)
        assert (done.returncode, done.stdout, done.stderr) == (0, "", ""), argv
