"""From a check to a plan: which manager is asked when, what is decided, and what is run for it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.errors import RefusedError
from extdeps.manager.elevation import Elevation
from extdeps.manager.table import make_commands
from extdeps.model.evidence import InstallCommand
from extdeps.model.identifier import is_virtual
from extdeps.model.plan import Plan, Unmet
from extdeps.model.step import Step
from extdeps.resolve.market import Market
from extdeps.resolve.requirement import Demand
from extdeps.resolve.resolution import resolve
from extdeps.resolve.solution import Solution
from extdeps.resolve.steps import StepMaker
from extdeps.resolve.stock import Stock, ask_manager, find_here

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.machine import Machine
    from extdeps.model.evidence import Finding, Report
    from extdeps.model.hostfacts import HostFacts
    from extdeps.model.plan import Decision
    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.market import Preferences
    from extdeps.resolve.solution import Order


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixed:
    """What alone may be installed for an identifier, because it was decided before.

    Args:
        packages: by their names in the ecosystem.
        version: the upstream version, or empty for any.
    """

    packages: tuple[str, ...]
    version: str = ""

    def allows(self, offer: Offer) -> bool:
        """Whether an offer is what was decided."""
        return set(offer.packages) == set(self.packages) and (offer.is_assumed or self.version in ("", offer.version))


def solve(
    report: Report,
    machines: Sequence[Machine],
    catalogue: Catalogue,
    preferences: Preferences,
    *,
    strict: bool = False,
    fixed: Mapping[tuple[str, str], Fixed] | None = None,
) -> Solution:
    """Decide how everything that a check asks for is met.

    A manager is asked only where those before it, which are preferred, cannot deliver all of it; none is where all is
    here. Of managers that cannot be asked, only the preferred one is relied on.

    Args:
        report: a check of the first machine.
        machines: the machine with each of the managers that may be used, the preferred one first; never empty.
        catalogue: what supplies an identifier.
        preferences: in which order offers are tried.
        strict: whether what is unknown counts as missing.
        fixed: by phase and provider, what alone may be installed; None where nothing was decided before.
    """
    findings = _list_findings(report, strict=strict)
    demands = list_demands(findings)
    stocks = [find_here(findings, machines[0], catalogue, preferences.home)]
    market = _make_market(stocks, findings, catalogue, preferences)
    resolution = resolve(demands, market)
    asked: list[Machine] = []
    for machine in machines:
        if not resolution.refusals:
            break
        asked.append(machine)
        stock = ask_manager(findings, machine, catalogue, is_assumed=machine is machines[0])
        stocks.append(stock if fixed is None else _restrict(stock, fixed))
        market = _make_market(stocks, findings, catalogue, preferences)
        resolution = resolve(demands, market)
    return Solution(
        report=report,
        machines=tuple(machines),
        asked=tuple(asked),
        market=market,
        resolution=resolution,
        hints=_merge(stock.hints for stock in stocks),
        problems=tuple(stock.problem for stock in stocks if stock.problem),
    )


def _restrict(stock: Stock, fixed: Mapping[tuple[str, str], Fixed]) -> Stock:
    """Leave what was decided before; what a source has instead is said."""
    kept: list[Offer] = []
    hints = dict(stock.hints)
    for offer in stock.offers:
        decided = fixed.get((offer.phases[0], offer.identifier))
        if decided and decided.allows(offer):
            kept.append(offer)
        elif decided:
            what = " ".join(filter(None, (decided.version, f"of {', '.join(decided.packages)}")))
            line = f"{what} was decided before, and there is {offer} ({', '.join(offer.packages)})"
            hints[offer.identifier] = (*hints.get(offer.identifier, ()), line)
    return replace(stock, offers=tuple(kept), hints=hints)


def _list_findings(report: Report, *, strict: bool) -> tuple[Finding, ...]:
    """The findings that have to be met; one of which nothing can be told asks for nothing, unless that is strict."""
    return tuple(
        finding
        for finding in report.findings
        if finding.status != "not-applicable"
        and (finding.status != "unknown" or finding.evidence or strict or not report.probed)
    )


def list_demands(findings: Iterable[Finding]) -> tuple[Demand, ...]:
    """What findings ask for, one demand for each who asks."""
    return tuple(
        Demand(
            identifier=finding.identifier,
            constraints=finding.requirement.constraints,
            phase=finding.phase,
            requested_by=subject,
        )
        for finding in findings
        for subject in finding.requested_by
    )


def _make_market(
    stocks: Sequence[Stock], findings: Sequence[Finding], catalogue: Catalogue, preferences: Preferences
) -> Market:
    offers: dict[str, dict[Offer, None]] = {}
    for offer in (offer for stock in stocks for offer in stock.offers):
        offers.setdefault(offer.identifier, {})[offer] = None
    return Market(
        offers={name: tuple(listed) for name, listed in offers.items()},
        providers={
            finding.identifier: (finding.identifier, *catalogue.registry.providers(finding.identifier))
            for finding in findings
            if is_virtual(finding.identifier)
        },
        preferences=preferences,
    )


def _merge(tables: Iterable[Mapping[str, tuple[str, ...]]]) -> dict[str, tuple[str, ...]]:
    merged: dict[str, tuple[str, ...]] = {}
    for table in tables:
        for key, lines in table.items():
            merged[key] = tuple(dict.fromkeys((*merged.get(key, ()), *lines)))
    return merged


def sort_by_preference(machines: Iterable[Machine], preferences: Preferences) -> tuple[Machine, ...]:
    """Machines in the order in which their managers are asked.

    The Python's own ecosystem comes first, then the user's order, then PyPI, whose wheels work anywhere.
    """

    def rank(machine: Machine) -> tuple[bool, int, bool]:
        ecosystem = machine.ecosystem.name if machine.ecosystem else ""
        name = machine.manager.name if machine.manager else ""
        listed = preferences.managers.index(name) if name in preferences.managers else len(preferences.managers)
        return (ecosystem != preferences.home, listed, ecosystem != "pypi")

    return tuple(sorted(machines, key=rank))


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
        is_verified=report.probed,
        notes=(*report.notes, *solution.problems),
    )


def _foresee(order: Order, elevation: Elevation) -> Iterator[Step]:
    """The steps of one manager; of a machine that is not here, the commands alone."""
    machine = order.machine
    ecosystem = str(machine.ecosystem)
    if machine.is_probed and machine.host.can_run:
        yield from StepMaker(order.manager, machine.site, ecosystem, elevation).foresee(order.specs)
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
