"""What was locked, what that changed, and what has drifted from it."""

from __future__ import annotations

from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.lock import Lock, LockChange, LockCheck
    from extdeps.render.text import Line, Style

_MARKS: dict[str, tuple[str, Style]] = {"added": ("+", "green"), "removed": ("-", "red"), "changed": ("~", "yellow")}


def render_lock_check(check: LockCheck) -> Iterator[Line]:
    """The lines about drift, to stand below those of the check itself.

    Args:
        check: the comparison with the lock.
    """
    name = harmless(f"{check.path} ({check.target})")
    yield ()
    if not check.drifts:
        yield (Span(f"Nothing has drifted from {name}.", "bold"),)
    else:
        yield (Span(f"Drifted from {name}:", "bold"),)
        rows = [
            [
                Span("≠", "yellow"),
                Span(harmless(drift.identifier), "bold"),
                Span(drift.phase, "dim"),
                Span(harmless(drift.what)),
            ]
            for drift in check.drifts
        ]
        yield from columns(rows, indent=2)
    for drift in check.later:
        yield (Span("note: ", "cyan"), Span(harmless(f"{drift}, of which the data still know")))
    if not check.has_same_mapping:
        yield (Span("note: ", "cyan"), Span(harmless(f"the mapping of {check.target} is not the one that was locked")))
    if check.drifts:
        yield ()
        yield (Span("`extdeps lock` settles on what is so now."),)


def add_lock_check(document: dict[str, object], check: LockCheck) -> dict[str, object]:
    """The document of a check with `drift`; it is satisfied only where there is none.

    Args:
        document: as `format_report` made it.
        check: the comparison with the lock.
    """
    summary = document["summary"]
    assert isinstance(summary, dict)
    drifts = [
        {
            "kind": drift.kind,
            "identifier": drift.identifier,
            "phase": drift.phase,
            "locked": drift.locked or None,
            "actual": drift.actual or None,
            "text": str(drift),
        }
        for drift in check.drifts
    ]
    return {
        **document,
        "summary": {**summary, "satisfied": summary["satisfied"] and not drifts},
        "lock": {
            "path": check.path,
            "target": check.target,
            "same_mapping": check.has_same_mapping,
            "later": [str(drift) for drift in check.later],
        },
        "drift": drifts,
    }


def render_lock(
    lock: Lock, changes: Iterable[LockChange], path: str, *, is_changed: bool, is_written: bool
) -> Iterator[Line]:
    """The lines about a lock that was made.

    Args:
        lock: all of it.
        changes: against the lock that was there.
        path: what it is called.
        is_changed: whether the file is another one than before, also where it says the same.
        is_written: false where it was only looked at.
    """
    changes = tuple(changes)
    for target in dict.fromkeys(change.target for change in changes):
        yield (Span(harmless(target), "bold"),)
        yield from columns([_row(change) for change in changes if change.target == target], indent=2)
        yield ()
    yield (Span(harmless(_summarize(lock, changes, path, is_changed=is_changed, is_written=is_written)), "bold"),)


def _row(change: LockChange) -> list[Span]:
    mark, style = _MARKS[change.kind]
    what = " → ".join(filter(None, (change.before, change.after)))
    return [
        Span(mark, style),
        Span(harmless(change.identifier or "the target"), "bold"),
        Span(change.phase, "dim"),
        Span(harmless(what)),
    ]


def _summarize(lock: Lock, changes: tuple[LockChange, ...], path: str, *, is_changed: bool, is_written: bool) -> str:
    count = sum(len(target.entries) for target in lock.targets)
    targets = ", ".join(target.ecosystem for target in lock.targets)
    if not is_changed:
        return f"{path} is as it has to be: {count} locked for {targets}."
    kinds = [change.kind for change in changes if change.identifier]
    counts = [f"{kinds.count(kind)} {kind}" for kind in ("added", "removed", "changed") if kind in kinds]
    told = ", ".join(counts) or "no entry changed"
    done = "was written" if is_written else "would change"
    return f"{path} {done}: {told}; {count} locked for {targets}."


def format_lock_changes(lock: Lock, changes: Iterable[LockChange], path: str, *, is_written: bool) -> dict[str, object]:
    """The document of `extdeps lock` (`lock-report.schema.json`); arguments as of `render_lock`."""
    return {
        "schema_version": 1,
        "path": path,
        "written": is_written,
        "targets": [target.ecosystem for target in lock.targets],
        "changes": [
            {
                "kind": change.kind,
                "target": change.target,
                "identifier": change.identifier or None,
                "phase": change.phase or None,
                "before": change.before or None,
                "after": change.after or None,
            }
            for change in changes
        ],
    }
