"""Which planning a command asks for: of what it names, of a lock, or of a plan that was saved."""

from __future__ import annotations

from extdeps.cli.planning import Planning
from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.cli.session import Session


def make_planning(session: Session, arguments: argparse.Namespace) -> Planning:
    """The planning of a command: of what it names, with what a lock has for it, or of a plan that was saved.

    Raises:
        UsageError: a plan is given beside something else.
        LockError: the lock is wrong.
    """
    is_locked = bool(arguments.locked or arguments.lock_file)
    if not getattr(arguments, "plan", ""):
        if not is_locked:
            return Planning(session, arguments)
        from extdeps.cli.lockedplanning import LockedPlanning

        return LockedPlanning(session, arguments)
    if is_locked:
        raise UsageError("`--plan` says what is to be installed, and so does a lock", hint="give one of them")
    if arguments.subjects or arguments.dep or arguments.requirement or arguments.installed:
        raise UsageError("`--plan` says what is asked for", hint="name no subject beside it")
    from extdeps.cli.savedplanning import SavedPlanning

    return SavedPlanning(session, arguments)
