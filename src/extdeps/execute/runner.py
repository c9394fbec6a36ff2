"""Runs a step: live, logged, limited in time, and again when another process had the manager's lock."""

from __future__ import annotations

import re
import time
from collections import deque

from extdeps.errors import LockedError, StepError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from extdeps.child import Completed
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
    """

    def __init__(self, host: Host, reporter: Reporter, log: Log, limits: Limits) -> None:
        self._host = host
        self._reporter = reporter
        self._log = log
        self._limits = limits

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
                done, tail = self._try(step)
                if done is not None and done.is_success:
                    return
                if not self._is_locked(step, tail):
                    raise self._failure(step, done, tail)
                if time.monotonic() >= end:
                    raise LockedError(
                        f"another process has kept the lock of {step.command.manager} for {self._limits.lock:g} s",
                        context=tail[-_TAIL:],
                        hint=f"all that was printed is in {self._log.path}",
                    )
                self._reporter.wait(f"another process has locked {step.command.manager}: waiting")
                time.sleep(max(0.0, min(self._limits.interval, end - time.monotonic())))
        finally:
            self._reporter.finish(step)

    def _try(self, step: Step) -> tuple[Completed | None, tuple[str, ...]]:
        """Run the command once; what it left, and the last lines that it printed."""
        tail: deque[str] = deque(maxlen=100)

        def keep(line: str) -> None:
            tail.append(line)
            self._log.write(line)
            self._reporter.show_line(line)

        self._log.write(f"$ {step}    # {time.strftime('%Y-%m-%d %H:%M:%S')}")
        environ = make_environment(self._host.environ, step)
        try:
            done = self._host.follow(step.argv, on_line=keep, timeout=self._limits.step, environ=environ)
        except KeyboardInterrupt:
            self._log.write("# interrupted")
            raise
        outcome = "it cannot be run here" if done is None else done.fault or f"ended with {done.returncode}"
        self._log.write(f"# {outcome}")
        return done, tuple(line for line in tail if line.strip())

    @staticmethod
    def _is_locked(step: Step, tail: tuple[str, ...]) -> bool:
        return bool(step.lock_message) and any(re.search(step.lock_message, line) for line in tail)

    def _failure(self, step: Step, done: Completed | None, tail: tuple[str, ...]) -> StepError:
        why = "cannot be run here" if done is None else f"failed with {done.returncode}"
        if done is not None and done.fault:
            why = f"was ended: {done.fault}"
        return StepError(
            f"`{step}` {why}",
            context=tail[-_TAIL:],
            hint=f"all that was printed is in {self._log.path}; what was begun is finished by a second run",
        )


def make_environment(environ: Mapping[str, str], step: Step) -> dict[str, str]:
    """The whole environment of a step: ours, without what would change what runs, in English, asking nothing."""
    kept = {name: value for name, value in environ.items() if name not in _STRANGE and not name.startswith("LC_")}
    return {**kept, **_ENGLISH, **dict(step.environment)}
