"""Commands, and what they cost: measured from outside, and counted from inside.

    python benchmarks/process.py COUNTS PROGRAM [ARGUMENT...]

runs a program that is written in Python and writes what it did as JSON to the file COUNTS.
"""

from __future__ import annotations

import json
import os
import resource
import runpy
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
    cpu: list[float] = field(default_factory=list)
    kilobytes: int = 0
    failed: str = ""


def environment() -> dict[str, str]:
    """Byte code is cached, as it is for everybody, and no other environment is active."""
    others = ("PYTHONDONTWRITEBYTECODE", "VIRTUAL_ENV", "CONDA_PREFIX")
    return {name: value for name, value in os.environ.items() if name not in others}


def measure(case: Case) -> None:
    """Run a command once; its times and memory are those of the process and its children."""
    started = time.perf_counter()
    process = subprocess.Popen(case.argv, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, env=environment())
    assert process.stderr is not None
    message = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    case.seconds.append(time.perf_counter() - started)
    case.cpu.append(usage.ru_utime + usage.ru_stime)
    process.returncode = os.waitstatus_to_exitcode(status)
    process.stderr.close()
    case.kilobytes = max(case.kilobytes, _peak(usage))
    if process.returncode not in (0, 1, 4):
        case.failed = (message.decode(errors="replace").strip().splitlines() or ["?"])[-1]


def _peak(usage: resource.struct_rusage) -> int:
    return usage.ru_maxrss // (1024 if sys.platform == "darwin" else 1)


@dataclass(frozen=True, kw_only=True)
class Counts:
    """What one program in Python did.

    Args:
        programs: what it started, in order.
        modules: how many it had loaded at its end.
        files: how many it opened.
        own: seconds of CPU of itself.
        others: seconds of CPU of what it started.
    """

    programs: list[str]
    modules: int
    files: int
    own: float
    others: float


def count(argv: list[str], scratch: str) -> Counts:
    """Run a program once and count what it does.

    Args:
        argv: a program that is written in Python, with its arguments.
        scratch: a directory for the answer.
    """
    path = os.path.join(scratch, "counts.json")
    command = [os.path.join(os.path.dirname(argv[0]), "python"), __file__, path, *argv]
    subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment(), check=False)
    with open(path, encoding="utf-8") as file:
        return Counts(**json.load(file))


def _count_inside(path: str, argv: list[str]) -> None:
    programs: list[str] = []
    files = 0

    def listen(event: str, arguments: tuple[object, ...]) -> None:
        nonlocal files
        if event == "open":
            files += 1
        elif event == "subprocess.Popen":
            programs.append(os.path.basename(str(arguments[0])))

    sys.argv = argv
    sys.addaudithook(listen)
    try:
        runpy.run_path(argv[0], run_name="__main__")
    finally:
        own, others = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
        counts = {
            "programs": programs[:],
            "modules": len(sys.modules),
            "files": files,
            "own": own.ru_utime + own.ru_stime,
            "others": others.ru_utime + others.ru_stime,
        }
        with open(path, "w", encoding="utf-8") as file:
            json.dump(counts, file)


if __name__ == "__main__":
    _count_inside(sys.argv[1], sys.argv[2:])
