"""How a subject is called in a lock: the same wherever the project lies."""

from __future__ import annotations

import os
import posixpath
import re
from types import MappingProxyType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_ELSEWHERE = re.compile(r"[/~\\]|[A-Za-z]:[/\\]")


def format_subject(subject: str, projects: Mapping[str, str] = MappingProxyType({})) -> str:
    """A subject without what differs between machines, or is nobody's business.

    A project is called what it calls itself, wherever it lies. One that does not say: of an address (which may hold a
    password) and of a path that is not relative, the last part is left; a relative path is written with slashes.

    Args:
        subject: a name, a path or an address, as it was asked about.
        projects: the names of the projects that are called otherwise, by subject.
    """
    return make_printable(projects.get(subject) or _shorten(subject)) or "."


def find_home(subjects: Iterable[str], path: str) -> dict[str, str]:
    """The subjects that are the project beside which a lock lies, each as `.`, which it is wherever it lies.

    Args:
        subjects: as they were asked about.
        path: of the lock.
    """
    home = os.path.realpath(os.path.dirname(path) or ".")
    return {subject: "." for subject in subjects if os.path.realpath(_find_directory(subject)) == home}


def _find_directory(subject: str) -> str:
    path = subject.removeprefix("file://")
    return os.path.dirname(path) or "." if os.path.basename(path) == "pyproject.toml" else path


def make_printable(text: str) -> str:
    """A text of somebody else's on one line, which can be read back."""
    return "".join(char if char.isprintable() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _shorten(subject: str) -> str:
    if " @ " in subject:
        return subject.partition(" @ ")[0].strip()
    address = subject.partition("://")[2]
    if address:
        return _last(re.split(r"[?#]", address)[0])
    if _ELSEWHERE.match(subject):
        return _last(subject)
    path = subject.replace("\\", "/")
    return posixpath.normpath(path) if "/" in path else subject


def _last(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2]
