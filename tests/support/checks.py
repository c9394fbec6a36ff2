"""Short ways to ask the whole check of a recorded host."""

from __future__ import annotations

from extdeps.catalog.catalogue import Catalogue
from extdeps.checker import Selection, check
from extdeps.declaration.direct import declare
from extdeps.host import Host
from extdeps.machine import Machine, describe_machine
from extdeps.model.evidence import Finding, Report
from extdeps.model.requirement import Phase
from extdeps.resources import shipped_directory

CATALOGUE = Catalogue((shipped_directory(),))


def machine_of(host: Host) -> Machine:
    """The described machine, with the shipped ecosystems."""
    return describe_machine(host, CATALOGUE.ecosystems())


def check_deps(host: Host, *texts: str, phases: tuple[Phase, ...] = ()) -> Report:
    """The report of `extdeps check -d ...` on a host."""
    declaration = declare(texts, CATALOGUE, phases)
    return check([declaration], machine_of(host), CATALOGUE, Selection(phases=phases))


def find_dep(host: Host, text: str, phase: Phase | None = None) -> Finding:
    """The finding of one requirement on a host."""
    report = check_deps(host, text, phases=(phase,) if phase else ())
    return report.findings[0]
