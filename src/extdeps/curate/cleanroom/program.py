"""This extdeps as a directory that another Python runs, with the data that is looked after."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec

import extdeps

_NEEDED = ("packaging", "platformdirs", "resolvelib", "rich", "markdown_it", "mdurl", "pygments")
_START = "from extdeps.cli.main import main\n\nraise SystemExit(main())\n"


def stage_program(directory: str, data: str) -> None:
    """Make the directory: `python DIRECTORY check ...` runs it.

    It is all pure Python, so that what is here runs on another system too.

    Args:
        directory: a new one.
        data: the directory of the documents that it is to use, overlays and all.
    """
    without = shutil.ignore_patterns("__pycache__", "mappings")
    package = os.path.join(directory, "extdeps")
    shutil.copytree(os.path.dirname(extdeps.__file__), package, ignore=without)
    shutil.copytree(data, os.path.join(package, "mappings"))
    for name in _NEEDED:
        found = find_spec(name)
        if found and found.origin:
            shutil.copytree(os.path.dirname(found.origin), os.path.join(directory, name), ignore=without)
    with open(os.path.join(directory, "__main__.py"), "w", encoding="utf-8") as file:
        file.write(_START)
