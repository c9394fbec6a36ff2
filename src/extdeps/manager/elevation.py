"""How commands can be run as root."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.host import find_executable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    from extdeps.host import Host

    Question = Literal["none", "terminal", "agent"]
else:
    Question = str

_PROGRAMS = ("sudo", "doas", "run0", "pkexec")
_WANTS_PASSWORD = re.compile(
    "password is required|authentication (?:is )?required|must have a tty|terminal is required", re.IGNORECASE
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Elevation:
    """What runs a command as root.

    Args:
        program: sudo, doas, run0 or pkexec; empty where none is needed, or none can be used.
        is_possible: whether commands can be run as root at all.
        asks: what it wants before it does: nothing, a password on a terminal, or a word with the desktop's agent.
        reason: why none can be used, or empty.
    """

    program: str = ""
    is_possible: bool = True
    asks: Question = "none"
    reason: str = ""

    def __str__(self) -> str:
        if not self.is_possible:
            return "not at all"
        how = {"none": " without a password", "terminal": " with a password", "agent": ", which asks you"}
        return f"{self.program}{how[self.asks]}" if self.program else "root"


def guess_elevation(host: Host) -> str:
    """The program that would run a command as root, by what is on PATH; empty for none. Nothing is run."""
    return next((name for name in _PROGRAMS if find_executable(host, name)), "")


def find_elevation(host: Host) -> Elevation:
    """How commands can be run as root on a host, asked of the programs themselves.

    `sudo -n` and `doas -n` do not ask for a password but say that they would. sudo says so too to one who may do
    nothing with it, and tells the truth after the password; both refuse `true` to one who may run other commands
    only. run0 and pkexec leave it all to polkit, which asks with an agent or on the terminal.

    Args:
        host: the machine; a program or two are run on it.
    """
    if host.is_root:
        return Elevation()
    reasons = []
    asking = ""
    for name in ("sudo", "doas"):
        if not find_executable(host, name):
            continue
        done = host.run((name, "-n", "true"), timeout=10.0)
        if done and done.is_success:
            return Elevation(program=name)
        said = (done.fault or done.stderr).strip() if done else "it cannot be run"
        if _WANTS_PASSWORD.search(said):
            asking = asking or name  # another may want none
            continue
        why = re.match(rf"(?:{name}(?:-rs)?: )?(.+)", said)
        reasons.append(f"{name}: {why[1] if why else 'refuses'}")
    if asking:
        return Elevation(program=asking, asks="terminal")
    for name in ("run0", "pkexec"):
        if find_executable(host, name):
            if host.exists("/run/systemd/system"):
                return Elevation(program=name, asks="agent")
            reasons.append(f"{name}: systemd does not run here")
    absent = f"none of {', '.join(_PROGRAMS[:-1])} and {_PROGRAMS[-1]} is here"
    return Elevation(is_possible=False, reason="; ".join(reasons) or absent)
