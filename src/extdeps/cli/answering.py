"""The answer to a request of an installer: checked, planned or installed as the commands of these names do it."""

from __future__ import annotations

import argparse

from extdeps.cli.commands.install import Installation, configure
from extdeps.declaration.request import parse_request
from extdeps.errors import ExtdepsError, StillMissingError
from extdeps.model.evidence import Report
from extdeps.model.reply import Reply

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.cli.planning import Planning
    from extdeps.cli.session import Session
    from extdeps.declaration.request import InstallerRequest
    from extdeps.host import Host
    from extdeps.machine import Machine
    from extdeps.model.plan import Plan
    from extdeps.model.reply import ReplyStatus
    from extdeps.model.step import Step
    from extdeps.resolve.solution import Solution


class Answering:
    """Answers one request; what was found or done before an error is told with it.

    Args:
        host: this machine.
    """

    def __init__(self, host: Host | None = None) -> None:
        self._host = host
        self._report = Report(findings=())
        self._plan: Plan | None = None
        self._installation: RequestedInstallation | None = None

    def answer(self, content: bytes) -> Reply:
        """Do what is asked for.

        Args:
            content: the document of the request.

        Returns:
            The reply, also to what is wrong or fails.
        """
        try:
            return self._reply(self._answer(parse_request(content)))
        except ExtdepsError as error:
            return self._reply("failed", error)
        except Exception as error:  # noqa: BLE001 - a program that asks is answered also where a bug is met
            from extdeps.cli.main import describe_bug

            return self._reply("failed", describe_bug(error))

    def _reply(self, status: ReplyStatus, error: ExtdepsError | None = None) -> Reply:
        installation = self._installation
        if installation is None:
            return Reply(status=status, report=self._report, plan=self._plan, error=error)
        return Reply(
            status=status,
            report=installation.report,
            plan=installation.plan,
            steps=installation.steps,
            notes=tuple(installation.notes),
            error=error,
        )

    def _answer(self, request: InstallerRequest) -> ReplyStatus:
        from extdeps.checker import check
        from extdeps.cli.session import Session

        arguments = _make_arguments(request)
        session = Session(arguments, self._host, request.declarations)
        if request.consent == "install":
            return self._install(RequestedInstallation(arguments, session))
        self._report = check(request.declarations, session.machine, session.catalogue, with_commands=False)
        # of a machine that is not here nothing is known, and all of it may be missing
        if self._report.is_satisfied(strict=not self._report.probed):
            return "satisfied"
        if request.consent == "check":
            return "missing"
        from extdeps.cli.planning import Planning

        planning = Planning(session, arguments)
        self._plan = _make_plan(planning, session, planning.solve(session.machine, self._report))
        return "unresolvable" if self._plan.unmet else "missing"

    def _install(self, installation: RequestedInstallation) -> ReplyStatus:
        self._installation = installation
        try:
            installation.run()
        except ExtdepsError as error:
            installation.plan_what_is_missing()
            if not (isinstance(error, StillMissingError) and installation.is_impossible):
                raise
        if installation.is_impossible:
            return "unresolvable"
        return "done" if installation.steps else "satisfied"


class RequestedInstallation(Installation):
    """An installation for an installer that has asked its user: of all or nothing, and it prints nothing.

    Attributes:
        plan: what was decided before something was installed; None where nothing was missing.
        notes: what a person would be told.
    """

    def __init__(self, arguments: argparse.Namespace, session: Session) -> None:
        super().__init__(arguments, session)
        self.plan: Plan | None = None
        self.notes: list[str] = []

    @property
    def is_impossible(self) -> bool:
        """Whether something cannot be had, so that nothing was installed."""
        return self.plan is not None and bool(self.plan.unmet)

    def plan_what_is_missing(self) -> None:
        """Decide it, where that was not reached."""
        if self.plan is None and not self.report.is_satisfied():
            solution = self._planning.solve(self._session.machine, self.report)
            self.plan = _make_plan(self._planning, self._session, solution)

    def _consent(self, steps: tuple[Step, ...]) -> bool:
        if self._solution and any(step.kind == "install" for step in steps):
            self.plan = _make_plan(self._planning, self._session, self._solution)
        return not self.is_impossible

    def _note(self, text: str) -> None:
        self.notes.append(text)

    def _end(self, report: Report, _machine: Machine, _steps: tuple[Step, ...] = ()) -> int:
        return 0 if report.is_satisfied() else 1


def _make_plan(planning: Planning, session: Session, solution: Solution) -> Plan:
    from extdeps.resolve.planning import find_plan_elevation

    machine = session.machine
    return planning.plan_of(solution, machine, find_plan_elevation(machine))


def _make_arguments(request: InstallerRequest) -> argparse.Namespace:
    """The arguments of `extdeps install` that ask for the same."""
    parser = argparse.ArgumentParser()
    configure(parser)
    arguments = parser.parse_args(["--yes", "--offline", "--format", "json"])
    arguments.python, arguments.target = request.python, request.target
    arguments.managers = list(request.managers)
    return arguments
