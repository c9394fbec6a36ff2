"""The file: read as bytes, with every fault said at once; written so that nobody ever sees half of it."""

from __future__ import annotations

import re

from extdeps.errors import LockError
from extdeps.lockfile.conflict import find_conflicts, find_repeated
from extdeps.lockfile.reading import read_lock
from extdeps.lockfile.writing import VERSION
from extdeps.model.fields import describe

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.fields import Table
    from extdeps.model.lock import Lock

MAX_BYTES = 32 * 1024 * 1024

_PLACE = re.compile(r"(?P<what>.*) \(at line (?P<line>\d+), column (?P<column>\d+)\)", re.DOTALL)
_ANEW = "mend it, or remove it and run `extdeps lock` again"


def load_lock(path: str) -> Lock:
    """Read a lock (`pep_draft`, "Locks").

    Raises:
        LockError: it cannot be read, was left with conflicts, is of another version, or is wrong; with all its faults.
    """
    return parse_lock(read_text(path), path)


def read_text(path: str) -> str:
    """The text of a lock, whatever it says.

    Raises:
        LockError: it cannot be read, or is no text.
    """
    try:
        with open(path, "rb") as file:
            content = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise LockError(
            f"`{path}` cannot be read", context=(error.strerror or str(error),), hint="`extdeps lock` writes it"
        ) from error
    if len(content) > MAX_BYTES:
        raise LockError(f"`{path}` is larger than {MAX_BYTES // 1024 // 1024} MiB")
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise LockError(f"`{path}` is not TOML", context=(f"line {line}: not UTF-8",), hint=_ANEW) from error


def parse_lock(text: str, path: str) -> Lock:
    """Parse the text of a lock.

    Args:
        text: what the file holds.
        path: what it is called in errors.

    Raises:
        LockError: as `load_lock`.
    """
    conflicts = find_conflicts(text)
    if conflicts:
        raise LockError(
            f"`{path}` has {_count(len(conflicts), 'merge conflict')}",
            context=conflicts,
            hint="choose a side of each, or run `extdeps lock` again, which settles them",
        )
    document = _decode(text, path)
    _check_version(document, path)
    lock, faults = read_lock(document)
    if faults:
        raise LockError(f"`{path}` has {_count(len(faults), 'fault')}", context=faults, hint=_ANEW)
    return lock


def _decode(text: str, path: str) -> Table:
    import tomllib

    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        repeated = find_repeated(text)
        if repeated:
            raise LockError(f"`{path}` has {_count(len(repeated), 'fault')}", context=repeated, hint=_ANEW) from error
        place = _PLACE.fullmatch(str(error))
        where = f"line {place['line']}, column {place['column']}: {place['what']}" if place else str(error)
        raise LockError(f"`{path}` is not TOML", context=(where,), hint=_ANEW) from error


def _check_version(document: Table, path: str) -> None:
    """Say nothing else of a document of another version: its keys may mean something else."""
    version = document.get("version", VERSION)
    if isinstance(version, bool) or not isinstance(version, int):
        fault = f"`version` is {describe(version)}, not a number"
        raise LockError(f"`{path}` has 1 fault", context=(fault,), hint=_ANEW)
    if version != VERSION:
        raise LockError(
            f"`{path}` has `version = {version}`; this extdeps reads {VERSION}", hint="a newer extdeps may read it"
        )


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
