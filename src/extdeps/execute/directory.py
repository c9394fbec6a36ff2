"""The directory of the logs and the lock of one user."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping


def find_directory(environ: Mapping[str, str]) -> str:
    """Make sure of the directory: that of `EXTDEPS_LOG_DIR`, else where the system keeps a user's logs.

    A user without a home that can be written, as in many containers, gets one of the temporary directories, unless
    somebody else has made it first.

    Args:
        environ: the variables of this process.

    Returns:
        A directory that can be written; the first of them, which cannot, where there is none.
    """
    from platformdirs import user_log_path

    given = environ.get("EXTDEPS_LOG_DIR")
    if given:
        return given
    usual = str(user_log_path("extdeps", appauthor=False))
    user = os.getuid() if hasattr(os, "getuid") else "user"
    for directory in (usual, os.path.join(tempfile.gettempdir(), f"extdeps-{user}")):
        with suppress(OSError):
            os.makedirs(directory, mode=0o700, exist_ok=True)
            if os.access(directory, os.W_OK) and _is_ours(directory):
                return directory
    return usual


def _is_ours(directory: str) -> bool:
    return not hasattr(os, "getuid") or os.lstat(directory).st_uid == os.getuid()
