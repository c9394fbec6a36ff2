"""This extdeps as a directory that another Python runs, with the data that is looked after."""

from __future__ import annotations

import os
import shutil
from importlib.util import find_spec

import extdeps
from extdeps.declaration.external import normalize_name

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

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
    for name in find_packages("extdeps"):
        found = find_spec(name)
        if found and found.origin:
            shutil.copytree(os.path.dirname(found.origin), os.path.join(directory, name), ignore=without)
    with open(os.path.join(directory, "__main__.py"), "w", encoding="utf-8") as file:
        file.write(_START)


def find_packages(project: str) -> Iterator[str]:
    """The packages that are imported of all that an installed project depends on, without those of its extras.

    Args:
        project: its name.

    Raises:
        importlib.metadata.PackageNotFoundError: it, or what it depends on, is not installed.
    """
    from importlib.metadata import packages_distributions, requires

    from packaging.requirements import Requirement

    needed: set[str] = set()
    pending = [project]
    while pending:
        name = normalize_name(pending.pop())
        if name not in needed:
            needed.add(name)
            wanted = map(Requirement, requires(name) or ())
            pending += (item.name for item in wanted if not item.marker or item.marker.evaluate({"extra": ""}))
    needed.remove(normalize_name(project))
    for package, owners in packages_distributions().items():
        if not needed.isdisjoint(map(normalize_name, owners)):
            yield package
