"""Where Windows keeps things, as the variables of its environment say."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.host import Host


def find_directory(host: Host, variable: str, below: str = "") -> str:
    """A directory that a variable names, with `/` as ever; empty where the variable is not set.

    Args:
        host: the machine.
        variable: its name, which Windows takes in any case.
        below: what to append.
    """
    value = next((text for name, text in host.environ.items() if name.upper() == variable.upper()), "")
    path = value.replace("\\", "/").rstrip("/")
    return f"{path}/{below}" if path and below else path


def is_below(host: Host, path: str, directory: str) -> bool:
    """Whether a file is in a directory, junctions followed and in any case of letters."""
    inner, outer = (host.real_path(item).replace("\\", "/").casefold() for item in (path, directory))
    return inner.startswith(f"{outer}/")
