"""What keeps a text from being TOML at all, said in the words of a lock: conflicts of a merge, entries twice."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

_HEADER = re.compile(r"\[[^\[\]].*\]\s*(#.*)?")
_TARGET = re.compile(r'\[target\.(?:"([a-z0-9._-]+(?:\+[A-Za-z0-9._-]+)?)"|([A-Za-z0-9_-]+))[.\]]')
_OURS, _THEIRS = "<<<<<<<", ">>>>>>>"


@dataclass(slots=True)
class _Conflict:
    line: int
    ours: str
    headers: list[str] = field(default_factory=list)


def find_conflicts(text: str) -> tuple[str, ...]:
    """A line for each conflict that a merge has left in a text.

    The markers are those of git (https://git-scm.com/docs/git-merge, "How conflicts are presented").
    """
    return tuple(_iter_conflicts(text)) if re.search(rf"^{_OURS}", text, re.MULTILINE) else ()


def _iter_conflicts(text: str) -> Iterator[str]:
    header = ""
    open_conflict: _Conflict | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(_OURS):
            open_conflict = _Conflict(number, line.removeprefix(_OURS).strip() or "ours")
            open_conflict.headers += [header] if header else []
        elif line.startswith(_THEIRS) and open_conflict:
            theirs = line.removeprefix(_THEIRS).strip() or "theirs"
            yield f"line {_describe(open_conflict, theirs)}"
            open_conflict = None
        elif _HEADER.fullmatch(line):
            header = line.strip()
            if open_conflict:
                open_conflict.headers.append(header)
    if open_conflict:
        yield f"line {open_conflict.line}: merge conflict with `{open_conflict.ours}`, whose end is missing"


def _describe(conflict: _Conflict, theirs: str) -> str:
    # where the conflict names tables itself, the one before it has nothing to do with it
    names = dict.fromkeys(conflict.headers[1:] or conflict.headers)
    place = f", in {', '.join(names)}" if names else ""
    return f"{conflict.line}: merge conflict between `{conflict.ours}` and `{theirs}`{place}"


def find_repeated(text: str) -> tuple[str, ...]:
    """A line for each table that stands in a text a second time."""
    first: dict[str, int] = {}
    repeated = []
    for number, line in enumerate(text.splitlines(), 1):
        header = line.partition("#")[0].strip()
        if _HEADER.fullmatch(header) and first.setdefault(header, number) != number:
            repeated.append(f"line {number}: {header} stands on line {first[header]} already")
    return tuple(repeated)


def find_targets(text: str) -> tuple[str, ...]:
    """The targets that a text has tables for, also where a merge has left conflicts in it."""
    found = (_TARGET.match(line) for line in text.splitlines())
    return tuple(sorted({match[1] or match[2] for match in found if match}))
