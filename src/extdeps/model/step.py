"""One command that changes the machine."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from extdeps.model.evidence import InstallCommand
    from extdeps.model.transaction import Preview

    StepKind = Literal["repair", "refresh", "upgrade", "install", "environment"]
else:
    StepKind = str


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A command as it is run, with nobody there to answer its questions.

    Args:
        kind: finish what an interrupted run left, fetch the manager's index, fetch it and upgrade the whole system
            because the manager supports no other order, install, or say what makes a build find what was installed
            (that one is for a person, and not run).
        command: what is run.
        environment: the variables that keep it from asking.
        lock_message: a pattern of what it prints when another process has locked its database, or empty.
        failure_message: a pattern of what it prints when it failed and ends with 0 all the same, or empty.
        success_codes: the exit statuses that mean success.
        preview: what it would change, or None where that is not known before.
        typed: the command as a person would type it, who can answer its questions; empty where that is the same.
    """

    kind: StepKind
    command: InstallCommand
    environment: tuple[tuple[str, str], ...] = ()
    lock_message: str = ""
    failure_message: str = ""
    success_codes: frozenset[int] = frozenset({0})
    preview: Preview | None = None
    typed: tuple[str, ...] = ()

    def __str__(self) -> str:
        """As a person types it."""
        return f'eval "$({self.command})"' if self.kind == "environment" else str(self.command)

    @property
    def as_typed(self) -> str:
        """The command line for a person."""
        from dataclasses import replace

        return str(replace(self.command, argv=self.typed)) if self.typed else str(self)

    @property
    def is_idle(self) -> bool:
        """Whether it is known beforehand to change nothing."""
        return self.preview is not None and self.preview.is_simulated and not self.preview.changes

    @property
    def argv(self) -> tuple[str, ...]:
        """The command line as it is given to the system.

        What runs as root gets its variables from `env`: sudo, doas, run0 and pkexec let none through.
        """
        command = self.command
        if not command.elevation:
            return command.argv
        variables = (f"{name}={value}" for name, value in self.environment)
        return (command.elevation, "env", *variables, *command.argv)
