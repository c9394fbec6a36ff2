"""Files that are written as a whole: there is either what was there or all that is new, whatever stops the writing."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager, suppress

from extdeps.errors import EnvironmentFaultError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO


@contextmanager
def open_atomic(path: str, *, mode: int | None = None, is_durable: bool = True) -> Iterator[IO[bytes]]:
    """Open a file that takes the place of another at once, when the block ends without an error.

    Args:
        path: the file, in a directory that is there; a link is replaced, and not what it leads to.
        mode: the permissions, less the umask; by default those of the file that is there, else those of any new file.
        is_durable: whether it is on the disk before it counts, so that a loss of power leaves no empty file.

    Raises:
        OSError: it cannot be written; what was there is as it was.
    """
    draft = os.path.join(os.path.dirname(path), f".{os.path.basename(path)}.{os.urandom(8).hex()}")
    new = 0o666 if mode is None else mode
    file = open(draft, "xb", opener=lambda name, flags: os.open(name, flags, new))  # noqa: SIM115 - closed below
    try:
        with file:
            if mode is None:
                with suppress(FileNotFoundError):
                    shutil.copymode(path, draft)
            yield file
            if is_durable:
                file.flush()
                os.fsync(file.fileno())
        os.replace(draft, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(draft)
        raise


def write_text(path: str, text: str) -> None:
    """Write a text file as a whole, in UTF-8 and with line feeds.

    Args:
        path: the file, in a directory that is there; where it is a link, the file that it leads to. A device or a pipe
            is written to as it is.
        text: what it shall hold.

    Raises:
        EnvironmentFaultError: it cannot be written; what was there is as it was.
    """
    is_stream = os.path.exists(path) and not os.path.isfile(path)
    try:
        with open(path, "wb") if is_stream else open_atomic(os.path.realpath(path)) as file:
            file.write(text.encode("utf-8"))
    except OSError as error:
        raise EnvironmentFaultError(f"`{path}` cannot be written", context=(error.strerror or str(error),)) from error
