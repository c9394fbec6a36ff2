"""The market of a machine: what a check has found here, and what each of its managers has."""

from __future__ import annotations

from extdeps.machine import choose
from extdeps.manager.table import get_manager
from extdeps.model.identifier import is_virtual
from extdeps.model.plan import HERE
from extdeps.resolve.candidate import Offer
from extdeps.resolve.market import Market
from extdeps.resolve.requirement import Demand
from extdeps.versions.upstream import upstream_version

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.machine import Machine
    from extdeps.model.evidence import Finding, Report
    from extdeps.model.requirement import Phase
    from extdeps.resolve.market import Preferences

_WITH_A_VERSION = ("satisfied", "wrong-version")


def list_demands(report: Report) -> tuple[Demand, ...]:
    """What the findings of a check ask for, one demand for each who asks."""
    return tuple(
        Demand(
            identifier=finding.identifier,
            constraints=finding.requirement.constraints,
            phase=finding.phase,
            requested_by=subject,
        )
        for finding in report.findings
        if finding.status != "not-applicable"
        for subject in finding.requested_by
    )


def make_market(report: Report, machine: Machine, catalogue: Catalogue, preferences: Preferences) -> Market:
    """Gather what a machine has and can have of what was asked for.

    Each manager is asked once, about all names.

    Args:
        report: a check of the machine.
        machine: where it was made.
        catalogue: what supplies an identifier.
        preferences: in which order offers are tried, and which managers are left out.
    """
    findings = [finding for finding in report.findings if finding.status != "not-applicable"]
    offers: dict[str, list[Offer]] = {}
    for finding in findings:
        for offer in _find_here(finding, preferences.home):
            offers.setdefault(offer.identifier, []).append(offer)
    for found in machine.managers:
        if found.name not in preferences.without:
            for offer in _ask_manager(found.name, findings, machine, catalogue):
                offers.setdefault(offer.identifier, []).append(offer)
    return Market(
        offers={name: tuple(dict.fromkeys(listed)) for name, listed in offers.items()},
        providers={
            finding.identifier: (finding.identifier, *catalogue.registry.providers(finding.identifier))
            for finding in findings
            if is_virtual(finding.identifier)
        },
        preferences=preferences,
    )


def _find_here(finding: Finding, home: str) -> Iterator[Offer]:
    """What a check has found of one requirement; what is not whole is no offer."""
    if finding.status in _WITH_A_VERSION and finding.evidence:
        version = finding.evidence[0].version
        yield Offer(
            identifier=finding.identifier, source=HERE, ecosystem=home, version=version, phases=(finding.phase,)
        )


def _ask_manager(name: str, findings: Sequence[Finding], machine: Machine, catalogue: Catalogue) -> Iterator[Offer]:
    """What one manager has of all that was asked for; one that cannot be asked has nothing."""
    manager, there = get_manager(name), choose(machine, name, catalogue.ecosystems())
    ecosystem = there.ecosystem
    if ecosystem is None:
        return
    wanted: dict[tuple[str, Phase], tuple[str, ...]] = {}
    for finding in findings:
        specs = catalogue.specs(finding.identifier, ecosystem)
        packages = tuple(item for item in specs.of(finding.phase) if manager.accepts(item)) if specs else ()
        if packages:
            wanted[finding.identifier, finding.phase] = packages
    known = manager.find_available(
        tuple(dict.fromkeys(item for names in wanted.values() for item in names)), there.site
    )
    is_elevated = manager.needs_elevation(there.site)
    for (identifier, phase), packages in wanted.items():
        if all(item in known.packages for item in packages):
            for found in known.packages[packages[0]]:
                yield Offer(
                    identifier=catalogue.supplier(identifier, ecosystem),
                    source=name,
                    ecosystem=ecosystem.name,
                    version=upstream_version(found.version, manager.scheme),
                    packages=packages,
                    new=len(packages),
                    is_elevated=is_elevated,
                    phases=(phase,),
                )
