"""What it costs to check all that pip would install, beside pip's own dry run of the same.

    python benchmarks/transitive.py [--rounds 5] [NAME...]

Measures in turns: `pip install --dry-run --report` of the projects, as if nothing were installed; the first
`extdeps check` of the same, with an empty cache of its own and the same cache of pip; and the second, out of the cache.
By default for a project that brings about 100 others. Needs an index; installs nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from statistics import median

from process import Case, environment, measure

NAMES = ("jupyter",)
EXTDEPS = os.path.join(os.path.dirname(sys.executable), "extdeps")
PIP = [sys.executable, "-m", "pip", "install", "--dry-run", "--ignore-installed"]


def count_members(names: Sequence[str], path: str) -> int:
    """How many projects pip would install."""
    subprocess.run([*PIP, f"--report={path}", *names], env=environment(), check=True, capture_output=True)
    with open(path, encoding="utf-8") as file:
        return len(json.load(file)["install"])


def ratio(ours: Sequence[float], others: Sequence[float]) -> float:
    """The median over the rounds of what one command costs beside another of the same round."""
    return float(median(own / other for own, other in zip(ours, others, strict=True)))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("names", metavar="NAME", nargs="*", default=list(NAMES))
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as directory:
        report, cache = os.path.join(directory, "report.json"), os.path.join(directory, "cache")
        os.environ["EXTDEPS_CACHE_DIR"] = cache
        members = count_members(arguments.names, report)  # what pip fetches for the first time is not counted
        pip = Case(name="pip install --dry-run", argv=[*PIP, f"--report={report}", *arguments.names])
        first = Case(name="extdeps check, first", argv=[EXTDEPS, "check", *arguments.names])
        second = Case(name="extdeps check, second", argv=first.argv)
        for _ in range(arguments.rounds):
            shutil.rmtree(cache, ignore_errors=True)
            for case in (pip, first, second):
                measure(case)
    print(f"{' '.join(arguments.names)}: {members} projects\n")
    print(f"{'':24}{'CPU':>9}{'wall':>9}{'peak':>9}")
    for case in (pip, first, second):
        text = f"{case.name:24}{median(case.cpu) * 1000:7.0f}ms{median(case.seconds) * 1000:7.0f}ms"
        print(f"{text}{case.kilobytes / 1024:7.1f}MB{'  FAILED: ' + case.failed if case.failed else ''}")
    print(f"\nfirst / pip: CPU {ratio(first.cpu, pip.cpu):.2f}, wall {ratio(first.seconds, pip.seconds):.2f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
