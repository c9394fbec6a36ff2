"""`extdeps install`: get what is missing, after showing it and a yes."""

from __future__ import annotations

import sys

from extdeps.cli.options import add_lock_options, add_preference_options, add_prefix_options, add_subject_options
from extdeps.model.evidence import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.cli.place import Place
    from extdeps.cli.session import Session
    from extdeps.execute.installer import Outcome, Task
    from extdeps.machine import Machine
    from extdeps.model.step import Step
    from extdeps.resolve.solution import Solution


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the options of the command."""
    add_subject_options(parser)
    add_preference_options(parser)
    add_prefix_options(parser)
    add_lock_options(parser, "only with what stands in")
    group = parser.add_argument_group("installation")
    group.add_argument("--plan", metavar="FILE", default="", help="what `extdeps plan --format json` has written")
    group.add_argument("--dry-run", action="store_true", help="show what would be run, and run nothing")
    group.add_argument("-y", "--yes", action="store_true", help="run what is shown without asking")
    group.add_argument("--allow-removals", action="store_true", help="other packages may be removed or downgraded")
    group.add_argument(
        "--timeout", metavar="SECONDS", type=float, default=7200.0, help="end a step after this long (default: 7200)"
    )
    group.add_argument(
        "--lock-timeout",
        metavar="SECONDS",
        type=float,
        default=300.0,
        help="wait no longer for another process (default: 300)",
    )


def execute(arguments: argparse.Namespace) -> int:
    """Check, show, ask, run and check again; 1 where it was only shown, or somebody said no."""
    from extdeps.cli.session import Session

    return Installation(arguments, Session(arguments)).run()


class Installation:
    """What is missing, got after it was shown and a yes.

    Attributes:
        report: what was found last.
        steps: what was run, and went well.
    """

    def __init__(self, arguments: argparse.Namespace, session: Session) -> None:
        from extdeps.cli.planningchoice import make_planning
        from extdeps.cli.progress import Progress

        self._arguments = arguments
        self._session = session
        self._progress = Progress(verbose=arguments.verbose)
        self._is_json = arguments.format == "json"
        self._planning = make_planning(session, arguments)
        self._solution: Solution | None = None
        self.report = Report(findings=())
        self.steps: tuple[Step, ...] = ()

    def check(self) -> Report:
        """Say what is missing, and how it would be got; nothing is changed."""
        machine = self._session.machine
        report = self._check(machine)
        if not report.is_satisfied():
            self._solution = self._planning.solve(machine, report)
        self._show_report(report, with_commands=True)
        return report

    def _check(self, machine: Machine) -> Report:
        self.report = self._planning.check(machine)
        return self.report

    def run(self) -> int:
        """Do it all."""
        from extdeps.cli.place import are_installed, choose_place
        from extdeps.errors import StepError
        from extdeps.execute.installer import require_satisfied

        place = choose_place(self._session, self._arguments)
        machine = place.describe()
        report = self._check(machine)
        unfinished = self._is_unfinished(machine)
        if unfinished or not report.is_satisfied():
            place = self._find_usable(place, machine, report)
            if place.note:
                machine = place.describe()
                report = self._check(machine)
            unfinished = self._is_unfinished(machine, place)
        if place.note:
            self._note(place.note)
        self._show_report(report)
        if report.is_satisfied() and not (place.is_usable and unfinished):
            self._show_use(place)
            return self._end(report, machine)
        if self._arguments.dry_run:
            return self._end(report, machine, self._look(report, machine, place))
        try:
            outcome, log = self._install(report, machine, place)
        except StepError as error:
            if not (report.is_satisfied() and are_installed(report, machine)):
                raise
            print(f"note: nothing is missing, but something else is half installed: {error.message}", file=sys.stderr)
            return self._end(report, machine)
        if outcome.is_declined:
            print("Nothing more was run.", file=sys.stderr)
            return self._end(report, machine, outcome.steps)
        # also where nothing was run: another process may have installed it since, as the child of a run that was killed
        after = self._check(place.describe())
        unmet = self._solution.unmet if self._solution else ()
        require_satisfied(after, unmet=unmet, absent=outcome.absent, log=log)
        self._show_report(after)
        self._show_use(place)
        return self._end(after, machine, outcome.steps)

    def _is_unfinished(self, machine: Machine, place: Place | None = None) -> bool:
        """Whether an interrupted run of any manager that may be used is to be finished first."""
        from extdeps.cli.place import is_unfinished

        return any(map(is_unfinished, self._planning.machines(machine, place.elevation if place else None)))

    def _find_usable(self, place: Place, machine: Machine, report: Report) -> Place:
        """A place that can be used; where there is none, a person who can do more is told what is missing."""
        from extdeps.cli.place import find_usable
        from extdeps.errors import NoManagerError

        try:
            found = find_usable(place, machine, self._session)
        except NoManagerError:
            if report.is_satisfied():
                return place
            self._solution = self._planning.solve(machine, report)
            self._show_report(report, with_commands=True)
            raise
        return place if report.is_satisfied() and found.note else found

    def _solve(self, report: Report, machine: Machine, place: Place) -> Solution:
        self._solution = self._planning.solve(machine, report, place.elevation)
        return self._solution

    def _look(self, report: Report, machine: Machine, place: Place) -> tuple[Step, ...]:
        """Show what would be run."""
        tasks = self._find_tasks(report, machine, place)
        steps = tuple(step for task in tasks for step in task.maker.foresee(task.wanted))
        self._show_unmet()
        self._show_steps(steps)
        if not self._arguments.allow_removals and any(step.preview and step.preview.losses for step in steps):
            print("note: something would be taken away, which needs `--allow-removals`", file=sys.stderr)
        return steps

    def _install(self, report: Report, machine: Machine, place: Place) -> tuple[Outcome, str]:
        from extdeps.execute.directory import find_directory
        from extdeps.execute.installer import install
        from extdeps.execute.interface import Limits
        from extdeps.execute.lock import hold_lock
        from extdeps.execute.log import Log
        from extdeps.execute.runner import Runner

        arguments, directory = self._arguments, find_directory(machine.host.environ)
        limits = Limits(step=arguments.timeout, lock=arguments.lock_timeout)
        with Log(directory) as log, hold_lock(f"{directory}/lock", self._progress, limits):
            runner = Runner(machine.host, self._progress, log, limits)
            try:
                outcome = install(
                    lambda: self._find_tasks(report, machine, place),
                    runner,
                    self._consent,
                    allow_removals=arguments.allow_removals,
                )
            except KeyboardInterrupt:
                if log.is_begun:
                    print(f"a second run goes on from here; the log is {log.path}", file=sys.stderr)
                raise
            finally:
                self.steps = runner.done
            return outcome, log.path if outcome.steps else ""

    def _consent(self, steps: tuple[Step, ...]) -> bool:
        """Show steps, and say whether they may be run."""
        from extdeps.cli.progress import ask_consent

        if any(step.kind == "install" for step in steps):
            self._show_unmet()
        self._show_steps(steps, is_asked=not self._arguments.yes)
        typed = self._solution.commands if self._solution else ()
        return self._arguments.yes or ask_consent(typed or steps)

    def _find_tasks(self, report: Report, machine: Machine, place: Place) -> tuple[Task, ...]:
        """What each manager is to do: its order, or only to be prepared, where that may bring what is not met yet."""
        from extdeps.cli.place import is_unfinished
        from extdeps.execute.installer import Task
        from extdeps.manager.table import has_stale_index
        from extdeps.resolve.steps import StepMaker

        solution = self._solve(report, machine, place)
        orders = {order.manager.name: order for order in solution.orders}
        tasks = []
        for item in solution.machines:
            manager = item.manager
            if manager is None:
                continue
            may_know_more = bool(solution.unmet) and item in solution.asked and has_stale_index(manager, item.site)
            if manager.name in orders or may_know_more or is_unfinished(item):
                order = orders.get(manager.name)
                known = order.known if order else frozenset()
                maker = StepMaker(manager, item.site, str(item.ecosystem), place.elevation, known=known)
                tasks.append(Task(maker=maker, wanted=order.specs if order else {}))
        return tuple(tasks)

    def _show_unmet(self) -> None:
        """Say what cannot be had, and what would help."""
        from extdeps.cli.console import print_styled
        from extdeps.render.plan import render_unmet

        if self._is_json or self._solution is None:
            return
        for unmet in self._solution.unmet:
            print_styled((*render_unmet(unmet), ()))

    def _note(self, text: str) -> None:
        """Tell a person what stands in no document."""
        if not self._is_json:
            print(f"note: {text}", file=sys.stderr)

    def _show_report(self, report: Report, *, with_commands: bool = False) -> None:
        if self._is_json:
            return
        from extdeps.cli.console import print_styled
        from extdeps.render.report import render_report

        quiet = self._arguments.quiet
        verbose = self._arguments.verbose
        shown = self._with_commands(report) if with_commands else report
        print_styled(render_report(shown, verbose=verbose, quiet=quiet, with_commands=with_commands))

    def _with_commands(self, report: Report) -> Report:
        """A report with what a person would type for what was planned."""
        from dataclasses import replace

        return replace(report, commands=self._solution.commands) if self._solution else report

    def _show_use(self, place: Place) -> None:
        """Say what makes a build find a prefix, of which it knows nothing by itself."""
        if place.use and place.is_made() and not self._arguments.quiet:
            self._note(f"a build finds it after `{place.use}`")

    def _show_steps(self, steps: tuple[Step, ...], *, is_asked: bool = False) -> None:
        """Print steps; where stdout is for the document, on stderr, and only if somebody has to know what for."""
        from extdeps.cli.console import print_styled
        from extdeps.render.steps import render_steps

        if is_asked or not self._is_json:
            print_styled(render_steps(steps, verbose=self._arguments.verbose), on_stderr=self._is_json)

    def _end(self, report: Report, machine: Machine, steps: tuple[Step, ...] = ()) -> int:
        """Print the document that was asked for, and tell whether all is there."""
        if self._is_json:
            from extdeps.cli.console import print_json
            from extdeps.machine import gather_facts
            from extdeps.render.json import format_installation

            facts = gather_facts(machine)
            is_run = not self._arguments.dry_run
            said = report if is_run else self._with_commands(report)
            print_json(format_installation(said, facts, steps, is_run=is_run, strict=self._arguments.strict))
        return 0 if report.is_satisfied(strict=self._arguments.strict) else 1
