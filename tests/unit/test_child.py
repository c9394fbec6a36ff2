"""Child processes on real programs: what they print, their limits, and what an interrupt does to them."""

from __future__ import annotations

import pytest

from extdeps.child import Completed, collect

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
