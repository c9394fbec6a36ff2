"""A child that changes the system: followed line by line, interrupted gently, ended with all that it has started."""

from __future__ import annotations

import os
import subprocess
from contextlib import contextmanager, suppress
from select import select
from signal import SIGINT, SIGKILL, SIGTERM, Signals
from threading import Timer
from time import monotonic

from extdeps.child import Completed, collect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

_CHUNK = 65536
_GRACE = 30.0  # seconds that an interrupted package manager gets to leave its database in order
_LINGER = 5.0  # seconds that are waited for the end of the output of what was ended


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
    process = subprocess.Popen(
        argv,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=not is_attended,
        env=dict(environ),
    )
    following = _Following(process, on_line, own_group=not is_attended)
    try:
        is_late = following.run(timeout)
    finally:
        assert process.stdout
        process.stdout.close()
        if not following.is_given_up:
            process.wait()
    fault = f"it took longer than {timeout:g} s" if is_late else ""
    if process.returncode is None:
        return Completed(returncode=-SIGKILL, stdout="", fault=f"{fault}, and cannot be ended")
    return Completed(returncode=process.returncode, stdout="", fault=fault)


def attach(argv: Sequence[str], *, environ: Mapping[str, str]) -> int:
    """Run a program in our place: with our input, output and terminal.

    Args:
        argv: the program's path and its arguments.
        environ: its whole environment.

    Returns:
        What a shell would give as its exit status (128 and the number of a signal that ended it).

    Raises:
        OSError: it cannot be started.
    """
    with subprocess.Popen(argv, env=dict(environ)) as process:
        while True:
            try:
                code = process.wait()
                return code if code >= 0 else 128 - code
            except KeyboardInterrupt:
                continue  # it has had the same, and ends as it likes


def has_terminal() -> bool:
    """Whether a program could ask for a password."""
    try:
        os.close(os.open("/dev/tty", os.O_RDWR))
    except OSError:
        return False
    return True


class _Following:
    """A program that is followed to its end, or to its time limit.

    Args:
        process: the program.
        on_line: gets what it prints.
        own_group: whether it and all that it starts are in a group of processes of their own.
    """

    def __init__(self, process: subprocess.Popen[bytes], on_line: Callable[[str], None], *, own_group: bool) -> None:
        self._process, self._on_line, self._own_group = process, on_line, own_group
        self._ended_at = 0.0  # when we ended it; what it had started may hold its output open

    def run(self, timeout: float) -> bool:
        """Follow it; whether it was ended because it took too long."""
        with self._limit(timeout):
            try:
                self._hand_on()
            except KeyboardInterrupt:
                self._interrupt()
                raise
        return self._ended_at > 0.0

    @contextmanager
    def _limit(self, timeout: float) -> Iterator[None]:
        timer = Timer(timeout, self._end)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    def _hand_on(self) -> None:
        """Pass on what it prints, line by line, and what it overwrites as it comes, to its end."""
        rest = b""
        assert self._process.stdout
        pipe = self._process.stdout.fileno()
        while not self.is_given_up:
            if not select([pipe], [], [], 1.0)[0]:
                continue
            chunk = os.read(pipe, _CHUNK)
            if not chunk:
                break
            *lines, rest = (rest + chunk).split(b"\n")
            if len(rest) > _CHUNK:
                lines, rest = [*lines, rest], b""
            for line in lines:
                self._on_line(_pass_overwritten(line.rstrip(b"\r"), self._on_line).decode("utf-8", "replace"))
            if b"\r" in rest:  # the last of it is the line, should nothing come over it
                rest = _pass_overwritten(rest, self._on_line) or rest.rstrip(b"\r").rpartition(b"\r")[2] + b"\r"
        if rest:
            self._on_line(rest.rstrip(b"\r").decode("utf-8", "replace"))
        while self._process.poll() is None and not self.is_given_up:
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(1.0)

    @property
    def is_given_up(self) -> bool:
        """Whether nothing more is waited for."""
        return self._ended_at > 0.0 and monotonic() > self._ended_at + _LINGER

    def _interrupt(self) -> None:
        """Let it end by itself; a second interrupt, or too long a wait, ends it."""
        with self._limit(_GRACE):
            try:
                if self._own_group:  # the terminal has told the others itself
                    self._send(SIGINT, (-self._process.pid,))
                self._on_line(f"interrupted: it has {_GRACE:g} s to end by itself; a second interrupt ends it now")
                self._hand_on()
            except KeyboardInterrupt:
                self._end()

    def _end(self) -> None:
        """End it and all that it has started."""
        pid = self._process.pid
        targets = (*_find_descendants(pid), -pid if self._own_group else pid)  # apt runs dpkg in a session of its own
        self._ended_at = monotonic()  # before it is, since whoever follows it looks then
        self._send(SIGKILL, targets)
        self._ended_at = monotonic()

    def _send(self, number: Signals, targets: Sequence[int]) -> None:
        """Send a signal; what runs as root takes it from root alone, and `sudo` passes on no SIGKILL."""
        program = os.fsdecode(self._process.args[0])  # type: ignore[index, arg-type]
        if os.path.basename(program) in ("sudo", "doas"):
            kill = (program, "-n", "sh", "-c", f'kill -s {number.name[3:]} -- "$@"', "sh", *map(str, targets))
            with suppress(OSError, subprocess.SubprocessError):
                subprocess.run(kill, stdin=subprocess.DEVNULL, capture_output=True, timeout=10.0, check=True)
                return
            if number is SIGKILL:
                with suppress(OSError, subprocess.TimeoutExpired):
                    self._process.send_signal(SIGTERM)  # which it does pass on
                    self._process.wait(_LINGER)
        for target in targets:
            with suppress(OSError):
                os.kill(target, number)


def _pass_overwritten(line: bytes, on_line: Callable[[str], None]) -> bytes:
    """Pass on what stands before the carriage returns of a line; what stands behind the last."""
    *overwritten, last = line.split(b"\r")
    for text in filter(None, overwritten):
        on_line(text.decode("utf-8", "replace") + "\r")
    return last


def _find_descendants(pid: int) -> tuple[int, ...]:
    """What a process has started, and what that has started."""
    children: dict[int, list[int]] = {}
    for child, parent in _iter_parents():
        children.setdefault(parent, []).append(child)
    found = [pid]
    for parent in found:
        found += children.get(parent, ())
    return tuple(found[1:])


def _iter_parents() -> Iterator[tuple[int, int]]:
    """Each process with the one that started it; a Linux without `ps` has them in files."""
    if os.path.exists("/proc/self/stat"):
        for name in filter(str.isdigit, os.listdir("/proc")):
            with suppress(OSError, ValueError, IndexError), open(f"/proc/{name}/stat", "rb") as file:
                yield int(name), int(file.read().rpartition(b")")[2].split()[1])
        return
    with suppress(OSError):
        listed = collect(["/bin/ps", "-A", "-o", "pid=,ppid="], environ=os.environ, timeout=10.0, limit=2**24)
        for words in map(str.split, listed.stdout.splitlines()):
            if len(words) == 2 and all(map(str.isdigit, words)):
                yield int(words[0]), int(words[1])
