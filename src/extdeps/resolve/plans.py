"""The plan of a solution: what was decided, and what is run for it, looked at by each manager's own simulation."""

from __future__ import annotations

from extdeps.errors import RefusedError
from extdeps.manager.table import make_commands
from extdeps.model.evidence import InstallCommand
from extdeps.model.plan import Plan, Unmet
from extdeps.model.step import Step
from extdeps.resolve.steps import StepMaker

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.manager.elevation import Elevation
    from extdeps.model.hostfacts import HostFacts
    from extdeps.model.plan import Decision
    from extdeps.resolve.solution import Order, Solution


def make_plan(solution: Solution, facts: HostFacts, elevation: Elevation) -> Plan:
    """The plan of a solution, looked at with each manager's own simulation; nothing is changed.

    What a manager refuses is unmet, with its own words.

    Args:
        solution: what was decided.
        facts: the machine, for whoever runs the plan later.
        elevation: how commands become root.
    """
    machine, report = solution.machines[0], solution.report
    steps: list[Step] = []
    refused: dict[str, RefusedError] = {}
    for order in solution.orders:
        try:
            steps += _foresee(order, elevation)
        except RefusedError as error:
            refused[order.manager.name] = error
    decisions = solution.decisions
    return Plan(
        decisions=tuple(item for item in decisions if item.source not in refused),
        unmet=(
            *solution.unmet,
            *(entry for item in decisions if item.source in refused for entry in _refuse(item, refused[item.source])),
        ),
        steps=tuple(steps),
        host=facts,
        ecosystem=str(machine.ecosystem or ""),
        subjects=report.subjects,
        pip_arguments=report.pip_arguments,
        is_verified=report.probed,
        notes=(*report.notes, *_note_left_out(solution), *solution.problems),
        projects=report.projects,
    )


def _note_left_out(solution: Solution) -> Iterator[str]:
    """What was asked for and is in no answer, since nobody can tell whether it is here."""
    resolution = solution.resolution
    answered = {item.key for item in (*resolution.choices, *(refusal.demand for refusal in resolution.refusals))}
    names = dict.fromkeys(
        str(finding.requirement).removeprefix("dep:generic/")
        for finding in solution.report.findings
        if finding.status == "unknown" and (finding.phase, finding.identifier) not in answered
    )
    if names:
        is_or_are = "it is" if len(names) == 1 else "they are"
        yield f"nobody can tell whether {is_or_are} here: {', '.join(names)}; `--strict` plans as if not"


def _foresee(order: Order, elevation: Elevation) -> Iterator[Step]:
    """The steps of one manager; of a machine that is not here, the commands alone."""
    machine = order.machine
    ecosystem = str(machine.ecosystem)
    if machine.is_probed and machine.host.can_run:
        maker = StepMaker(order.manager, machine.site, ecosystem, elevation, known=order.known)
        yield from maker.foresee(order.specs)
    else:
        commands = make_commands(
            order.manager, order.wanted, ecosystem=ecosystem, site=machine.site, is_here=machine.is_probed
        )
        yield from (Step(kind="install", command=command) for command in commands)
    if machine.prefix:
        yield make_environment_step(order)


def make_environment_step(order: Order) -> Step:
    """What a person runs so that a build finds what was installed into a prefix."""
    command = InstallCommand(
        manager=order.manager.name,
        ecosystem=str(order.machine.ecosystem),
        argv=("extdeps", "env", "--prefix", order.machine.prefix),
        packages=(),
    )
    return Step(kind="environment", command=command)


def _refuse(decision: Decision, error: RefusedError) -> Iterator[Unmet]:
    for ask in decision.asks:
        yield Unmet(
            identifier=decision.identifier,
            phase=decision.phase,
            ask=ask,
            reason=error.message,
            details=error.context,
            remedies=(error.hint,) if error.hint else (),
        )
