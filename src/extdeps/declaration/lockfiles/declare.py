"""From a subject that is the lock of an installer to the declarations of what it locks."""

from __future__ import annotations

from extdeps.declaration.lockfiles.read import load_installer_lock
from extdeps.declaration.members import declare_members
from extdeps.model.declaration import Declaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.declaration.named import Sources


def declare_installer_lock(
    path: str, sources: Sources, *, extras: frozenset[str] = frozenset(), groups: frozenset[str] = frozenset()
) -> Iterator[Declaration]:
    """The declarations of a lock as a whole, which has its extras and groups, and of its members.

    Args:
        path: of the lock.
        sources: the Python that decides, and where metadata and overlays are looked for.
        extras: those asked for, normalised.
        groups: the dependency groups asked for, normalised.

    Raises:
        InvalidInputError: the lock, a declaration or an overlay is wrong, or is not for this machine.
    """
    lock = load_installer_lock(path, sources, extras=extras, groups=groups)
    yield Declaration(
        subject="",
        origin=path,
        extras=tuple(sorted(lock.extras)),
        groups=tuple(sorted(lock.groups)),
        notes=lock.notes,
    )
    yield from declare_members(lock.members, sources, subject=path, extras=extras)
