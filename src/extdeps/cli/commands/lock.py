"""`extdeps lock`: keep what was settled on, for each kind of machine."""

from __future__ import annotations

import os
import sys

from extdeps.cli.options import add_preference_options, add_subject_options

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Callable

    from extdeps.cli.session import Session
    from extdeps.model.lock import Lock, LockChange
    from extdeps.model.plan import Plan

    Planner = Callable[[Session, argparse.Namespace, tuple[str, ...]], tuple[Plan, ...]]


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_subject_options(parser, has_targets=True)
    add_preference_options(parser)
    group = parser.add_argument_group("lock")
    group.add_argument(
        "--output", metavar="FILE", default="", help="write this file (default: `extdeps.lock` beside pyproject.toml)"
    )
    group.add_argument("--check", action="store_true", help="write nothing; exit 1 where something would change")


def execute(arguments: argparse.Namespace) -> int:
    """Plan, write the lock and say what changed; with `--check`, 1 where something would."""
    from extdeps.cli.planning import plans_of
    from extdeps.cli.session import Session

    return Locking(arguments, Session(arguments), plans_of).run()


class Locking:
    """One invocation of the command.

    Args:
        arguments: the parsed command line.
        session: what it means.
        plans_of: makes a plan for each target, or for this machine's ecosystem where none is named.
    """

    def __init__(self, arguments: argparse.Namespace, session: Session, plans_of: Planner) -> None:
        from extdeps.cli.lockpath import find_lock_path

        self._arguments = arguments
        self._session = session
        self._plans_of = plans_of
        self._path = find_lock_path(arguments.output, arguments.subjects)

    def run(self) -> int:
        """Do it all."""
        from extdeps.atomicfile import write_text
        from extdeps.lockfile.difference import compare_locks
        from extdeps.lockfile.make import make_lock
        from extdeps.lockfile.writing import format_lock

        text, before, targets = self._read_former()
        plans = self._plans_of(self._session, self._arguments, tuple(self._arguments.targets) or targets)
        lock = make_lock(plans, {plan.ecosystem: self._digest(plan.ecosystem) for plan in plans}, self._path)
        new = format_lock(lock)
        is_changed = new != text.replace("\r\n", "\n")
        if is_changed and not self._arguments.check:
            write_text(self._path, new)
        if not self._arguments.quiet:
            self._show_notes(plans)
        self._show(lock, compare_locks(before, lock), is_changed=is_changed)
        return 1 if is_changed and self._arguments.check else 0

    def _read_former(self) -> tuple[str, Lock | None, tuple[str, ...]]:
        """The text of the lock that is there, what it says, and the targets that it has.

        A lock in which a merge has left conflicts is made anew. Any other file that is no lock is left alone: it may
        be one of a newer extdeps, or no lock at all.
        """
        from extdeps.lockfile.conflict import find_conflicts, find_targets
        from extdeps.lockfile.document import parse_lock, read_text
        from extdeps.lockfile.writing import HEAD

        text = read_text(self._path) if os.path.exists(self._path) else ""
        if not text.strip():
            return text, None, ()
        targets = find_targets(text)
        if HEAD in text and find_conflicts(text):
            print(f"note: the merge conflicts of `{self._path}` are settled by locking anew", file=sys.stderr)
            return text, None, targets
        return text, parse_lock(text, self._path), targets

    def _digest(self, ecosystem: str) -> str:
        from extdeps.catalog.ecosystem import parse_ecosystem

        return self._session.catalogue.mapping_digest(parse_ecosystem(ecosystem)) if ecosystem else ""

    @staticmethod
    def _show_notes(plans: tuple[Plan, ...]) -> None:
        from extdeps.render.text import harmless

        for note in dict.fromkeys(note for plan in plans for note in plan.notes):
            print(f"note: {harmless(note)}", file=sys.stderr)

    def _show(self, lock: Lock, changes: tuple[LockChange, ...], *, is_changed: bool) -> None:
        is_written = is_changed and not self._arguments.check
        if self._arguments.format == "json":
            from extdeps.cli.console import print_json
            from extdeps.render.lock import format_lock_changes

            print_json(format_lock_changes(lock, changes, self._path, is_written=is_written))
            return
        from extdeps.cli.console import print_styled
        from extdeps.render.lock import render_lock

        if not self._arguments.quiet:
            print_styled(render_lock(lock, changes, self._path, is_changed=is_changed, is_written=is_written))
