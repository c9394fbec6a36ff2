"""Two runs at a time: the second waits, and a run that was killed holds nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from extdeps.errors import LockedError
from extdeps.execute.interface import Limits, Silence
from extdeps.execute.lock import hold_lock
from support.toy import SHORT, Listener

HOLDER = """
import sys
from extdeps.execute.interface import Limits, Silence
from extdeps.execute.lock import hold_lock
with hold_lock(sys.argv[1], Silence(), Limits()):
    print("held", flush=True)
    sys.stdin.read()
"""


def hold_elsewhere(path: Path) -> subprocess.Popen[str]:
    """A process that holds the lock until its input ends."""
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    argv = [sys.executable, "-c", HOLDER, str(path)]
    process = subprocess.Popen(argv, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environ)
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def test_a_lock_that_another_run_holds(tmp_path: Path) -> None:
    path = tmp_path / "new" / "lock"
    listener = Listener()
    with hold_elsewhere(path) as other:
        with pytest.raises(LockedError) as caught, hold_lock(str(path), listener, SHORT):
            pass
        assert caught.value.message == f"another run of extdeps (process {other.pid}) has not ended in 0.5 s"
        assert (caught.value.context, caught.value.hint) == ((str(path),), "try again later")
        assert listener.told == [f"waiting for another run of extdeps (process {other.pid})"]
        other.kill()
    with hold_lock(str(path), Silence(), SHORT):
        pass


def test_a_lock_that_is_free(tmp_path: Path) -> None:
    path = str(tmp_path / "lock")
    for _ in range(2):
        with hold_lock(path, Silence(), Limits()):
            assert Path(path).read_text() == str(os.getpid())


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(LockedError) as caught, hold_lock(f"{tmp_path}/file/lock", Silence(), SHORT):
        pass
    assert caught.value.message == f"`{tmp_path}/file/lock` cannot be made: File exists"
    assert "EXTDEPS_LOG_DIR" in caught.value.hint
