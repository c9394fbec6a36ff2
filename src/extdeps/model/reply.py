"""What a helper tells the installer that has asked it."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.model.evidence import Report

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from extdeps.errors import ExtdepsError
    from extdeps.model.plan import Plan
    from extdeps.model.step import Step

    ReplyStatus = Literal["satisfied", "missing", "unresolvable", "failed", "done"]
else:
    ReplyStatus = str

_EXIT_CODES = {"satisfied": 0, "done": 0, "missing": 1, "unresolvable": 4}


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """The answer to a request of an installer (`pep_draft`, "The helper of an installer").

    Args:
        status: satisfied and nothing was run, missing, unresolvable, failed, or done.
        report: what was found last.
        plan: how what is missing would be got; None where nothing is, or nobody asked for it.
        steps: what was run, and went well.
        notes: what else a person should know, beside what the report notes.
        error: why it failed; None where it did not.
    """

    status: ReplyStatus
    report: Report = Report(findings=())  # noqa: RUF009 - it is frozen
    plan: Plan | None = None
    steps: tuple[Step, ...] = ()
    notes: tuple[str, ...] = ()
    error: ExtdepsError | None = None

    @property
    def exit_code(self) -> int:
        """Of the process that replies."""
        return self.error.exit_code if self.error else _EXIT_CODES[self.status]
