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
    if " @ " in subject:
        return subject.partition(" @ ")[0].strip()
    address = subject.partition("://")[2]
    if address:
        return _last(re.split(r"[?#]", address)[0])
    if _ELSEWHERE.match(subject):
        return _last(subject)
    parts = subject.replace("\\", "/")
    return posixpath.normpath(parts) if "/" in parts else subject


def _last(path: str) -> str:
    return path.replace("\\", "/").rstrip("/").rpartition("/")[2] or "."
