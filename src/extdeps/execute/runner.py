"""Runs a step: live, logged, limited in time, and again when another process had the manager's lock."""

from __future__ import annotations

import re
import time
from collections import deque
from dataclasses import dataclass

from extdeps.errors import LockedError, StepError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.execute.interface import Limits, Reporter
    from extdeps.execute.log import Log
    from extdeps.host import Host
    from extdeps.model.step import Step

_TAIL = 12
_ENGLISH = {"LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "LANGUAGE": "C", "TERM": "dumb", "NO_COLOR": "1", "PAGER": "cat"}
_STRANGE = frozenset(
    ("LD_PRELOAD", "LD_LIBRARY_PATH", "PYTHONHOME", "PYTHONPATH", "PYTHONSTARTUP", "PERL5LIB", "PERLLIB", "RUBYLIB",
     "BASH_ENV", "ENV", "CDPATH", "GREP_OPTIONS", "POSIXLY_CORRECT")
)  # fmt: skip
"""Variables that would change what a package manager, and the scripts of packages, run."""


class Runner:
    """Runs steps on one host.

    Args:
        host: the machine.
        reporter: is told how far it is.
        log: gets everything.
        limits: how long to wait.

    Attributes:
        done: the steps that were run, and went well.
    """

    def __init__(self, host: Host, reporter: Reporter, log: Log, limits: Limits) -> None:
        self._host = host
        self._reporter = reporter
        self._log = log
        self._limits = limits
        self.done: tuple[Step, ...] = ()

    def run(self, step: Step) -> None:
        """Run a step to its end.

        Raises:
            StepError: it failed, hung, or cannot be run here.
            LockedError: another process kept the lock of the manager for too long.
            KeyboardInterrupt: we were interrupted; the program has ended.
        """
        end = time.monotonic() + self._limits.lock
        self._reporter.start(step)
        try:
            while True:
                attempt = self._try(step)
                if attempt.is_success:
                    self.done += (step,)
                    return
                if not attempt.is_locked:
                    raise self._failure(step, attempt)
                if time.monotonic() >= end:
                    raise LockedError(
                        f"another process has kept the lock of {step.command.manager} for {self._limits.lock:g} s",
                        context=attempt.tail,
                        hint=f"all that was printed is in {self._log.path}",
                    )
                self._reporter.wait(f"another process has locked {step.command.manager}: waiting")
                time.sleep(max(0.0, min(self._limits.interval, end - time.monotonic())))
        finally:
            self._reporter.finish(step)

    def _try(self, step: Step) -> _Attempt:
        """Run the command once."""
        lines = _Lines(step)

        def keep(line: str) -> None:
            self._reporter.show_line(line)
            if line.endswith("\r"):  # a progress bar
                return
            lines.add(line)
            self._log.write(line)

        self._log.write(f"$ {step}    # {time.strftime('%Y-%m-%d %H:%M:%S')}")
        environ = make_environment(self._host.environ, step)
        try:
            done = self._host.follow(step.argv, on_line=keep, timeout=self._limits.step, environ=environ)
        except KeyboardInterrupt:
            self._log.write("# interrupted")
            raise
        outcome = "cannot be run here" if done is None else f"ended with {done.returncode}"
        outcome = f"was ended: {done.fault}" if done is not None and done.fault else outcome
        self._log.write(f"# {outcome}")
        is_success = done is not None and not done.fault and done.returncode in step.success_codes
        return _Attempt(
            outcome=outcome,
            tail=tuple(lines.tail),
            is_locked=not is_success and lines.is_locked,
            is_success=is_success and not lines.has_failed,
        )

    def _failure(self, step: Step, attempt: _Attempt) -> StepError:
        return StepError(
            f"`{step}` {attempt.outcome}",
            context=attempt.tail,
            hint=f"all that was printed is in {self._log.path}; what was begun is finished by a second run",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Attempt:
    """What came of running a command once."""

    outcome: str
    tail: tuple[str, ...]
    is_locked: bool
    is_success: bool


class _Lines:
    """The last lines that a command has printed, and what any of its lines means."""

    def __init__(self, step: Step) -> None:
        self._lock = re.compile(step.lock_message or r"(?!)")
        self._failure = re.compile(step.failure_message or r"(?!)")
        self.tail: deque[str] = deque(maxlen=_TAIL)
        self.is_locked = False
        self.has_failed = False

    def add(self, line: str) -> None:
        if line.strip():
            self.tail.append(line)
        self.is_locked = self.is_locked or self._lock.search(line) is not None
        self.has_failed = self.has_failed or self._failure.search(line) is not None


def make_environment(environ: Mapping[str, str], step: Step) -> dict[str, str]:
    """The whole environment of a step: ours, without what would change what runs, in English, asking nothing."""
    kept = {name: value for name, value in environ.items() if name not in _STRANGE and not name.startswith("LC_")}
    return {**kept, **_ENGLISH, **dict(step.environment)}
