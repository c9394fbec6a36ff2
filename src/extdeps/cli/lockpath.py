"""Where the lock of an invocation is."""

from __future__ import annotations

import os

from extdeps.model.lock import LOCK_NAME

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence


def find_lock_path(given: str, subjects: Sequence[str]) -> str:
    """The path of `extdeps.lock`: the one that was given, else beside the only project, else in this directory.

    Args:
        given: as the command line has it, or empty.
        subjects: what is asked about.
    """
    if given or len(subjects) != 1:
        return given or LOCK_NAME
    (subject,) = subjects
    path = subject.removeprefix("file://")
    directory = os.path.dirname(path) if os.path.basename(path) == "pyproject.toml" else path
    is_project = os.path.isfile(os.path.join(directory, "pyproject.toml"))
    return os.path.normpath(os.path.join(directory, LOCK_NAME)) if is_project else LOCK_NAME
