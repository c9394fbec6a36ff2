"""Makes again what a saved plan has decided."""

from __future__ import annotations

from extdeps.cli.planning import Planning
from extdeps.errors import DocumentError, UsageError
from extdeps.machine import choose, gather_facts
from extdeps.manager.table import get_manager, list_managers
from extdeps.model.plan import HERE
from extdeps.resolve.planner import sort_by_preference
from extdeps.resolve.planning import is_usable

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterator, Mapping

    from extdeps.cli.session import Session
    from extdeps.machine import Machine
    from extdeps.manager.elevation import Elevation
    from extdeps.resolve.fixed import Fixed
    from extdeps.resolve.planfile import SavedDecision


class SavedPlanning(Planning):
    """Makes again what a saved plan has decided.

    Args:
        session: everything that the command works with.
        arguments: of the command, with the file of the plan.

    Raises:
        DocumentError: the file is not a plan.
        OtherMachineError: it is for another kind of machine.
    """

    def __init__(self, session: Session, arguments: argparse.Namespace) -> None:
        from extdeps.render.json import format_host
        from extdeps.resolve.planfile import read_plan, require_same_machine

        super().__init__(session, arguments)
        self._saved = read_plan(arguments.plan)
        require_same_machine(self._saved, format_host(gather_facts(session.describe_own(session.host))))
        faults = tuple(fault for item in self._saved.decisions for fault in _find_faults(item))
        if faults:
            raise DocumentError(f"`{arguments.plan}` is no plan that could be run", context=faults, hint="plan again")
        if "rattler" in self._saved.sources and arguments.prefix is None:
            raise UsageError(f"`{self._saved.path}` needs a conda prefix", hint="`--prefix DIR` names it")
        self._declarations = self._saved.declarations()

    def find_fixed(self, _machine: Machine) -> Mapping[tuple[str, str], Fixed]:
        return self._saved.fixed

    def machines(self, machine: Machine, elevation: Elevation | None = None) -> tuple[Machine, ...]:
        """The machine with each manager that the plan needs."""
        base, known = self._session.describe_own(machine.host), self._session.catalogue.ecosystems()
        own = machine.manager_name
        others = tuple(choose(base, name, known) for name in self._saved.sources if name != own)
        preferences = self.preferences(machine)
        usable = (machine, *(item for item in others if is_usable(item, preferences.without, elevation)))
        return sort_by_preference(usable, preferences)


def _find_faults(decision: SavedDecision) -> Iterator[str]:
    """What no manager would take of a decision."""
    if decision.source == HERE:
        return
    if decision.source not in (*list_managers(), "rattler"):
        yield f"{decision.identifier} ({decision.phase}): `{decision.source}` is not a package manager"
        return
    manager = get_manager(decision.source)
    for name in decision.packages:
        if not manager.accepts(name):
            yield f"{decision.identifier} ({decision.phase}): `{name}` is no name of a package of {manager.name}"
