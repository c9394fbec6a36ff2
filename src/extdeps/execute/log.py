"""The log of a run: every command with all that it printed, in a file of its own."""

from __future__ import annotations

import os
import time
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Self

_KEPT = 20
_LIMIT = 64 * 1024 * 1024


class Log:
    """A log file, made when the first line is written.

    Args:
        directory: where logs are kept; the oldest go when there are more than 20.
    """

    def __init__(self, directory: str) -> None:
        name = time.strftime("install-%Y%m%d-%H%M%S")
        self.path = os.path.join(directory, f"{name}-{os.getpid()}.log")
        self._directory = directory
        self._descriptor = -1
        self._written = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    @property
    def is_begun(self) -> bool:
        """Whether there is such a file."""
        return self._written > 0 and os.path.exists(self.path)

    def write(self, line: str) -> None:
        """Add a line; a disk that is full, or a flood, ends the log and not the run."""
        content = f"{line}\n".encode("utf-8", "replace")
        if self._written + len(content) > _LIMIT:
            return
        self._written += len(content)
        with suppress(OSError):
            if self._descriptor < 0:
                self._descriptor = self._open()
            os.write(self._descriptor, content)

    def _open(self) -> int:
        os.makedirs(self._directory, mode=0o700, exist_ok=True)
        logs = sorted(name for name in os.listdir(self._directory) if name.startswith("install-"))
        for name in logs[: max(0, len(logs) - _KEPT + 1)]:
            with suppress(OSError):
                os.unlink(os.path.join(self._directory, name))
        return os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
