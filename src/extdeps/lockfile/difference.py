"""What is different between two locks."""

from __future__ import annotations

from extdeps.model.lock import LockChange
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.lock import Lock, LockedEntry, LockedTarget

_SHOWN = 12


def compare_locks(before: Lock | None, after: Lock) -> tuple[LockChange, ...]:
    """Every difference, by target, identifier and phase.

    Args:
        before: the lock that is there, or None.
        after: the new one.
    """
    former = {target.ecosystem: target for target in before.targets} if before else {}
    latter = {target.ecosystem: target for target in after.targets}
    return tuple(
        change
        for name in sorted(former.keys() | latter.keys())
        for change in _compare_targets(name, former.get(name), latter.get(name))
    )


def _compare_targets(name: str, before: LockedTarget | None, after: LockedTarget | None) -> Iterator[LockChange]:
    old, new = (target.mapping[: len("sha256:") + _SHOWN] if target else "" for target in (before, after))
    if (before and before.mapping) != (after and after.mapping):
        yield LockChange(target=name, before=f"mapping {old}" if old else "", after=f"mapping {new}" if new else "")
    former, latter = (target.by_key if target else {} for target in (before, after))
    for key in sorted(former.keys() | latter.keys(), key=lambda key: (key[0], PHASES.index(key[1]))):
        one, other = former.get(key), latter.get(key)
        if one != other:
            yield LockChange(
                target=name,
                identifier=key[0],
                phase=key[1],
                before=_describe(one, other),
                after=_describe(other, one),
            )


def _describe(entry: LockedEntry | None, other: LockedEntry | None) -> str:
    """An entry in one line; where there is another one to compare it with, only what is different."""
    if entry is None:
        return ""
    parts = _parts(entry)
    others = _parts(other) if other else {}
    shown = {name: text for name, text in parts.items() if others.get(name) != text and (other or text)}
    return "; ".join(f"{name} {text or 'none'}" for name, text in shown.items())


def _parts(entry: LockedEntry) -> dict[str, str]:
    return {
        "provider": "" if entry.provider == entry.identifier else entry.provider,
        "ecosystem": entry.ecosystem,
        "packages": " ".join(entry.packages),
        "version": entry.version,
        "for": entry.format_requirements(),
    }
