"""From a check to a solution: which manager is asked when, until everything is met."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.model.evidence import Finding
from extdeps.model.identifier import is_virtual, parse_depurl
from extdeps.model.requirement import PHASES, Requirement
from extdeps.resolve.fixed import restrict
from extdeps.resolve.market import Exclusive, Market
from extdeps.resolve.requirement import Demand
from extdeps.resolve.resolution import resolve, resolve_all
from extdeps.resolve.solution import Solution
from extdeps.resolve.stock import Stock, ask_manager, find_here, module_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.machine import Machine
    from extdeps.model.evidence import Report
    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.fixed import Fixed
    from extdeps.resolve.market import Alternative, Preferences
    from extdeps.resolve.resolution import Resolution

    FindAlternatives = Callable[[Mapping[str, tuple[Offer, ...]]], Mapping[str, tuple[Alternative, ...]]]


def _find_none(_offers: Mapping[str, tuple[Offer, ...]]) -> Mapping[str, tuple[Alternative, ...]]:
    return {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What has to be decided.

    Args:
        report: a check of the machine.
        machines: the machine with each of the managers that may be used, the preferred one first; never empty.
        left_out: the same with managers that are there and are not to be used, for what they would help.
        catalogue: what supplies an identifier.
        preferences: in which order offers are tried.
        strict: whether what is unknown counts as missing.
        fixed: by phase and provider, what alone may be installed; None where nothing was decided before.
        find_alternatives: of the offers that there are, what other versions of the projects need, by subject.
    """

    report: Report
    machines: tuple[Machine, ...]
    left_out: tuple[Machine, ...] = ()
    catalogue: Catalogue
    preferences: Preferences
    strict: bool = False
    fixed: Mapping[tuple[str, str], Fixed] | None = None
    find_alternatives: FindAlternatives = _find_none

    @property
    def checked(self) -> Machine:
        """The machine with what the check has looked at: with the prefix, where there is one."""
        return next((machine for machine in self.machines if machine.prefix), self.machines[0])


def solve(request: Request) -> Solution:
    """Decide how everything that a check asks for is met.

    A manager is asked only where those before it, which are preferred, cannot deliver all of it; none is where all is
    here. Of managers that cannot be asked, only the preferred one is relied on. What would help is looked for only
    where something cannot be met.
    """
    return _Planner(request).solve()


class _Planner:
    """Asks one source after the other until everything is met."""

    def __init__(self, request: Request) -> None:
        self._request = request
        self._catalogue = request.catalogue
        self._findings = _list_findings(request.report, strict=request.strict)
        self._demands = list_demands(self._findings, request.catalogue)
        self._stocks: list[Stock] = []
        self._asked: list[Machine] = []
        self._known: dict[str, frozenset[str]] = {}

    def solve(self) -> Solution:
        request = self._request
        self._stocks.append(find_here(self._findings, request.checked, self._catalogue, request.preferences.home))
        market = self._make_market()
        resolution = resolve_all(self._demands, market)
        for machine in request.machines:
            if resolution:
                break
            self._ask(machine, self._findings)
            market = self._make_market()
            resolution = resolve_all(self._demands, market)
        if resolution is None:
            market = self._make_advised(resolve(self._demands, market))
            resolution = resolve(self._demands, market)
        return Solution(
            report=request.report,
            machines=request.machines,
            asked=tuple(self._asked),
            market=market,
            resolution=resolution,
            hints=_merge((_describe_unregistered(self._findings), *(stock.hints for stock in self._stocks))),
            problems=tuple(dict.fromkeys(self._list_problems(resolution))),
            known=self._known,
        )

    def _list_problems(self, resolution: Resolution) -> Iterator[str]:
        """Why managers could not be asked, as far as that counts: they are relied on, or could help."""
        refused = {refusal.demand.identifier for refusal in resolution.refusals}
        for stock in self._stocks:
            if stock.problem and (
                refused & stock.mapped or not set(stock.offers).isdisjoint(resolution.choices.values())
            ):
                yield stock.problem

    def _ask(self, machine: Machine, findings: Sequence[Finding]) -> None:
        request = self._request
        stock = ask_manager(findings, machine, self._catalogue, is_assumed=machine is request.machines[0])
        self._stocks.append(stock if request.fixed is None else restrict(stock, request.fixed))
        self._asked.append(machine)
        self._known[machine.manager_name] = stock.known

    def _make_market(self, findings: Sequence[Finding] = ()) -> Market:
        """What all that were asked have, also of what other findings ask for."""
        catalogue, relations = self._catalogue, self._catalogue.relations
        offers: dict[str, dict[Offer, None]] = {}
        for offer in (offer for stock in self._stocks for offer in stock.offers):
            offers.setdefault(offer.identifier, {})[offer] = None
        names = dict.fromkeys(finding.identifier for finding in (*self._findings, *findings))
        return Market(
            offers={name: tuple(listed) for name, listed in offers.items()},
            providers={name: catalogue.registry.providers(name) for name in names if is_virtual(name)},
            coherent=tuple(group.identifiers for group in relations.coherent),
            neutral=frozenset(name for group in relations.coherent for name in group.neutral),
            exclusive=tuple(self._list_exclusive()),
            capabilities=frozenset((phase, name) for phase in PHASES for name in relations.capabilities_of(phase)),
            preferences=self._request.preferences,
        )

    def _list_exclusive(self) -> Iterator[Exclusive]:
        ecosystems = tuple(machine.ecosystem for machine in self._request.machines if machine.ecosystem)
        for group in self._catalogue.relations.exclusive:
            holding = frozenset(item.name for item in ecosystems if group.holds_in(item))
            if holding:
                where = holding if group.ecosystems else frozenset()
                yield Exclusive(members=group.identifiers, phases=group.phases, ecosystems=where)

    def _make_advised(self, resolution: Resolution) -> Market:
        """The market with all that could help those who were refused."""
        from extdeps.resolve.elsewhere import find_elsewhere

        request = self._request
        refused = [refusal.demand for refusal in resolution.refusals]
        for machine in request.left_out:
            self._stocks.append(ask_manager(self._findings, machine, self._catalogue))
        alternatives = request.find_alternatives(self._make_market().offers)
        further = self._list_further(alternatives, refused)
        for machine in (*self._asked, *request.left_out) if further else ():
            self._stocks.append(ask_manager(further, machine, self._catalogue))
        own = request.machines[0]
        asked = {item.manager_name for item in self._asked} - {""}
        known = {item.ecosystem.name for item in self._asked if item.ecosystem}
        market = self._make_market(further)
        return replace(
            market,
            alternatives=alternatives,
            elsewhere={
                item.identifier: find_elsewhere(
                    item.identifier, item.phase, self._catalogue, own, asked=asked, known=known
                )
                for item in refused
                if item.key not in market.capabilities
            },
            find_release=self._find_release,
        )

    def _list_further(
        self, alternatives: Mapping[str, tuple[Alternative, ...]], refused: Iterable[Demand]
    ) -> tuple[Finding, ...]:
        """What only other versions of the refused projects need, as if it had been asked for."""
        known = {(finding.phase, finding.identifier) for finding in self._findings}
        subjects = dict.fromkeys(item.requested_by for item in refused)
        named = {
            item.key: item
            for subject in subjects
            for alternative in alternatives.get(subject, ())
            for item in alternative.demands
            if item.key not in known
        }
        return tuple(
            Finding(
                requirement=Requirement(url=parse_depurl(item.identifier)),
                identifier=item.identifier,
                phase=item.phase,
                status="missing",
            )
            for item in named.values()
        )

    def _find_release(self, demand: Demand) -> str:
        """What can be said of other releases of the machine's distribution."""
        from extdeps.resolve.releases import find_releases, format_releases

        ecosystem = self._request.machines[0].ecosystem
        if ecosystem is None:
            return ""
        found = find_releases(demand.identifier, demand.phase, demand.constraints, ecosystem, self._catalogue)
        return format_releases(demand.identifier, found) if found else ""


def _describe_unregistered(findings: Iterable[Finding]) -> dict[str, tuple[str, ...]]:
    """By identifier, that no registry knows it, with the nearest that one knows."""
    return {item.identifier: (item.note,) for item in findings if not item.registered and item.note}


def _list_findings(report: Report, *, strict: bool) -> tuple[Finding, ...]:
    """The findings that have to be met; one of which nothing can be told asks for nothing, unless that is strict."""
    return tuple(
        finding
        for finding in report.findings
        if finding.status != "not-applicable"
        and (finding.status != "unknown" or finding.evidence or strict or not report.probed)
    )


def list_demands(findings: Iterable[Finding], catalogue: Catalogue) -> tuple[Demand, ...]:
    """What findings ask for, one demand for each who asks."""
    return tuple(
        Demand(
            identifier=finding.identifier,
            constraints=finding.requirement.constraints,
            phase=finding.phase,
            requested_by=subject,
            module=module_of(finding, catalogue),
        )
        for finding in findings
        for subject in finding.requested_by
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
        name = machine.manager_name
        listed = preferences.managers.index(name) if name in preferences.managers else len(preferences.managers)
        return (ecosystem != preferences.home, listed, ecosystem != "pypi")

    return tuple(sorted(machines, key=rank))
