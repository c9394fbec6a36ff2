"""What it costs to verify the whole mapping of Debian 12 against a local index, beside one `apt-file search`.

    python benchmarks/verify.py [--rounds 3]

Fetches the indexes of Debian 12 from its archive into a temporary directory,
then verifies from there with the extdeps of this environment. `apt-file` is
measured where it is installed and has its lists (`apt-file update`).
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import urllib.request
from pathlib import Path

from process import Case, measure

ARCHIVE = "http://deb.debian.org/debian"
SUITE = "dists/bookworm"
COMPONENTS = ("main", "contrib", "non-free-firmware", "non-free")
INDEXES = ("binary-amd64/Packages.xz", "Contents-amd64.gz", "Contents-all.gz")


def fetch(directory: Path) -> None:
    """Fetch what a verification reads, laid out as in the archive."""
    for name in ("InRelease", *(f"{component}/{index}" for component in COMPONENTS for index in INDEXES)):
        path = directory / SUITE / name
        path.parent.mkdir(parents=True, exist_ok=True)
        urllib.request.urlretrieve(f"{ARCHIVE}/{SUITE}/{name}", path)


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        fetch(Path(temporary))
        verify = [sys.executable, "-m", "extdeps", "mapping", "verify", "debian+12", "--from", temporary]
        cases = [
            Case(name="extdeps mapping verify debian+12", argv=verify, target="<= 500 MB"),
            Case(name="apt-file search, one name", argv=["apt-file", "search", "--fixed-string", "/zlib.h"]),
        ]
        for _ in range(rounds):
            for case in cases:
                try:
                    measure(case)
                except FileNotFoundError:
                    case.failed = "is not installed"
    print(f"{'':34}{'least':>8}{'peak':>9}")
    for case in cases:
        seconds = f"{min(case.seconds):7.2f}s{case.kilobytes / 1024:7.1f}MB" if case.seconds else ""
        print(f"{case.name:34}{seconds}  {case.target}{'  FAILED: ' + case.failed if case.failed else ''}".rstrip())
    return 0


if __name__ == "__main__":
    sys.exit(main())
