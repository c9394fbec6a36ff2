"""What the build backend adds to a build, beside the real backend alone, in one run on one machine.

    python benchmarks/backend.py [--rounds 15]

Makes a virtual environment in a temporary directory, with hatchling and
extdeps from this checkout, and a project with those of ten external
requirements that this machine has, as a build that goes on has all. Then it
calls hooks of the one and of the other as a front end does, each in a process
of its own. The two take turns, so that what else the machine does
falls on both alike, and what counts are the medians of the differences and
ratios within a round. Needs an index for the installation.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from process import Case, measure
from start import ROOT, make_environment

PYPROJECT = """\
[project]
name = "spam"
version = "1.0"
[tool.extdeps]
build-backend = "hatchling.build"
[external]
dependencies = ["zlib"]
host-requires = {}
"""
REQUIREMENTS = (
    "python",
    "zlib>=1.2",
    "openssl>=1.1",
    "libffi",
    "sqlite",
    "ncurses",
    "bzip2",
    "libxml2",
    "libcurl",
    "expat",
)
HOOKS = (
    ("build_wheel", "warn", "a check, fields and RECORD; <= 100 ms of CPU"),
    ("build_wheel", "ignore", "fields and RECORD"),
    ("build_sdist", "warn", "fields"),
    ("get_requires_for_build_wheel", "warn", "nothing but a call"),
)


def list_satisfied(python: str) -> list[str]:
    """Those of the requirements that are here."""
    options = [part for text in REQUIREMENTS for part in ("--dep", text)]
    command = [python, "-m", "extdeps", "check", "--phase", "host", "--format", "json", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [item["requirement"] for item in json.loads(done.stdout)["findings"] if item["status"] == "satisfied"]


def make_project(place: Path, requirements: list[str]) -> None:
    """A project with a module and a megabyte of data, so that there is something to pack."""
    (place / "spam").mkdir(parents=True)
    (place / "spam/__init__.py").touch()
    (place / "spam/data.txt").write_text("".join(f"{number:x}\n" for number in range(200_000)))
    (place / "pyproject.toml").write_text(PYPROJECT.format(json.dumps(requirements)))


def make_case(python: str, module: str, hook: str, reaction: str, directory: Path) -> Case:
    """A hook in a process of its own."""
    where = "" if hook.startswith("get_") else f"{str(directory / 'dist')!r}, "
    program = (
        f"import os; os.chdir({str(directory / 'project')!r}); os.environ['EXTDEPS_ON_MISSING'] = {reaction!r}; "
        f"import {module} as backend; backend.{hook}({where}{{}})"
    )
    return Case(name=module, argv=[python, "-c", program])


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=15)
    rounds = parser.parse_args().rounds
    with tempfile.TemporaryDirectory() as temporary:
        directory = Path(temporary)
        python = str(make_environment(directory, "environment", str(ROOT), "hatchling") / "python")
        requirements = list_satisfied(python)
        make_project(directory / "project", requirements)
        print(f"{len(requirements)} external requirements")
        print(f"{'':30}{'bare':>9}{'ours':>9}{'added':>10}{'CPU':>10}{'ratio':>8}")
        for hook, reaction, what in HOOKS:
            ours, bare = (
                make_case(python, module, hook, reaction, directory)
                for module in ("extdeps.backend", "hatchling.build")
            )
            for _ in range(rounds + 1):  # the first one fills caches
                measure(bare)
                measure(ours)
            report(hook, what, bare, ours)
    return 0


def report(hook: str, what: str, bare: Case, ours: Case) -> None:
    """Print the medians of one hook."""
    pairs = list(zip(bare.seconds[1:], ours.seconds[1:], strict=True))
    added = statistics.median(mine - alone for alone, mine in pairs)
    cpu = statistics.median(mine - alone for alone, mine in zip(bare.cpu[1:], ours.cpu[1:], strict=True))
    ratio = statistics.median(mine / alone for alone, mine in pairs)
    before, after = (statistics.median(column) for column in zip(*pairs, strict=True))
    times = "".join(f"{seconds * 1000:7.0f}ms" for seconds in (before, after))
    text = f"{hook:30}{times}{added * 1000:8.0f}ms{cpu * 1000:8.0f}ms{ratio:8.2f}  {what}"
    print(f"{text}{'  FAILED: ' + (ours.failed or bare.failed) if ours.failed or bare.failed else ''}")


if __name__ == "__main__":
    sys.exit(main())
