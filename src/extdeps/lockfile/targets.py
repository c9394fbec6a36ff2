"""Which target of a lock is meant for a machine."""

from __future__ import annotations

from extdeps.errors import UnlockedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.model.lock import Lock, LockedTarget


def find_target(lock: Lock, ecosystem: Ecosystem | None, path: str) -> LockedTarget:
    """The target of an ecosystem: of exactly that release, else the nearest that is wider.

    Args:
        lock: which was read.
        ecosystem: the machine's, or None where it has none that is known.
        path: what the lock is called in errors.

    Raises:
        UnlockedError: it has none, with those that it has.
    """
    wider = ecosystem
    while wider:
        target = lock.find(str(wider))
        if target:
            return target
        wider = wider.wider()
    name = str(ecosystem) if ecosystem else ""
    there = ", ".join(target.ecosystem for target in lock.targets) or "none"
    wanted = f"`{name}`" if name else "a system whose ecosystem is not known"
    raise UnlockedError(
        f"`{path}` has no target for {wanted}",
        context=(f"it has {there}",),
        hint=_advise(lock, name),
    )


def _advise(lock: Lock, name: str) -> str:
    if not name:
        return "choose one of its targets with `--target`"
    nearest = find_nearest(name, tuple(target.ecosystem for target in lock.targets))
    meant = f"the nearest is `{nearest}`; " if nearest else ""
    return f"{meant}`extdeps lock --target {name}` locks it"


def find_nearest(name: str, names: tuple[str, ...]) -> str:
    """The name that is most like another: of the same family before any other; empty where none is."""
    from difflib import get_close_matches

    family = [known for known in names if known.partition("+")[0] == name.partition("+")[0]]
    close = get_close_matches(name, family or names, n=1, cutoff=0.0 if family else 0.6)
    return close[0] if close else ""
