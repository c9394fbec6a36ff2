"""How far an installation is, on stderr: one line that changes on a terminal, plain lines elsewhere."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager, suppress

from extdeps.errors import ConsentError
from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extdeps.model.step import Step


class Progress:
    """Tells a person on stderr what runs.

    Args:
        verbose: show every line also on a terminal.
    """

    def __init__(self, *, verbose: bool) -> None:
        self._is_live = sys.stderr.isatty() and os.environ.get("TERM") != "dumb" and not verbose
        self._width = 0

    def start(self, step: Step, /) -> None:
        self._print(f"$ {step}")

    def show_line(self, text: str, /) -> None:
        if not text.strip():
            return
        if not self._is_live:
            if not text.endswith("\r"):
                self._print(text)
            return
        with suppress(OSError):
            columns = os.get_terminal_size(sys.stderr.fileno()).columns or 80  # 0: the terminal does not know
            line = harmless(text.rstrip("\r"))[: max(0, columns - 3)]
            sys.stderr.write(f"\r  {line}{' ' * (self._width - len(line))}")
            sys.stderr.flush()
            self._width = len(line)

    @contextmanager
    def follow_lines(self, reason: str) -> Iterator[Callable[[str], None]]:
        """A function that shows the last line of something long on a terminal, and nothing elsewhere.

        Args:
            reason: said once, with its first line.
        """
        is_said = False

        def show(line: str) -> None:
            nonlocal is_said
            if not is_said:
                self._print(reason)
                is_said = True
            self.show_line(line)

        try:
            yield show if self._is_live else _show_nothing
        finally:
            self._clear()

    def wait(self, reason: str, /) -> None:
        self._print(reason)

    def finish(self, _step: Step, /) -> None:
        self._clear()

    def _print(self, text: str) -> None:
        self._clear()
        with suppress(OSError):  # whoever was reading has gone, which is no reason to stop half-way
            print(harmless(text), file=sys.stderr, flush=True)

    def _clear(self) -> None:
        if self._width:
            with suppress(OSError):
                sys.stderr.write(f"\r{' ' * (self._width + 2)}\r")
            self._width = 0


def _show_nothing(_line: str) -> None:
    return


def ask_consent(commands: Iterable[object]) -> bool:
    """Ask on the terminal whether what was shown may be run; only a clear yes is one.

    Args:
        commands: what a person would type instead, for the error.

    Raises:
        ConsentError: there is no terminal.
    """
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        raise ConsentError(
            "nothing was run: nobody is here to say yes",
            context=tuple(str(command) for command in commands),
            hint="`--yes` says it beforehand; or run the command yourself",
        )
    sys.stdout.flush()
    print("Run this? [y/N] ", end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("y", "yes")
