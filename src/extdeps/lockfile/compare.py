"""How a lock and what is asked for and found now have come apart."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.checker import PYTHON
from extdeps.lockfile.subject import find_home, format_subject
from extdeps.lockfile.targets import find_target
from extdeps.model.constraint import format_constraints
from extdeps.model.identifier import is_virtual
from extdeps.model.lock import NONE, Drift, LockCheck, LockedRequirement
from extdeps.model.requirement import PHASES
from extdeps.resolve.releases import known_version
from extdeps.versions.loose import Loose

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.model.evidence import Finding, Report
    from extdeps.model.lock import Key, Lock, LockedEntry, LockedTarget


@dataclass(frozen=True, slots=True, kw_only=True)
class Supply:
    """Who meets a locked entry by the data of today.

    Args:
        provider: the locked one, as long as it still provides what was asked for.
        packages: its names in the ecosystem; None where no mapping names them.
        version: that the data of today know of; empty where they know of none.
    """

    provider: str
    packages: tuple[str, ...] | None
    version: str = ""


def check_locked(report: Report, lock: Lock, ecosystem: Ecosystem | None, catalogue: Catalogue, path: str) -> LockCheck:
    """Compare a check with what a lock has for the machine (`pep_draft`, "Drift").

    Args:
        report: a check of everything that was locked.
        lock: which was read.
        ecosystem: the machine's.
        catalogue: as it is now.
        path: what the lock is called.

    Raises:
        UnlockedError: the lock has no target that fits.
        DocumentError: a document of the catalogue is wrong.
    """
    target = find_target(lock, ecosystem, path)
    meant = parse_ecosystem(target.ecosystem)
    found = compare(target, _name_projects(report, path), lambda entry: find_supply(entry, meant, catalogue))
    return LockCheck(
        path=path,
        target=target.ecosystem,
        drifts=tuple(drift for drift in found if not drift.is_settled),
        later=tuple(drift for drift in found if drift.is_settled),
        has_same_mapping=catalogue.mapping_digest(meant) == target.mapping,
    )


def _name_projects(report: Report, path: str) -> Report:
    home = find_home((subject for subject, _ in report.subjects), path)
    return replace(report, projects=tuple({**home, **dict(report.projects)}.items()))


def compare(target: LockedTarget, report: Report, supply: Callable[[LockedEntry], Supply]) -> tuple[Drift, ...]:
    """Every difference, by identifier, phase and kind. What is missing on the machine is none: the report has it.

    Args:
        target: of the lock.
        report: a check of everything that was locked.
        supply: who meets an entry now.
    """
    asked: dict[Key, list[Finding]] = {}
    for finding in report.findings:
        asked.setdefault((finding.identifier, finding.phase), []).append(finding)
    locked, projects = target.by_key, dict(report.projects)
    drifts: list[Drift] = []
    for key in sorted(asked.keys() | locked.keys(), key=lambda key: (key[0], PHASES.index(key[1]))):
        findings = asked.get(key, [])
        applying = [finding for finding in findings if finding.status != "not-applicable"]
        entry = locked.get(key)
        if entry is None:
            drifts += _find_unlocked(key, applying, projects)
        elif not findings:
            wanted = entry.format_requirements()
            drifts.append(Drift(kind="no-longer-asked-for", identifier=key[0], phase=key[1], locked=wanted))
        elif applying:  # what a marker leaves out on this machine is still asked for
            now = supply(entry)
            drifts += _compare_requirements(entry, applying, projects)
            drifts += _compare_version(entry, now, applying)
            drifts += _compare_supply(entry, now, applying)
    return tuple(drifts)


def _find_unlocked(key: Key, findings: list[Finding], projects: Mapping[str, str]) -> Iterator[Drift]:
    if findings:
        yield Drift(kind="not-locked", identifier=key[0], phase=key[1], actual=_format_asked(findings, projects))


def _compare_requirements(entry: LockedEntry, findings: list[Finding], projects: Mapping[str, str]) -> Iterator[Drift]:
    wanted = entry.format_requirements()
    actual = _format_asked(findings, projects)
    if actual != wanted:
        yield Drift(kind="requirements", identifier=entry.identifier, phase=entry.phase, locked=wanted, actual=actual)


def _compare_version(entry: LockedEntry, supply: Supply, findings: list[Finding]) -> Iterator[Drift]:
    """What is found is compared, but for what need not be of the ecosystem, or of the locked provider.

    A later one is no drift where the data still know of the locked one: a distribution mends its packages within a
    release, and to lock again would change nothing.
    """
    if entry.identifier == PYTHON or is_virtual(entry.identifier):
        return
    version = next((finding.evidence[0].version for finding in findings if finding.evidence), "")
    order = Loose().compare(version, entry.version) if entry.version and version else 0
    if order:
        yield Drift(
            kind="version",
            identifier=entry.identifier,
            phase=entry.phase,
            locked=entry.version,
            actual=version,
            is_settled=order > 0 and supply.version == entry.version,
        )


def _compare_supply(entry: LockedEntry, supply: Supply, findings: list[Finding]) -> Iterator[Drift]:
    if supply.provider != entry.provider:
        yield Drift(
            kind="provider",
            identifier=entry.identifier,
            phase=entry.phase,
            locked=entry.provider,
            actual=supply.provider,
        )
        return
    packages = supply.packages
    if packages is None:  # then the check may have looked them up, for what is missing
        packages = tuple(name for finding in findings for _, names in finding.packages for name in names)
        if not packages and all(finding.status == "satisfied" for finding in findings):
            return
    if entry.packages and not entry.ecosystem and set(packages) != set(entry.packages):
        yield Drift(
            kind="packages",
            identifier=entry.identifier,
            phase=entry.phase,
            locked=" ".join(entry.packages),
            actual=" ".join(dict.fromkeys(packages)) or NONE,
        )


def _format_asked(findings: list[Finding], projects: Mapping[str, str]) -> str:
    asks = {
        LockedRequirement(
            by=format_subject(subject, projects), range=format_constraints(finding.requirement.constraints)
        )
        for finding in findings
        for subject in finding.requested_by
    }
    return ", ".join(map(str, sorted(asks)))


def find_supply(entry: LockedEntry, ecosystem: Ecosystem, catalogue: Catalogue) -> Supply:
    """Who meets an entry by a catalogue.

    Args:
        entry: of the lock.
        ecosystem: the target that the entry is of.
        catalogue: as it is now.
    """
    provider = entry.provider
    if is_virtual(entry.identifier):
        provided = (entry.identifier, *catalogue.registry.providers(entry.identifier))
        provider = provider if provider in provided else catalogue.supplier(entry.identifier, ecosystem)
    specs = catalogue.specs(provider, ecosystem)
    return Supply(
        provider=provider,
        packages=specs.of(entry.phase) if specs else None,
        version=known_version(provider, entry.phase, ecosystem, catalogue),
    )
