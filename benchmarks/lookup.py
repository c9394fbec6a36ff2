"""What it costs to load one ecosystem and look up 500 names, after Python and extdeps have started.

    python benchmarks/lookup.py [--rounds 15] [--ecosystem debian+12]

Each round is a fresh process, which reads registry and mapping from disk and
translates identifiers as a check does; only that part of it is timed.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

PROGRAM = """
import sys
from time import perf_counter
from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.model.identifier import parse_depurl
from extdeps.resources import shipped_directory

ecosystem = parse_ecosystem(sys.argv[1])
mapping = Catalogue((shipped_directory(),)).mapping(ecosystem)
urls = [parse_depurl(name) for name in list(mapping)[:: max(1, len(list(mapping)) // 500)][:500]]
start = perf_counter()
catalogue = Catalogue((shipped_directory(),))
found = [catalogue.specs(catalogue.resolve(url).identifier, ecosystem) for url in urls]
print(perf_counter() - start, len(found), sum(specs is not None for specs in found))
"""


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--ecosystem", default="debian+12")
    arguments = parser.parse_args()
    command = [sys.executable, "-c", PROGRAM, arguments.ecosystem]
    rows = [
        subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
        for _ in range(arguments.rounds)
    ]
    least = min(float(seconds) for seconds, *_ in rows)
    _, asked, known = rows[0]
    print(f"{arguments.ecosystem}: {asked} names looked up, {known} known: {least * 1000:.1f} ms  (target < 30 ms)")
    return 0


if __name__ == "__main__":
    sys.exit(main())
