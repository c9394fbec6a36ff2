"""One run at a time: a second one waits for the first."""

from __future__ import annotations

import os
import time
from contextlib import contextmanager, suppress

from extdeps.errors import LockedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.execute.interface import Limits, Reporter


@contextmanager
def hold_lock(path: str, reporter: Reporter, limits: Limits) -> Iterator[None]:
    """Keep other runs of this user out; the system lets go of the lock when the process ends, however it ends.

    Args:
        path: the lock's file, which stays.
        reporter: is told when another run has to end first.
        limits: how long to wait for that.

    Raises:
        LockedError: the other run has not ended in time, or the file cannot be made.
    """
    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise LockedError(
            f"`{path}` cannot be made: {error.strerror}", hint="`EXTDEPS_LOG_DIR` names a directory that can be written"
        ) from error
    try:
        _wait_for(descriptor, path, reporter, limits)
        os.truncate(descriptor, 0)
        os.pwrite(descriptor, str(os.getpid()).encode(), 0)
        yield
    finally:
        os.close(descriptor)


def _wait_for(descriptor: int, path: str, reporter: Reporter, limits: Limits) -> None:
    end = time.monotonic() + limits.lock
    is_told = False
    while not _try_lock(descriptor):
        holder = os.pread(descriptor, 20, 0).decode("ascii", "replace")
        other = f"another run of extdeps (process {holder})" if holder else "another run of extdeps"
        if time.monotonic() >= end:
            raise LockedError(f"{other} has not ended in {limits.lock:g} s", context=(path,), hint="try again later")
        if not is_told:
            reporter.wait(f"waiting for {other}")
            is_told = True
        time.sleep(min(limits.interval, 1.0))


def _try_lock(descriptor: int) -> bool:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        with suppress(OSError):
            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined]
            return True
        return False
    with suppress(OSError):
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return True
    return False
