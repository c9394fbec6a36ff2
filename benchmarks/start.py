"""What a check costs, against `python -c pass`, `packaging`, bindep and pyproject-external, in one run on one machine.

    python benchmarks/start.py [--rounds 15]

Makes three virtual environments in a temporary directory (extdeps from this
checkout, bindep, pyproject-external), then prints for each command the least
wall time of some rounds, its ratio to `python -c pass` of the same round, and
the peak of resident memory. Commands take turns, so that what else the
machine does falls on all alike. Needs an index for the installations.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from process import Case, environment, measure

ROOT = Path(__file__).parents[1]

FOURTEEN = (
    "zlib", "libxml2", "libxslt", "libpq", "openssl", "libffi", "cairo",
    "gdal", "geos", "hdf5", "libcurl", "sqlite", "git", "dep:virtual/compiler/c",
)  # fmt: skip
BINDEP = (
    "zlib1g-dev", "libxml2-dev", "libxslt1-dev", "libpq-dev", "libssl-dev", "libffi-dev", "libcairo2-dev",
    "libgdal-dev", "libgeos-dev", "libhdf5-dev", "libcurl4-openssl-dev", "libsqlite3-dev", "git", "gcc",
)  # fmt: skip


def make_environment(directory: Path, name: str, *packages: str) -> Path:
    """A virtual environment with some packages, compiled; returns its directory of programs."""
    place = directory / name
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    command = [str(place / "bin/pip"), "install", "--quiet", "--compile", *packages]
    subprocess.run(command, check=True, env=environment())
    return place / "bin"


def names_of_the_registry(python: Path, count: int) -> list[str]:
    """So many requirements, the first of them the fourteen."""
    program = (
        "from extdeps import Catalogue; from extdeps.resources import shipped_directory as s;"
        "print(*(i for i in Catalogue((s(),)).registry if i.startswith('dep:generic/')))"
    )
    done = subprocess.run([str(python), "-c", program], capture_output=True, text=True, check=True)
    return list(dict.fromkeys((*FOURTEEN, *done.stdout.split())))[:count]


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        own = make_environment(directory, "extdeps", str(ROOT))
        bindep = make_environment(directory, "bindep", "bindep", "setuptools<81")
        external = make_environment(directory, "pyproject-external", "pyproject-external")
        (directory / "bindep.txt").write_text("".join(f"{name}\n" for name in BINDEP))
        five_hundred = names_of_the_registry(own / "python", 500)
        cases = [
            Case(name="python -c pass", argv=[str(own / "python"), "-c", "pass"]),
            Case(
                name="import packaging.requirements", argv=[str(own / "python"), "-c", "import packaging.requirements"]
            ),
            Case(
                name="import extdeps", argv=[str(own / "python"), "-c", "import extdeps"], target="<= 1.3 x packaging"
            ),
            Case(name="extdeps --help", argv=[str(own / "extdeps"), "--help"]),
            Case(name="extdeps check, 14", argv=_check(own, FOURTEEN), target="<= 4 x pass"),
            Case(name="extdeps check, 500", argv=_check(own, five_hundred), target="<= 2 x that of 14, < 60 MB"),
            Case(name="bindep, 14", argv=[str(bindep / "bindep"), "--file", str(directory / "bindep.txt"), "--brief"]),
            Case(
                name="import pyproject_external",
                argv=[str(external / "python"), "-c", "import pyproject_external"],
            ),
            Case(
                name="pyproject-external query",
                argv=[str(external / "python"), "-m", "pyproject_external", "query", "dep:generic/zlib"],
            ),
        ]
        for _ in range(rounds):
            for case in cases:
                measure(case)
    report(cases)
    return 0


def _check(programs: Path, names: tuple[str, ...] | list[str]) -> list[str]:
    return [str(programs / "extdeps"), "check", *(part for name in names for part in ("--dep", name))]


def report(cases: list[Case]) -> None:
    """Print the least of each and the ratios."""
    least = {case.name: min(case.seconds) for case in cases}
    base = least["python -c pass"]
    print(f"{'':32}{'least':>9}{'x pass':>8}{'peak':>9}")
    for case in cases:
        seconds = least[case.name]
        text = f"{case.name:32}{seconds * 1000:7.1f}ms{seconds / base:8.2f}{case.kilobytes / 1024:7.1f}MB"
        print(f"{text}  {case.target}{'  FAILED: ' + case.failed if case.failed else ''}".rstrip())
    packaging = least["import packaging.requirements"]
    print(f"import extdeps / import packaging.requirements: {least['import extdeps'] / packaging:.2f}")
    print(f"check of 14 / python -c pass: {least['extdeps check, 14'] / base:.2f}")
    print(f"check of 500 / check of 14: {least['extdeps check, 500'] / least['extdeps check, 14']:.2f}")


if __name__ == "__main__":
    sys.exit(main())
