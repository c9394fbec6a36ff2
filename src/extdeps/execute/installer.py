"""An installation from the first look to the last: prepare, look, ask, run, and look again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from extdeps.errors import StillMissingError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from extdeps.execute.runner import Runner
    from extdeps.model.evidence import Finding, Report
    from extdeps.model.plan import Unmet
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Task:
    """What one manager is to do.

    Args:
        maker: makes its steps.
        wanted: names that it accepts, with what it is told of each; none where it is only to be prepared.
    """

    maker: StepMaker
    wanted: Mapping[str, str]


def install(
    find_tasks: Callable[[], Sequence[Task]], runner: Runner, consent: Consent, *, allow_removals: bool = False
) -> Outcome:
    """Install packages, in one transaction for each manager.

    What a manager has is not known before it is prepared: its interrupted run finished, its index fetched. The tasks
    are found anew after that, until nothing is left to be prepared. All transactions are then looked at before anybody
    is asked, once, about all of them.

    Args:
        find_tasks: what is to be done as far as is known now, in order.
        runner: runs the steps.
        consent: is shown steps before they are run, and says whether they may be.
        allow_removals: whether other packages may be removed or downgraded.

    Raises:
        RefusedError: a manager would not do it.
        RemovalError: it would remove or downgrade something, and must not.
        StepError: a command failed.
        LockedError: another process kept the manager's lock.
        ConsentError: nobody is there to be asked.
    """
    done: tuple[Step, ...] = ()
    prepared: set[str] = set()
    while True:
        tasks = find_tasks()
        fresh = [task for task in tasks if task.maker.manager not in prepared]
        prepared.update(task.maker.manager for task in fresh)
        preparation = tuple(step for task in fresh for step in task.maker.prepare())
        if not preparation:
            break
        if not consent(preparation):
            return Outcome(steps=done, is_declined=True)
        for step in preparation:
            runner.run(step)
        done += preparation
    examined = [task.maker.examine(task.wanted, allow_removals=allow_removals) for task in tasks if task.wanted]
    steps = tuple(item.step for item in examined if item.step and not item.step.is_idle)
    outcome = Outcome(steps=done, absent=tuple(name for item in examined for name in item.absent))
    if not steps:
        return outcome
    if not consent(steps):
        return replace(outcome, is_declined=True)
    for step in steps:
        runner.run(step)
    return replace(outcome, steps=(*done, *steps))


def require_satisfied(
    report: Report, *, unmet: Iterable[Unmet] = (), absent: tuple[str, ...] = (), log: str = ""
) -> None:
    """See that nothing is missing, or not any more.

    Args:
        report: a check, made after the installation where there was one.
        unmet: what could not be planned.
        absent: the packages that the manager did not know.
        log: the file with all that was printed, or empty where nothing was.

    Raises:
        StillMissingError: something is missing still; the error says what was found instead.
    """
    missing = [finding for finding in report.findings if finding.needs_action]
    if not missing:
        return
    lines = [_describe(finding) for finding in missing]
    for item in dict.fromkeys(unmet):
        lines += (item.reason, *(f"  {line}" for line in (*item.details, *item.remedies)))
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
