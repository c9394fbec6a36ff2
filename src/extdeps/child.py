"""Child processes: started, limited in time and output, and ended with all that they have started."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import suppress
from dataclasses import dataclass
from threading import Thread
from time import monotonic

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from typing import IO

_CHUNK = 65536


@dataclass(frozen=True, slots=True, kw_only=True)
class Completed:
    """What a process left behind.

    Args:
        returncode: its exit status; negative where it was ended by a signal.
        stdout: its output, decoded leniently.
        stderr: its messages, decoded leniently.
        fault: why it was ended before its time, or empty; nothing that it printed counts then.
    """

    returncode: int
    stdout: str
    stderr: str = ""
    fault: str = ""

    @property
    def is_success(self) -> bool:
        """Whether it ended by itself and with 0."""
        return self.returncode == 0 and not self.fault


def collect(argv: Sequence[str], *, environ: Mapping[str, str], timeout: float, limit: int) -> Completed:
    """Run a program without a terminal and keep what it prints.

    Args:
        argv: the program's path and its arguments.
        environ: its whole environment.
        timeout: the seconds after which it is ended.
        limit: the bytes of output or messages after which it is ended.

    Raises:
        OSError: it cannot be started.
    """
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        start_new_session=True,
        env=dict(environ),
    ) as process:
        readers = [_Reader(pipe, limit, process.pid) for pipe in (process.stdout, process.stderr) if pipe]
        try:
            is_late = _wait(process, readers, timeout)
        finally:
            if process.poll() is None or any(reader.is_alive() for reader in readers):
                _end_group(process.pid)
            for reader in readers:
                reader.join()
    fault = f"it took longer than {timeout:g} s" if is_late else ""
    if any(reader.is_flooded for reader in readers):
        fault = f"it printed more than {limit // 1024**2} MiB"
    stdout, stderr = ("", "") if fault else (reader.text for reader in readers)
    return Completed(returncode=process.returncode, stdout=stdout, stderr=stderr, fault=fault)


class _Reader(Thread):
    """Reads a pipe until it ends, or until it has brought too much."""

    def __init__(self, pipe: IO[bytes], limit: int, pid: int) -> None:
        super().__init__(daemon=True)
        self.is_flooded = False
        self._pipe, self._limit, self._pid = pipe, limit, pid
        self._read = bytearray()
        self.start()

    def run(self) -> None:
        with suppress(OSError, ValueError):  # closed below us
            while chunk := os.read(self._pipe.fileno(), _CHUNK):
                self._read += chunk
                if len(self._read) > self._limit:
                    self.is_flooded = True
                    _end_group(self._pid)
                    return

    @property
    def text(self) -> str:
        return self._read.decode("utf-8", "replace")


def _wait(process: subprocess.Popen[bytes], readers: Sequence[_Reader], timeout: float) -> bool:
    """Wait for a process and the ends of its pipes; whether it took too long."""
    end = monotonic() + timeout
    for reader in readers:
        reader.join(max(0.0, end - monotonic()))
    try:
        process.wait(max(0.0, end - monotonic()))
    except subprocess.TimeoutExpired:
        return True
    return any(reader.is_alive() for reader in readers)


def _end_group(pid: int) -> None:
    """End a process and all that it has started, if any of it is left: in its session, or on Windows in its tree."""
    if sys.platform == "win32":
        subprocess.run(["taskkill", "/F", "/T", "/PID", str(pid)], capture_output=True, check=False)
    else:
        from signal import SIGKILL

        with suppress(OSError):
            os.killpg(pid, SIGKILL)
