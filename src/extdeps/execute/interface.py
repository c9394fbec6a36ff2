"""Who is told what goes on, and how long we wait."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol

    from extdeps.model.step import Step
else:
    Protocol = object


class Reporter(Protocol):
    """Tells somebody how far a run is."""

    def start(self, step: Step, /) -> None:
        """A step begins."""

    def show_line(self, text: str, /) -> None:
        """The running step has printed a line, which it will overwrite if it ends with a carriage return."""

    def wait(self, reason: str, /) -> None:
        """Something has to end before we go on."""

    def finish(self, step: Step, /) -> None:
        """A step has ended, well or not."""


class Silence:
    """A reporter that tells nobody."""

    def start(self, step: Step, /) -> None: ...

    def show_line(self, text: str, /) -> None: ...

    def wait(self, reason: str, /) -> None: ...

    def finish(self, step: Step, /) -> None: ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How long we wait.

    Args:
        step: the seconds after which a step is ended.
        lock: the seconds after which we give up on a lock that another process holds.
        interval: the seconds between two tries for such a lock.
    """

    step: float = 7200.0
    lock: float = 300.0
    interval: float = 5.0
