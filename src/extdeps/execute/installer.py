"""An installation from the first look to the last: prepare, look, ask, run, and look again."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.errors import StillMissingError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from extdeps.execute.runner import Runner
    from extdeps.model.evidence import Finding, Report
    from extdeps.model.step import Step
    from extdeps.resolve.steps import StepMaker

    Consent = Callable[[tuple[Step, ...]], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of an installation.

    Args:
        steps: what was run.
        absent: the packages that the manager does not know.
        is_declined: whether somebody said no; what was run before that stays.
    """

    steps: tuple[Step, ...] = ()
    absent: tuple[str, ...] = ()
    is_declined: bool = False


def install(
    wanted: Mapping[str, str], maker: StepMaker, runner: Runner, consent: Consent, *, allow_removals: bool = False
) -> Outcome:
    """Install packages of one manager in one transaction.

    Args:
        wanted: names that the manager accepts, with what it is told of each.
        maker: makes the steps.
        runner: runs them.
        consent: is shown steps before they are run, and says whether they may be.
        allow_removals: whether other packages may be removed or downgraded.

    Raises:
        RefusedError: the manager would not do it.
        RemovalError: it would remove or downgrade something, and must not.
        StepError: a command failed.
        LockedError: another process kept the manager's lock.
        ConsentError: nobody is there to be asked.
    """
    done: tuple[Step, ...] = maker.prepare()
    if done:
        if not consent(done):
            return Outcome(is_declined=True)
        for preparation in done:
            runner.run(preparation)
    examined = maker.examine(wanted, allow_removals=allow_removals)
    step = examined.step
    if step is None or (step.preview and step.preview.is_simulated and not step.preview.changes):
        return Outcome(steps=done, absent=examined.absent)
    if not consent((step,)):
        return Outcome(steps=done, absent=examined.absent, is_declined=True)
    runner.run(step)
    return Outcome(steps=(*done, step), absent=examined.absent)


def require_satisfied(report: Report, *, absent: tuple[str, ...] = (), log: str = "") -> None:
    """See that nothing is missing, or not any more.

    Args:
        report: a check, made after the installation where there was one.
        absent: the packages that the manager did not know.
        log: the file with all that was printed, or empty where nothing was.

    Raises:
        StillMissingError: something is missing still; the error says what was found instead.
    """
    missing = [finding for finding in report.findings if finding.needs_action]
    if not missing:
        return
    lines = [_describe(finding) for finding in missing]
    lines += [f"the manager knows no package `{name}`" for name in absent]
    lines += report.notes
    count = f"{len(missing)} of {len(report.findings)} external requirements"
    raise StillMissingError(
        f"{count} {'is' if len(missing) == 1 else 'are'} still not satisfied",
        context=tuple(lines),
        hint=f"all that was printed is in {log}" if log else "",
    )


def _describe(finding: Finding) -> str:
    found = ", ".join(f"{item.version or item.kind} at {item.location}" for item in finding.evidence)
    what = f"{finding.requirement.format_short()} ({finding.phase}): {finding.status.replace('-', ' ')}"
    return "; ".join(filter(None, (what, finding.note, f"found {found}" if found else "")))
