"""Child processes: started, limited in time and output, and ended with all that they have started."""

from __future__ import annotations

import os
import subprocess
from contextlib import suppress
from dataclasses import dataclass
from signal import SIGINT, SIGKILL, SIGTERM
from threading import Thread, Timer

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import IO

_CHUNK = 65536
_GRACE = 30.0  # seconds that an interrupted package manager gets to leave its database in order


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
    from time import monotonic

    end = monotonic() + timeout
    for reader in readers:
        reader.join(max(0.0, end - monotonic()))
    try:
        process.wait(max(0.0, end - monotonic()))
    except subprocess.TimeoutExpired:
        return True
    return any(reader.is_alive() for reader in readers)


def follow(
    argv: Sequence[str], *, environ: Mapping[str, str], timeout: float, on_line: Callable[[str], None]
) -> Completed:
    """Run a program that changes the system, and hand on each line as it comes.

    With a terminal it stays in our session, so that `sudo` can ask for a password there and ctrl-C reaches it.
    An interrupt is passed on, and the program gets time to put its database in order before it is ended.

    Args:
        argv: the program's path and its arguments.
        environ: its whole environment.
        timeout: the seconds after which it is ended.
        on_line: called with each line of output and messages, without its end; what the program goes back over, as
            progress bars do, comes with the carriage return at its end, and may come twice.

    Returns:
        Its exit status; the output went to `on_line`.

    Raises:
        OSError: it cannot be started.
        KeyboardInterrupt: we were interrupted; the program has ended.
    """
    is_attended = has_terminal()
    with subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=not is_attended,
        env=dict(environ),
    ) as process:
        late: list[bool] = []

        def end_late() -> None:
            late.append(True)
            _end(process, own_group=not is_attended)

        timer = Timer(timeout, end_late)
        timer.daemon = True
        timer.start()
        try:
            _hand_on(process, on_line)
            process.wait()
        except KeyboardInterrupt:
            _interrupt(process, on_line, own_group=not is_attended)
            raise
        finally:
            timer.cancel()
    fault = f"it took longer than {timeout:g} s" if late else ""
    return Completed(returncode=process.returncode, stdout="", fault=fault)


def has_terminal() -> bool:
    """Whether a program could ask for a password."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True


def _hand_on(process: subprocess.Popen[bytes], on_line: Callable[[str], None]) -> None:
    """Pass on what a process prints, line by line, and what it overwrites as it comes."""
    rest = b""
    assert process.stdout
    while chunk := os.read(process.stdout.fileno(), _CHUNK):
        *lines, rest = (rest + chunk).split(b"\n")
        if len(rest) > _CHUNK:
            lines, rest = [*lines, rest], b""
        for line in lines:
            on_line(_pass_overwritten(line.rstrip(b"\r"), on_line).decode("utf-8", "replace"))
        if b"\r" in rest:  # the last of it is the line, should nothing come over it
            rest = _pass_overwritten(rest, on_line) or rest.rstrip(b"\r").rpartition(b"\r")[2] + b"\r"
    if rest:
        on_line(rest.rstrip(b"\r").decode("utf-8", "replace"))


def _pass_overwritten(line: bytes, on_line: Callable[[str], None]) -> bytes:
    """Pass on what stands before the carriage returns of a line; what stands behind the last."""
    *overwritten, last = line.split(b"\r")
    for text in filter(None, overwritten):
        on_line(text.decode("utf-8", "replace") + "\r")
    return last


def _interrupt(process: subprocess.Popen[bytes], on_line: Callable[[str], None], *, own_group: bool) -> None:
    """Let an interrupted process end by itself; a second interrupt, or too long a wait, ends it."""
    if own_group:  # the terminal has told the others itself
        with suppress(OSError):
            os.killpg(process.pid, SIGINT)
    timer = Timer(_GRACE, lambda: _end(process, own_group=own_group))
    timer.daemon = True
    timer.start()
    try:
        _hand_on(process, on_line)
        process.wait()
    except KeyboardInterrupt:
        _end(process, own_group=own_group)
    finally:
        timer.cancel()


def _end(process: subprocess.Popen[bytes], *, own_group: bool) -> None:
    if own_group:
        _end_group(process.pid)
    else:
        with suppress(OSError):  # `sudo` belongs to root, and passes on what it is sent
            process.send_signal(SIGTERM)


def _end_group(pid: int) -> None:
    """End a process and all that it has started in its session, if any of it is left."""
    with suppress(OSError):
        os.killpg(pid, SIGKILL)
