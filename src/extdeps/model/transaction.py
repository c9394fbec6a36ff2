"""What a package manager would change, and what it knows of packages."""

from __future__ import annotations

from dataclasses import dataclass, field

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Literal

    ChangeKind = Literal["install", "upgrade", "downgrade", "reinstall", "remove"]
else:
    ChangeKind = str


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageVersion:
    """One version of one package.

    Args:
        name: the package, which may provide what was asked for under another name.
        version: as its manager writes it (`1:3.6.2+dfsg-1`).
        origin: the repository, channel or archive that has it, or empty.
    """

    name: str
    version: str
    origin: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Availability:
    """The versions that a manager can install.

    Args:
        packages: by the name that was asked for, the packages that answer to it, the one that the manager would take
            first; a name that it does not know is absent.
        problem: why it could not be asked, or empty; nothing is known then.
    """

    packages: Mapping[str, tuple[PackageVersion, ...]] = field(default_factory=dict)
    problem: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What happens to one package.

    Args:
        kind: install, upgrade, downgrade, reinstall or remove.
        package: its name.
        before: the version that is installed now, or empty.
        after: the version that will be, or empty.
        size: what is fetched for it alone, in bytes; 0 where that is nothing, or not known of a single package.
    """

    kind: ChangeKind
    package: str
    before: str = ""
    after: str = ""
    size: int = 0

    @property
    def is_loss(self) -> bool:
        """Whether it takes something away."""
        return self.kind in ("remove", "downgrade")

    def __str__(self) -> str:
        versions = " to ".join(filter(None, (self.before, self.after)))
        return f"{self.kind} {self.package} {versions}".rstrip()


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """What a transaction would change, out of the manager's own simulation.

    Args:
        changes: each package that would change, removals first, then by name.
        download: what would be fetched, in bytes, or None where the manager does not say.
        problem: why the manager would refuse, or could not be asked; empty where it would go through.
        is_simulated: false where the manager has no simulation, and the changes are only what is asked for.
    """

    changes: tuple[Change, ...] = ()
    download: int | None = None
    problem: str = ""
    is_simulated: bool = True

    @property
    def losses(self) -> tuple[Change, ...]:
        """The changes that take something away: removals and downgrades."""
        return tuple(change for change in self.changes if change.is_loss)


KINDS: tuple[ChangeKind, ...] = ("remove", "downgrade", "upgrade", "reinstall", "install")
"""In the order in which they are shown: what is lost first."""


def sort_changes(changes: Iterable[Change]) -> tuple[Change, ...]:
    """Changes in the order in which they are shown: what is lost first, then by name."""
    return tuple(sorted(changes, key=lambda change: (KINDS.index(change.kind), change.package)))
