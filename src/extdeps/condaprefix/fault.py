"""What goes wrong while a conda environment is made, in one sentence each."""

from __future__ import annotations

import errno
import re

from extdeps.errors import EnvironmentFaultError, FetchError, InvalidInputError, UnsatisfiableError

_CAUSE = re.compile(r"\s*\nCaused by: ")
_DRAWING = re.compile(r"[\s│├└─]+")
_NO_CHANNEL = re.compile(r"could not find subdir|404 Not Found|failed to open file `[^`]*repodata")
_UNREACHABLE = re.compile(r"error sending request|dns error|[Tt]imed? ?out|Connection refused")
_FULL = re.compile(r"No space left on device|[Dd]isk quota exceeded|os error (?:28|122)\b")
_READ_ONLY = re.compile(r"Permission denied|Read-only file system|Operation not permitted|os error (?:1|13|30)\b")
_INPUT = ("InvalidMatchSpecError", "InvalidChannelError", "InvalidUrlError", "VirtualPackageOverrideError")
_LENGTH = 600

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.errors import ExtdepsError


def describe_system_error(error: OSError, prefix: str) -> ExtdepsError:
    """The error for something that the operating system did not allow.

    Args:
        error: what it said.
        prefix: the environment that is made.
    """
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return EnvironmentFaultError(f"no space is left on the disk of `{prefix}`")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return EnvironmentFaultError(f"`{error.filename or prefix}` cannot be written")
    return EnvironmentFaultError(f"`{error.filename or prefix}`: {error.strerror or error}")


def describe_library_error(error: BaseException, *, prefix: str, channels: tuple[str, ...]) -> ExtdepsError:
    """The error for what py-rattler has raised; its classes are told apart by name, so that it need not be imported.

    Args:
        error: what it raised.
        prefix: the environment that is made.
        channels: where packages are looked for.
    """
    kind, text = type(error).__name__, str(error)
    if kind == "SolverError":
        return UnsatisfiableError(_shorten(text.removeprefix("Cannot solve the request because of: ")))
    if kind in _INPUT:
        return InvalidInputError(_shorten(text))
    if _FULL.search(text):
        return EnvironmentFaultError(f"no space is left on the disk of `{prefix}`, or on that of the package cache")
    if _READ_ONLY.search(text):
        return EnvironmentFaultError(f"`{prefix}`, or the package cache, cannot be written: {_summarise(text)}")
    named = " or ".join(f"`{channel}`" for channel in channels)
    if _NO_CHANNEL.search(text):
        return FetchError(f"{named} is no conda channel, or holds nothing for this machine: {_summarise(text)}")
    if _UNREACHABLE.search(text):
        return FetchError(f"{named} cannot be reached: {_summarise(text)}")
    return EnvironmentFaultError(f"py-rattler failed: {_summarise(text) or kind}")


def _summarise(text: str) -> str:
    """The first and the last of a chain of causes."""
    causes = [_shorten(cause) for cause in _CAUSE.split(text) if cause.strip()]
    return ": ".join(dict.fromkeys((*causes[:1], *causes[-1:])))


def _shorten(text: str) -> str:
    """A drawing of lines as one line, of bearable length."""
    line = _DRAWING.sub(" ", text).strip()
    return line if len(line) <= _LENGTH else f"{line[:_LENGTH]}..."
