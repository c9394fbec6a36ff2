"""From arguments to plans: which managers may be used, in which order, for which machine."""

from __future__ import annotations

from extdeps.checker import Selection, check
from extdeps.cli.options import split_names
from extdeps.errors import UsageError
from extdeps.machine import choose, gather_facts
from extdeps.manager.elevation import Elevation
from extdeps.manager.table import manager_named
from extdeps.model.requirement import parse_requirement
from extdeps.resolve.market import Preferences
from extdeps.resolve.planner import Request, solve
from extdeps.resolve.planning import list_machines, mean_managers
from extdeps.resolve.plans import make_plan

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Mapping

    from extdeps.cli.session import Session
    from extdeps.machine import Machine
    from extdeps.model.declaration import Declaration
    from extdeps.model.evidence import Report
    from extdeps.model.plan import Plan
    from extdeps.model.requirement import Phase
    from extdeps.model.why import Path
    from extdeps.render.formats.table import Format
    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.fixed import Fixed
    from extdeps.resolve.market import Alternative
    from extdeps.resolve.solution import Solution


class Planning:
    """Makes the plans of one invocation.

    Args:
        session: everything that the command works with.
        arguments: of a command that has the options of a plan.
    """

    def __init__(self, session: Session, arguments: argparse.Namespace) -> None:
        self._session = session
        self._arguments = arguments
        self._declarations: tuple[Declaration, ...] | None = None
        for name in (*split_names(arguments.prefer), *split_names(arguments.without)):
            manager_named(name)

    @property
    def declarations(self) -> tuple[Declaration, ...]:
        """What is asked for; read once."""
        if self._declarations is None:
            self._declarations = self._session.declarations()
        return self._declarations

    def check(self, machine: Machine, phases: tuple[Phase, ...] = ()) -> Report:
        """What a machine has of it.

        Args:
            machine: where.
            phases: instead of those of the command line.
        """
        selection = self._session.selection
        if phases:
            selection = Selection(phases=phases, extras=selection.extras, groups=selection.groups)
        return check(self.declarations, machine, self._session.catalogue, selection, with_commands=False)

    def preferences(self, machine: Machine) -> Preferences:
        """The user's, for one machine."""
        own = self._session.describe_own(machine.host).ecosystem if machine.is_probed else machine.ecosystem
        return Preferences(
            home=own.name if own else "",
            managers=mean_managers((*split_names(self._arguments.prefer), *self._session.managers), machine),
            without=frozenset(mean_managers(split_names(self._arguments.without), machine)),
        )

    def machines(self, machine: Machine, elevation: Elevation | None = None) -> tuple[Machine, ...]:
        """The machine with each manager that may be used, the preferred one first.

        Args:
            machine: with the manager that comes first.
            elevation: how commands become root, where those of others have to; None where that does not matter.
        """
        session = self._session
        base = session.describe_own(machine.host) if machine.is_probed else machine
        return list_machines(
            machine,
            base,
            self.preferences(machine),
            named=session.managers,
            known=session.catalogue.ecosystems(),
            elevation=elevation,
        )

    def solve(self, machine: Machine, report: Report, elevation: Elevation | None = None) -> Solution:
        """Decide how what a check asks for is met; the arguments are those of `check` and `machines`."""
        catalogue, known = self._session.catalogue, self._session.catalogue.ecosystems()
        preferences = self.preferences(machine)
        there = {found.name for found in machine.managers} & preferences.without
        base = self._session.describe_own(machine.host) if there else machine
        return solve(
            Request(
                report=report,
                machines=self.machines(machine, elevation),
                left_out=tuple(choose(base, name, known) for name in sorted(there)),
                catalogue=catalogue,
                preferences=preferences,
                strict=self._arguments.strict,
                fixed=self.find_fixed(machine),
                find_alternatives=lambda offers: self._find_alternatives(machine, offers),
            )
        )

    def _find_alternatives(
        self, machine: Machine, offers: Mapping[str, tuple[Offer, ...]]
    ) -> Mapping[str, tuple[Alternative, ...]]:
        if not any(declaration.project for declaration in self.declarations):
            return {}  # what has no versions has no other ones
        from extdeps.resolve.alternatives import find_alternatives

        session = self._session
        return find_alternatives(
            self.declarations, machine, session.catalogue, session.sources, offers=offers, selection=session.selection
        )

    def find_fixed(self, _machine: Machine) -> Mapping[tuple[str, str], Fixed] | None:
        """What was decided before, and alone may be installed on a machine; None where nothing was."""
        return None

    def plan(self, machine: Machine, elevation: Elevation, phases: tuple[Phase, ...] = ()) -> Plan:
        """The plan for one machine.

        Args:
            machine: this one, or one that is not here.
            elevation: how commands become root.
            phases: instead of those of the command line.
        """
        return self.plan_of(self.solve(machine, self.check(machine, phases)), machine, elevation)

    def plan_of(self, solution: Solution, machine: Machine, elevation: Elevation) -> Plan:
        """The plan of what was decided; the other arguments are those of `plan`."""
        facts = gather_facts(self._session.describe_own(machine.host) if machine.is_probed else machine)
        return make_plan(solution, facts, elevation)

    def explain(self, machine: Machine, name: str) -> tuple[Path, ...]:
        """How it was decided what meets an identifier.

        Args:
            machine: where.
            name: a requirement in either form; its range does not count.

        Raises:
            UsageError: nobody asks for it.
        """
        from extdeps.resolve.why import explain_choice

        identifier = self._session.catalogue.resolve(parse_requirement(name).url).identifier
        report = self.check(machine)
        paths = explain_choice(self.solve(machine, report), identifier)
        if not paths:
            asked = ", ".join(dict.fromkeys(finding.identifier for finding in report.findings))
            raise UsageError(f"nobody asks for `{identifier}`", hint=f"asked for: {asked}" if asked else "")
        return paths

    def plans_for(self, wanted: Format, machine: Machine, elevation: Elevation) -> tuple[Plan, ...]:
        """What a format has to be given: plans of this machine, or of an empty one of each target.

        Raises:
            UsageError: the target is not one that the format can be written for.
        """
        if wanted.is_of_machine:
            machines = [machine]
        else:
            machines = [self._session.describe(machine.host, target) for target in self._targets(wanted, machine)]
        return tuple(
            self.plan(item, elevation, self._session.phases or phases) for item in machines for phases in wanted.phases
        )

    def _targets(self, wanted: Format, machine: Machine) -> tuple[str, ...]:
        given = self._arguments.target
        family = given.partition("+")[0]
        if given and wanted.families and family not in wanted.families:
            listed = ", ".join(wanted.families)
            raise UsageError(f"`{self._arguments.format}` is not written for `{given}`", hint=f"it is for {listed}")
        if given:
            return (given,)
        own = machine.ecosystem
        is_own = own is not None and own.name in wanted.families
        return (str(own),) if is_own and not wanted.is_joint else wanted.default


def plans_of(session: Session, arguments: argparse.Namespace, targets: tuple[str, ...]) -> tuple[Plan, ...]:
    """Plans for several machines that are not here, from the data alone.

    Args:
        session: everything that the command works with.
        arguments: of the command.
        targets: ecosystems (`debian+12`); where there is none, that of this machine.

    Raises:
        UsageError: nobody maps a target, or this machine's ecosystem is not known.
    """
    own = session.machine.ecosystem
    names = targets or ((str(own),) if own else ())
    if not names:
        raise UsageError("the ecosystem of this machine is not known", hint="name one with `--target`")
    planning = Planning(session, arguments)
    machines = (session.describe(session.host, target) for target in dict.fromkeys(names))
    return tuple(planning.plan(machine, Elevation()) for machine in machines)
