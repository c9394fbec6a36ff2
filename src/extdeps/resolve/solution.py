"""What was decided about a check, as decisions for people and orders for managers."""

from __future__ import annotations

from dataclasses import dataclass, field

from extdeps.manager.table import make_commands
from extdeps.model.constraint import format_constraints
from extdeps.model.identifier import DepURL
from extdeps.model.plan import Ask, Decision, Unmet
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.machine import Machine
    from extdeps.manager.interface import Manager
    from extdeps.model.constraint import Constraint
    from extdeps.model.evidence import InstallCommand, Report
    from extdeps.model.requirement import Phase
    from extdeps.resolve.candidate import Offer
    from extdeps.resolve.market import Market
    from extdeps.resolve.requirement import Demand
    from extdeps.resolve.resolution import Resolution


@dataclass(frozen=True, slots=True, kw_only=True)
class Order:
    """What one manager is to install.

    Args:
        machine: with the manager chosen.
        wanted: its packages, each with the range that it has to be in, as far as one package alone stands for a
            requirement.
        known: the packages that the manager was found to have when it was decided.
    """

    machine: Machine
    wanted: Mapping[str, tuple[Constraint, ...]]
    known: frozenset[str] = frozenset()

    @property
    def manager(self) -> Manager:
        """The manager."""
        assert self.machine.manager
        return self.machine.manager

    @property
    def specs(self) -> dict[str, str]:
        """What the manager is told of each package."""
        return {name: self.manager.constrain(name, bounds) if bounds else name for name, bounds in self.wanted.items()}


@dataclass(frozen=True, slots=True, kw_only=True)
class Solution:
    """What was decided about a check, with all that it was decided from.

    Args:
        report: the check.
        machines: the machine with each of the managers that were to be considered, in the order in which they are
            asked; never empty.
        asked: those of them that were asked.
        market: what they have.
        resolution: what was chosen.
        hints: by identifier, why a source does not have it.
        problems: why a manager could not be asked, so that its versions are assumed.
        known: by manager, the packages that it was found to have.
    """

    report: Report
    machines: tuple[Machine, ...]
    asked: tuple[Machine, ...]
    market: Market
    resolution: Resolution
    hints: Mapping[str, tuple[str, ...]]
    problems: tuple[str, ...] = ()
    known: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def orders(self) -> tuple[Order, ...]:
        """What each manager is to install, in the order of the machines."""
        return tuple(
            Order(machine=machine, wanted=wanted, known=self.known.get(machine.manager_name, frozenset()))
            for machine in self.machines
            if machine.manager_name and (wanted := self._wanted_of(machine.manager_name))
        )

    @property
    def commands(self) -> tuple[InstallCommand, ...]:
        """What a person would type for each order."""
        return tuple(
            command
            for order in self.orders
            for command in make_commands(
                order.manager,
                order.wanted,
                ecosystem=str(order.machine.ecosystem),
                site=order.machine.site,
                is_here=order.machine.is_probed,
            )
        )

    def _wanted_of(self, source: str) -> dict[str, tuple[Constraint, ...]]:
        wanted: dict[str, tuple[Constraint, ...]] = {}
        for demand, offer in self.resolution.choices.items():
            if offer.source != source:
                continue
            is_of_package = demand.identifier == offer.identifier and not demand.module
            bounds = demand.constraints if offer.takes_range and is_of_package else ()
            for name in offer.lacking:
                wanted[name] = tuple(dict.fromkeys((*wanted.get(name, ()), *bounds)))
        return wanted

    @property
    def decisions(self) -> tuple[Decision, ...]:
        """One for each identifier and phase that is met, by phase."""
        asks: dict[tuple[Phase, str], dict[Ask, Offer]] = {}
        for demand, offer in self.resolution.choices.items():
            asks.setdefault((demand.phase, demand.identifier), {})[_ask(demand)] = offer
        ordered = sorted(asks.items(), key=lambda item: PHASES.index(item[0][0]))
        return tuple(self._decide(identifier, phase, answers) for (phase, identifier), answers in ordered)

    def _decide(self, identifier: str, phase: Phase, answers: Mapping[Ask, Offer]) -> Decision:
        offer = next(iter(answers.values()))
        return Decision(
            identifier=identifier,
            phase=phase,
            asks=tuple(answers),
            provider=offer.identifier,
            source=offer.source,
            ecosystem=self._ecosystem_of(offer),
            version=offer.version,
            packages=offer.packages,
        )

    def _ecosystem_of(self, offer: Offer) -> str:
        """With its release: `debian+12` of an offer that is of `debian`."""
        known = (item.ecosystem for item in self.machines if item.ecosystem)
        return next((str(item) for item in known if item.name == offer.ecosystem), offer.ecosystem)

    @property
    def unmet(self) -> tuple[Unmet, ...]:
        """One for each requirement that is left out."""
        return tuple(
            Unmet(
                identifier=refusal.demand.identifier,
                phase=refusal.demand.phase,
                ask=_ask(refusal.demand),
                reason=refusal.reason,
                details=(*refusal.lines, *self.hints.get(refusal.demand.identifier, ())),
                remedies=refusal.remedies,
            )
            for refusal in self.resolution.refusals
        )


def _ask(demand: Demand) -> Ask:
    bounds = format_constraints(demand.constraints)
    name = str(DepURL(type="generic", name=demand.module)) if demand.module else demand.identifier
    requirement = f"{name}@{bounds}" if bounds else name
    return Ask(requirement=requirement, requested_by=demand.requested_by)
