"""Commands, and what they cost."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field


@dataclass(kw_only=True)
class Case:
    """One command and what it took."""

    name: str
    argv: list[str]
    target: str = ""
    seconds: list[float] = field(default_factory=list)
    kilobytes: int = 0
    failed: str = ""


def environment() -> dict[str, str]:
    """Byte code is cached, as it is for everybody, and no other environment is active."""
    others = ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "CONDA_PREFIX")
    return {name: value for name, value in os.environ.items() if name not in others}


def measure(case: Case) -> None:
    """Run a command once; its time and memory are those of the process and its children."""
    started = time.perf_counter()
    process = subprocess.Popen(case.argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
    assert process.stderr is not None
    message = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    case.seconds.append(time.perf_counter() - started)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    case.kilobytes = max(case.kilobytes, _peak(usage))
    if process.returncode not in (0, 1):
        case.failed = (message.decode(errors="replace").strip().splitlines() or ["?"])[-1]


def _peak(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)
