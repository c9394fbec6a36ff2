"""Which installer a file is the lock of, by its name."""

from __future__ import annotations

import os
import re

_FORMATS = {
    re.compile(r"pylock\.(?:[^.]+\.)?toml"): "pylock",  # PEP 751, "File name"
    re.compile(r"uv\.lock"): "uv",
    re.compile(r"poetry\.lock"): "poetry",
    re.compile(r"pdm\.lock"): "pdm",
}


def find_format(path: str) -> str:
    """The module that reads the lock of an installer.

    Args:
        path: of a file, or anything else that is given to an installer.

    Returns:
        Its name in this package; empty for what is not called as a lock is.
    """
    name = os.path.basename(path)
    return next((module for pattern, module in _FORMATS.items() if pattern.fullmatch(name)), "")
