"""What it costs to see what a machine computes with, beside the start of Python and of extdeps without it.

    python benchmarks/detect.py [--rounds 15]

Prints, for this machine and for one that has nothing, the first and the least time of a look within a process, the
files that it opens, and the processes and modules that it starts and loads; then the least wall and CPU time of whole
processes that take turns. Uses the checkout that it is in.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from process import Case, measure

SOURCE = Path(__file__).parents[1] / "src"
TARGET = 10.0  # milliseconds on top of start, on a machine without a GPU
STARTED = ("subprocess.Popen", "os.exec", "os.fork", "os.forkpty", "os.posix_spawn", "os.system")

BASE = "from extdeps.interpreter import find_interpreter; from extdeps.host import LocalHost, RootHost"
HERE = "host = LocalHost()"
EMPTY = "host = RootHost({root!r})"
LOOK = "from extdeps.accelerator.detect import find_accelerators; find_accelerators(host, python)"
COUNT = """
import json, sys, time
{base}
{host}
python = find_interpreter(LocalHost())
import extdeps.model.accelerator
events = []
sys.addaudithook(lambda event, told: events.append(event))
def look():
    before, modules = len(events), len(sys.modules)
    start = time.perf_counter()
    found = find_accelerators(host, python)
    took = time.perf_counter() - start
    seen = events[before:]
    return {{"seconds": took, "opened": seen.count("open"), "started": sum(map(seen.count, {started!r})),
            "loaded": len(sys.modules) - modules, "devices": len(found.devices), "toolkits": len(found.toolkits)}}
start = time.perf_counter()
from extdeps.accelerator.detect import find_accelerators
imported = time.perf_counter() - start
first = look()
least = min((look() for _ in range({rounds})), key=lambda item: item["seconds"])
print(json.dumps({{"imported": imported, "first": first, "least": least}}))
"""


def environment() -> dict[str, str]:
    """That of this process, with this checkout before all others."""
    return {**os.environ, "PYTHONPATH": str(SOURCE)}


def report_inside(name: str, host: str, rounds: int) -> None:
    """Look within one process, as often as told, and print what that took."""
    program = COUNT.format(base=BASE, host=host, rounds=rounds, started=STARTED)
    found: list[dict[str, dict[str, float]]] = []
    for _ in range(5):
        done = subprocess.run(
            [sys.executable, "-c", program], capture_output=True, text=True, env=environment(), check=True
        )
        found.append(json.loads(done.stdout))
    first = min((item["first"] for item in found), key=lambda item: item["seconds"])
    least = min((item["least"] for item in found), key=lambda item: item["seconds"])
    imported = min(float(str(item["imported"])) for item in found)
    print(f"{name}: {first['devices']} devices, {first['toolkits']} toolkits")
    print(f"  import of the module      {imported * 1000:7.2f} ms")
    for what, look in (("first look", first), ("least of further ones", least)):
        counts = f"{look['opened']} files opened, {look['started']} processes, {look['loaded']} modules"
        print(f"  {what:24}  {look['seconds'] * 1000:7.2f} ms  {counts}")


def report_whole(cases: list[Case], rounds: int) -> None:
    """Run whole processes in turns and print the least of each."""
    for _ in range(rounds):
        for case in cases:
            measure(case)
    base = min(cases[0].seconds)
    print(f"{'':36}{'least':>9}{'CPU':>9}{'x pass':>8}")
    for case in cases:
        text = f"{case.name:36}{min(case.seconds) * 1000:7.1f}ms{min(case.cpu) * 1000:7.1f}ms"
        print(f"{text}{min(case.seconds) / base:8.2f}{'  FAILED: ' + case.failed if case.failed else ''}")
    start = next(case for case in cases if case.name == "extdeps, no look")
    for case in cases[cases.index(start) + 1 :]:
        wall, cpu = (
            (min(own) - min(other)) * 1000 for own, other in ((case.seconds, start.seconds), (case.cpu, start.cpu))
        )
        print(
            f"{case.name} on top of start: {wall:.1f} ms, {cpu:.1f} ms of CPU (target: < {TARGET:.0f} ms without a GPU)"
        )


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    os.environ["PYTHONPATH"] = str(SOURCE)
    with tempfile.TemporaryDirectory() as root:
        empty = EMPTY.format(root=root)
        report_inside("a machine with nothing", empty, rounds)
        report_inside("this machine", HERE, rounds)
        start = f"{BASE}; python = find_interpreter(LocalHost()); import extdeps.model.accelerator"
        programs = {
            "python -c pass": "pass",
            "import extdeps.accelerator.detect": "import extdeps.accelerator.detect",
            "extdeps, no look": f"{start}; {HERE}",
            "a look at nothing": f"{start}; {empty}; {LOOK}",
            "a look at this machine": f"{start}; {HERE}; {LOOK}",
        }
        report_whole(
            [Case(name=name, argv=[sys.executable, "-c", program]) for name, program in programs.items()], rounds
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
