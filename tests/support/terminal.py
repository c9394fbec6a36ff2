"""A program on a terminal of its own, and somebody who types."""

from __future__ import annotations

import os
import pty
import select
import shutil
import subprocess
import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

CTRL_C, CTRL_D = "\x03", "\x04"


def can_open() -> bool:
    """Whether there are terminals here at all, which a root without devpts has none of; CI makes them."""
    try:
        for end in pty.openpty():
            os.close(end)
    except OSError:
        return False
    return True


class Terminal:
    """A running program whose terminal this is.

    Args:
        argv: the program.
        environ: its whole environment.
        directory: where it works.
    """

    def __init__(self, argv: Sequence[str], environ: Mapping[str, str], directory: Path | None = None) -> None:
        self._master, slave = pty.openpty()
        self.said = ""
        setsid = shutil.which("setsid", path="/usr/bin:/bin")
        assert setsid  # by its path, since PATH is that of the program
        self.process = subprocess.Popen(
            [setsid, "--ctty", *argv], stdin=slave, stdout=slave, stderr=slave, env=dict(environ), cwd=directory
        )
        os.close(slave)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with suppress(ProcessLookupError):
            self.process.kill()
        self.process.wait()
        os.close(self._master)

    def expect(self, text: str, *, timeout: float = 30.0) -> None:
        """Read until a text has come."""
        end = time.monotonic() + timeout
        while text not in self.said:
            assert self._read(end - time.monotonic()), f"`{text}` never came, but this:\n{self.said}"

    def type(self, text: str) -> None:
        """Type; the terminal makes signals of control characters."""
        os.write(self._master, text.encode())

    def end(self, *, timeout: float = 60.0) -> int:
        """Read until the program has ended; its exit status."""
        end = time.monotonic() + timeout
        while self._read(end - time.monotonic()):
            pass
        return self.process.wait(max(0.1, end - time.monotonic()))

    def _read(self, timeout: float) -> bool:
        if timeout <= 0 or not select.select([self._master], [], [], timeout)[0]:
            return False
        try:
            chunk = os.read(self._master, 65536)
        except OSError:  # nobody has the other side any more
            return False
        self.said += chunk.decode("utf-8", "replace").replace("\r\n", "\n")
        return bool(chunk)
