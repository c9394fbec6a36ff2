"""Plans of nothing but what a lock says, which has to be of what is asked for and found now."""

from __future__ import annotations

from dataclasses import replace

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.cli.lockpath import find_lock_path
from extdeps.cli.planning import Planning
from extdeps.errors import DriftError
from extdeps.lockfile.compare import check_locked, find_supply
from extdeps.lockfile.document import load_lock
from extdeps.lockfile.targets import find_target
from extdeps.model.identifier import is_virtual
from extdeps.resolve.planner import Fixed

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from extdeps.cli.session import Session
    from extdeps.machine import Machine
    from extdeps.manager.elevation import Elevation
    from extdeps.model.evidence import Report
    from extdeps.model.lock import LockedTarget
    from extdeps.model.plan import Plan
    from extdeps.model.requirement import Phase


class LockedPlanning(Planning):
    """Makes plans of what a lock has.

    Args:
        session: everything that the command works with.
        arguments: of a command that has the options of a plan and of a lock.

    Raises:
        LockError: the lock cannot be read, or is wrong.
    """

    def __init__(self, session: Session, arguments: argparse.Namespace) -> None:
        super().__init__(session, arguments)
        self._path = find_lock_path(arguments.lock_file, arguments.subjects)
        self._lock = load_lock(self._path)
        self._current: set[str] = set()

    def check(self, machine: Machine, phases: tuple[Phase, ...] = ()) -> Report:
        """What a machine has of it; the lock has to be current for all of it, whatever phases are looked at.

        Raises:
            UnlockedError: the lock has no target for the machine.
            DriftError: it is not current.
        """
        name = str(machine.ecosystem)
        if name not in self._current:
            self._require_current(machine)
            self._current.add(name)
        return super().check(machine, phases)

    def _require_current(self, machine: Machine) -> None:
        catalogue = self._session.catalogue
        found = check_locked(super().check(machine), self._lock, machine.ecosystem, catalogue, self._path)
        if found.drifts:
            raise DriftError(
                f"`{self._path}` is not of what is so now ({found.target})",
                context=tuple(map(str, found.drifts)),
                hint="`extdeps lock` settles on what is so now",
            )

    def find_fixed(self, machine: Machine) -> Mapping[tuple[str, str], Fixed]:
        """What the lock has for a machine, by phase and provider."""
        target = find_target(self._lock, machine.ecosystem, self._path)
        return dict(self._fix(target))

    def _fix(self, target: LockedTarget) -> Iterator[tuple[tuple[str, str], Fixed]]:
        meant = parse_ecosystem(target.ecosystem)
        for entry in target.entries:
            version = "" if is_virtual(entry.identifier) and entry.provider == entry.identifier else entry.version
            yield (
                (entry.phase, entry.provider),
                Fixed(
                    packages=entry.packages,
                    version=version,
                    ecosystem=parse_ecosystem(entry.ecosystem or target.ecosystem).name,
                    or_later=find_supply(entry, meant, self._session.catalogue).version == version,
                ),
            )

    def machines(self, machine: Machine, elevation: Elevation | None = None) -> tuple[Machine, ...]:
        """The machine with each manager that serves an ecosystem of the lock."""
        wanted = {fixed.ecosystem for fixed in self.find_fixed(machine).values()}
        found = super().machines(machine, elevation)
        return tuple(item for item in found if item.ecosystem and item.ecosystem.name in wanted) or found[:1]

    def plan(self, machine: Machine, elevation: Elevation, phases: tuple[Phase, ...] = ()) -> Plan:
        """The plan for one machine; what is in a later version than the locked one is told."""
        plan = super().plan(machine, elevation, phases)
        fixed = self.find_fixed(machine)
        notes = []
        for item in plan.new:
            locked = fixed[item.phase, item.provider].version
            if locked and item.version and item.version != locked:
                notes.append(
                    f"{item.provider}: {item.version} of {item.source}, which is later than the locked {locked}"
                )
        return replace(plan, notes=tuple(dict.fromkeys((*plan.notes, *notes))))
