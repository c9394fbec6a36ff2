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
from extdeps.resolve.fixed import Fixed
from extdeps.versions.loose import Loose

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.cli.session import Session
    from extdeps.machine import Machine
    from extdeps.manager.elevation import Elevation
    from extdeps.model.evidence import Report
    from extdeps.model.lock import LockedEntry
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
        """What the lock has for a machine, by phase and provider.

        What is locked to link against is locked for the run time too, which it implies (PEP 725).
        """
        target = find_target(self._lock, machine.ecosystem, self._path)
        meant = parse_ecosystem(target.ecosystem)
        fixed: dict[tuple[str, str], Fixed] = {
            (entry.phase, entry.provider): self._fix(entry, meant) for entry in target.entries
        }
        for entry in target.entries:
            specs = self._session.catalogue.specs(entry.provider, meant)
            if entry.phase == "host" and specs and not entry.ecosystem:
                implied = replace(fixed["host", entry.provider], packages=specs.of("run"))
                fixed.setdefault(("run", entry.provider), implied)
        return fixed

    def _fix(self, entry: LockedEntry, target: Ecosystem) -> Fixed:
        return Fixed(
            packages=entry.packages,
            version=entry.version,
            ecosystem=parse_ecosystem(entry.ecosystem).name if entry.ecosystem else target.name,
            or_later=find_supply(entry, target, self._session.catalogue).version == entry.version,
        )

    def machines(self, machine: Machine, elevation: Elevation | None = None) -> tuple[Machine, ...]:
        """The machine with each manager that serves an ecosystem of the lock."""
        wanted = {fixed.ecosystem for fixed in self.find_fixed(machine).values()}
        found = super().machines(machine, elevation)
        return tuple(item for item in found if item.ecosystem and item.ecosystem.name in wanted) or found[:1]

    def plan(self, machine: Machine, elevation: Elevation, phases: tuple[Phase, ...] = ()) -> Plan:
        """The plan for one machine; what is in a later version than the locked one is told."""
        plan = super().plan(machine, elevation, phases)
        return replace(plan, notes=(*plan.notes, *self._note_later(plan, machine)))

    def _note_later(self, plan: Plan, machine: Machine) -> Iterator[str]:
        fixed = self.find_fixed(machine)
        for item in plan.new:
            locked = fixed[item.phase, item.provider].version
            if locked and item.version and Loose().compare(item.version, locked) > 0:
                yield f"{item.provider} ({item.phase}): {item.version} of {item.source}, locked {locked}"
