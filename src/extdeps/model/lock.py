"""What was settled on for each target, and how that differs from something else."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    from extdeps.model.requirement import Phase

    DriftKind = Literal["not-locked", "no-longer-asked-for", "requirements", "provider", "packages", "version"]
    Key = tuple[str, Phase]
else:
    DriftKind = str

LOCK_NAME = "extdeps.lock"

NOBODY = "nobody"
NONE = "none"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class LockedRequirement:
    """Somebody's requirement on an entry.

    Args:
        by: the subject, without the directory that it was in.
        range: the bounds (`>=3.4,<4`), or empty for any version.
    """

    by: str
    range: str = ""

    def __str__(self) -> str:
        return f"{self.range or 'any version'} by {self.by}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedEntry:
    """What meets an identifier in one phase.

    Args:
        identifier: canonical; what was asked for.
        phase: build, host or run.
        provider: the identifier that answers; another one only where a virtual was asked for.
        ecosystem: where its packages come from, if that is not the target itself; else empty.
        packages: their names there; none for a capability of the machine.
        version: the upstream version; empty where it was not looked up.
        requirements: who asks for it, sorted.
    """

    identifier: str
    phase: Phase
    provider: str
    ecosystem: str = ""
    packages: tuple[str, ...] = ()
    version: str = ""
    requirements: tuple[LockedRequirement, ...]

    @property
    def key(self) -> Key:
        """What it is found by."""
        return (self.identifier, self.phase)

    def format_requirements(self) -> str:
        """Who asks for which versions, in one line."""
        return ", ".join(map(str, self.requirements)) or NOBODY


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedTarget:
    """Everything for one kind of machine.

    Args:
        ecosystem: the target (`debian+12`).
        mapping: the digest of the mapping documents that named the packages.
        entries: sorted by identifier, then in the order of the phases.
    """

    ecosystem: str
    mapping: str
    entries: tuple[LockedEntry, ...]

    @property
    def by_key(self) -> Mapping[Key, LockedEntry]:
        """The entries by identifier and phase."""
        return {entry.key: entry for entry in self.entries}


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """A lock.

    Args:
        targets: sorted by ecosystem.
    """

    targets: tuple[LockedTarget, ...]

    def find(self, ecosystem: str) -> LockedTarget | None:
        """The target of exactly this name, or None."""
        return next((target for target in self.targets if target.ecosystem == ecosystem), None)


_DRIFTS: Mapping[DriftKind, str] = {
    "not-locked": "not locked, asked for {actual}",
    "no-longer-asked-for": "no longer asked for, locked for {locked}",
    "requirements": "asked for {actual}, locked for {locked}",
    "provider": "provider {actual}, locked {locked}",
    "packages": "packages {actual}, locked {locked}",
    "version": "version {actual}, locked {locked}",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Drift:
    """One way in which a lock and what is so now have come apart.

    Args:
        kind: in what.
        identifier: canonical.
        phase: build, host or run.
        locked: what the lock has, or empty where it has no such entry.
        actual: what is so now, or empty where it is no longer asked for.
        is_settled: whether to lock again would change nothing, so that it is only told.
    """

    kind: DriftKind
    identifier: str
    phase: Phase
    locked: str = ""
    actual: str = ""
    is_settled: bool = False

    @property
    def what(self) -> str:
        """The difference alone."""
        return _DRIFTS[self.kind].format(actual=self.actual, locked=self.locked)

    def __str__(self) -> str:
        return f"{self.identifier} ({self.phase}): {self.what}"


@dataclass(frozen=True, slots=True, kw_only=True)
class LockCheck:
    """What a check found of a lock.

    Args:
        path: what the lock is called.
        target: the target that the machine was compared with.
        drifts: by identifier and phase.
        later: what is of a later version than the locked one, and no drift.
        has_same_mapping: whether packages are named by the very documents of the lock.
    """

    path: str
    target: str
    drifts: tuple[Drift, ...]
    later: tuple[Drift, ...] = ()
    has_same_mapping: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LockChange:
    """One difference between two locks.

    Args:
        target: the ecosystem.
        identifier: of the entry; empty where the target itself came, went or has another mapping.
        phase: of the entry, or empty.
        before: what the former lock has; empty where it was added.
        after: what the new lock has; empty where it was removed.
    """

    target: str
    identifier: str = ""
    phase: Phase | Literal[""] = ""
    before: str = ""
    after: str = ""

    @property
    def kind(self) -> Literal["added", "removed", "changed"]:
        """Which side has it."""
        if self.before and self.after:
            return "changed"
        return "added" if self.after else "removed"
