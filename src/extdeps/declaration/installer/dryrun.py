"""A dry run of an installer: what it prints is followed, and its failures are told apart."""

from __future__ import annotations

from extdeps.errors import InstallerError, RequirementError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from extdeps.host import Host

TIME_LIMIT = 3600.0
"""Seconds for a dry run, in which sdists may be built."""


def run_dry(
    host: Host,
    argv: Sequence[str],
    on_line: Callable[[str], None],
    *,
    installer: str,
    conflict: str,
    find_reason: Callable[[Sequence[str]], tuple[str, ...]],
) -> list[str]:
    """Run an installer that installs nothing.

    Args:
        host: this machine.
        argv: the program and its arguments.
        on_line: gets each line that it prints, as it comes.
        installer: its name, for errors.
        conflict: what it prints where requirements exclude one another.
        find_reason: what of its lines says why it failed.

    Returns:
        Its lines.

    Raises:
        RequirementError: it says that what is asked for cannot be installed together.
        InstallerError: it fails otherwise, or cannot be run.
    """
    lines: list[str] = []

    def keep(line: str) -> None:
        lines.append(line)
        on_line(line)

    done = host.follow(argv, on_line=keep, timeout=TIME_LIMIT)
    if done is not None and done.is_success:
        return lines
    reason = find_reason(lines)
    if any(conflict in line for line in lines):
        raise RequirementError("what is asked for cannot be installed together", context=reason)
    fault = "it cannot be run" if done is None else done.fault
    raise InstallerError(f"{installer} does not say what it would install", context=(fault,) if fault else reason)


def insert_options(arguments: Sequence[str], options: Sequence[str]) -> tuple[str, ...]:
    """Arguments with options that count more than those among them: behind them, and before `--`."""
    end = arguments.index("--") if "--" in arguments else len(arguments)
    return (*arguments[:end], *options, *arguments[end:])
