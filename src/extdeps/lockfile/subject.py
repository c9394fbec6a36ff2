"""How a subject is called in a lock: the same wherever the project lies."""

from __future__ import annotations

import posixpath
import re

_ELSEWHERE = re.compile(r"[/~\\]|[A-Za-z]:[/\\]")


def format_subject(subject: str) -> str:
    """A subject without what differs between machines, or is nobody's business.

    Of an address (which may hold a password) and of a path that is not relative, the last part is left; a relative
    path is written with slashes.

    Args:
        subject: a name, a path or an address, as it was asked about.
    """
    return make_printable(_shorten(subject)) or "."


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
