"""Do our overlays hold, and does `extdeps install` get what they name? In clean Debian 12 roots.

For each project with a verification, in a root of its own (without compiler, headers, pkg-config or an index of apt):

1. `extdeps check NAME==VERSION` (`--no-binary NAME` where it is built) exits 1;
2. `extdeps install` of the same exits 5, as nobody is there to be asked; with `--yes` it exits 0;
3. `pip install` of the same works, and the smoke test of the overlay passes;
4. `extdeps check` exits 0, and the check of that root from outside with `--root` finds the same.

    python benchmarks/cleanroom.py [--only NAME ...] [--jobs 2] [--directory DIR] [--json FILE]

Where a project needs nothing that the root lacks, 1 and 2 exit 0. What was printed stays in DIR/logs/NAME; the roots of
projects that failed stay as well. Needs root, debootstrap, unshare, and an index and a Debian mirror that can be
reached; overlayfs, where it can be had, saves time.
"""

from __future__ import annotations

import argparse
import json
import shlex
import shutil
import subprocess
import sys
import tempfile
import time
import tomllib
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Queue
from typing import Any

from cleanroot import CHECKOUT, Base, Root, make_base
from packaging.utils import canonicalize_name

Report = dict[str, list[dict[str, Any]]]
LIMIT = 1500.0
"""Seconds for one project."""

CASE = r"""
cd /case
/venv/bin/extdeps check {options} --format json > before.log 2> before.err; echo $? > before.rc
/venv/bin/extdeps install {options} > asked.log 2>&1; echo $? > asked.rc
/venv/bin/extdeps install --yes {options} > install.log 2>&1; echo $? > install.rc
/venv/bin/pip install {pip} > pip.log 2>&1; echo $? > pip.rc
cd / && timeout 120 /venv/bin/python -c {smoke} > /case/smoke.log 2>&1; echo $? > /case/smoke.rc
cd /case
/venv/bin/extdeps check {options} --format json > after.log 2> after.err; echo $? > after.rc
"""
CODES = {"before": 1, "asked": 5, "install": 0, "pip": 0, "smoke": 0, "after": 0}
"""How each part of a case ends where something was missing."""


@dataclass(frozen=True, kw_only=True)
class Verification:
    """One thing that an overlay says was built or used."""

    name: str
    version: str
    smoke: str
    build: bool
    build_constraints: tuple[str, ...] = ()
    constraints: tuple[str, ...] = ()
    no_binary: tuple[str, ...] = ()
    environment: Mapping[str, str] = field(default_factory=dict)

    def options(self) -> str:
        """The arguments of `extdeps check`."""
        built = f"--no-binary {self.name} " if self.build else ""
        return f"{built}{self.name}=={self.version}"

    def pip(self) -> str:
        """The arguments of `pip install`."""
        built = ",".join(dict.fromkeys(([self.name] if self.build else []) + list(self.no_binary)))
        parts = [f"--no-binary={built}"] if built else []
        parts += ["--constraint /case/constraints"] if self.constraints else []
        return " ".join([*parts, f"{self.name}=={self.version}"])


@dataclass(kw_only=True)
class Outcome:
    """What happened to one project.

    Args:
        name: the project.
        version: of the project.
        command: what `extdeps check` said that would install it.
        codes: how each part ended, in order.
        is_same_outside: whether the check from outside found what the one inside found.
        seconds: how long all of it took.
        note: what did not hold, or empty.
    """

    name: str
    version: str
    command: str = ""
    codes: dict[str, int | None] = field(default_factory=dict)
    is_same_outside: bool = False
    seconds: float = 0.0
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything went as it should."""
        return not self.note


def iter_verifications(only: Collection[str]) -> Iterator[Verification]:
    """What the overlays of this checkout say was verified on Debian 12."""
    for path in sorted((CHECKOUT / "mappings" / "projects").glob("*.toml")):
        document = tomllib.loads(path.read_text())
        for declaration in document["declaration"]:
            for entry in declaration.get("verified", []):
                if entry["on"] == "debian+12" and (not only or document["project"] in only):
                    yield Verification(
                        name=document["project"],
                        version=entry["version"],
                        smoke=entry["smoke"],
                        build=_is_built(document["project"], declaration, entry),
                        build_constraints=tuple(entry.get("build-constraints", [])),
                        constraints=tuple(entry.get("constraints", [])),
                        no_binary=tuple(entry.get("no-binary", [])),
                        environment=entry.get("environment", {}),
                    )


def _is_built(name: str, declaration: Mapping[str, object], entry: Mapping[str, object]) -> bool:
    """Whether the verification is of a build; otherwise it is of the wheel that pip takes."""
    external, listed = declaration["external"], entry.get("no-binary", [])
    assert isinstance(external, dict)
    assert isinstance(listed, list)
    return not entry.get("wheel") and (name in listed or bool({"build-requires", "host-requires"} & set(external)))


def run_case(case: Verification, base: Base, workers: Queue[int]) -> Outcome:
    """Everything about one project, in a root of its own."""
    worker = workers.get()
    started = time.monotonic()
    root = Root(base, case.name)
    try:
        outcome = _run_case(case, root, worker)
    finally:
        workers.put(worker)
    outcome.seconds = round(time.monotonic() - started, 1)
    logs = base.directory / "logs" / case.name
    shutil.rmtree(logs, ignore_errors=True)
    shutil.copytree(root.case, logs)
    if outcome.holds:
        root.remove()
    return outcome


def _run_case(case: Verification, root: Root, worker: int) -> Outcome:
    (root.case / "constraints").write_text("\n".join(case.constraints) + "\n")
    (root.case / "build-constraints").write_text("\n".join(case.build_constraints) + "\n")
    exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in case.environment.items())
    if case.build_constraints:
        exports += "export PIP_BUILD_CONSTRAINT=/case/build-constraints\n"
    script = exports + CASE.format(options=case.options(), pip=case.pip(), smoke=shlex.quote(case.smoke))
    outcome = Outcome(name=case.name, version=case.version)
    try:
        complaints = root.run(script, worker=worker, limit=LIMIT)
    except subprocess.TimeoutExpired:
        outcome.note = f"not done after {LIMIT:.0f} s"
        return outcome
    judge(outcome, case, root.case)
    outcome.is_same_outside = compare(case, root)
    if outcome.holds and not outcome.is_same_outside:
        outcome.note = "the check from outside finds something else"
    elif complaints and not outcome.holds:
        outcome.note += f" ({complaints[-300:]})"
    return outcome


def judge(outcome: Outcome, case: Verification, place: Path) -> None:
    """Fill in what the files of a case say."""
    for name in CODES:
        path = place / f"{name}.rc"
        outcome.codes[name] = int(path.read_text()) if path.exists() else None
    commands = read_report(place / "before.log").get("commands", [])
    outcome.command = " && ".join(item["shell"] for item in commands)
    needs_nothing = not commands and not case.build
    for name, code in outcome.codes.items():
        wanted = 0 if needs_nothing and name in ("before", "asked") else CODES[name]
        if code != wanted:
            outcome.note = f"{name}: exit {code} {_last_line(place, name)[:200]}"
            return


def _last_line(place: Path, name: str) -> str:
    logs = [place / f"{name}.{kind}" for kind in ("err", "log")]
    path = next((path for path in logs if path.exists()), None)
    lines = path.read_text(errors="replace").strip().splitlines() if path else []
    return lines[-1] if lines else ""


def compare(case: Verification, root: Root) -> bool:
    """Whether `--root` on the finished root gives the findings that were given inside it."""
    check = f"{sys.executable} -m extdeps check --root {root.merged} --python /usr/bin/python3 {case.options()}"
    root.case.joinpath("outside.log").write_text(root.run_outside(f"{check} --format json"))
    inside, outside = (read_report(root.case / f"{name}.log") for name in ("after", "outside"))
    keep = ("requirement", "identifier", "phase", "status", "packages")

    def essence(report: Report) -> list[dict[str, object]]:
        return [{key: finding[key] for key in keep} for finding in report["findings"]]

    return bool(inside and outside) and essence(outside) == essence(inside)


def read_report(path: Path) -> Report:
    """The document that a check wrote, or nothing where it wrote none."""
    try:
        report: Report = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return report


def main() -> int:
    """Run the cases and print a line for each; exit 1 when one does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--directory", type=Path, default=Path(tempfile.gettempdir()) / "extdeps-cleanroom")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    only = {canonicalize_name(name) for name in arguments.only}
    cases = list(iter_verifications(only))
    if unknown := only - {case.name for case in cases}:
        parser.error(f"no overlay verifies {', '.join(sorted(unknown))}")
    base = make_base(arguments.directory)
    outcomes: list[Outcome] = []
    workers: Queue[int] = Queue()
    for number in range(arguments.jobs):
        workers.put(number)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        for future in as_completed(pool.submit(run_case, case, base, workers) for case in cases):
            outcome = future.result()
            outcomes.append(outcome)
            print(format_outcome(outcome), flush=True)
            if arguments.json:
                arguments.json.write_text(json.dumps([asdict(item) for item in outcomes], indent=1))
    held = sum(outcome.holds for outcome in outcomes)
    print(f"{held} of {len(outcomes)} hold")
    return 0 if held == len(outcomes) else 1


def format_outcome(outcome: Outcome) -> str:
    """One line about a project."""
    mark = "ok  " if outcome.holds else "FAIL"
    what = outcome.note or outcome.command or "nothing was missing"
    return f"{mark} {outcome.name} {outcome.version} {outcome.seconds:.0f} s: {what}"


if __name__ == "__main__":
    sys.exit(main())
