"""What a plan costs beside the one simulation of apt that it needs, and beside a check of the same.

    python benchmarks/plan.py [--rounds 9] [NAME...]

For a machine with apt and its lists. Takes requirements of which something is missing here, and measures
`extdeps plan`, `extdeps check` and `apt-get --simulate install` of the packages that the plan would install, in
turns: the CPU time of each with all that it starts. Each is measured twice: as this machine has apt, and with an
index that apt keeps between its processes, as it does wherever a container's settings do not forbid it. Then counts
what the program itself does: processes, modules, files. Runs the extdeps of this environment; installs nothing.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
from statistics import median

from process import Case, count, environment, measure

NAMES = ("zlib", "gdal", "hdf5", "cairo")
EXTDEPS = os.path.join(os.path.dirname(sys.executable), "extdeps")
KEEPS = """
Dir::Etc::parts "{0}/none";
Dir::Cache "{0}";
Dir::Cache::pkgcache "pkgcache.bin";
Dir::Cache::srcpkgcache "srcpkgcache.bin";
"""


def command(name: str, requirements: list[str]) -> list[str]:
    """A command of extdeps for some requirements."""
    return [EXTDEPS, name, *(part for text in requirements for part in ("--dep", text))]


def packages_of(requirements: list[str]) -> list[str]:
    """The packages that apt would be asked to install."""
    argv = [*command("plan", requirements), "--for", "apt", "--format", "json"]
    done = subprocess.run(argv, stdout=subprocess.PIPE, env=environment(), text=True, check=False)
    steps = json.loads(done.stdout)["steps"]
    return [name for step in steps if step["kind"] == "install" for name in step["packages"]]


def keep_index(directory: str) -> str:
    """Settings with which apt keeps its index in a directory, and none of the machine's own; returns their file."""
    path = os.path.join(directory, "apt.conf")
    os.makedirs(os.path.join(directory, "archives/partial"))
    with open(path, "w", encoding="utf-8") as file:
        file.write(KEEPS.format(directory))
    return path


def compare(title: str, requirements: list[str], packages: list[str], rounds: int) -> None:
    """Measure in turns and print."""
    simulation = Case(name="apt-get --simulate", argv=["apt-get", "--simulate", "--yes", "install", "--", *packages])
    check = Case(name="extdeps check", argv=command("check", requirements))
    plan = Case(name="extdeps plan", argv=command("plan", requirements))
    cases = (simulation, check, plan)
    for case in cases:
        measure(case)  # what is read for the first time is not counted
        case.seconds.clear()
        case.cpu.clear()
    for _ in range(rounds):
        for case in cases:
            measure(case)
    print(f"{title:34}{'CPU':>9}{'wall':>9}{'peak':>9}")
    for case in cases:
        text = f"{case.name:34}{min(case.cpu) * 1000:7.0f}ms{min(case.seconds) * 1000:7.0f}ms"
        print(f"{text}{case.kilobytes / 1024:7.1f}MB{'  FAILED: ' + case.failed if case.failed else ''}")
    print(f"plan / simulation, CPU: {ratio(plan, simulation):.2f}")
    print(f"plan / (simulation + check), CPU: {ratio(plan, simulation, check):.2f}\n")


def ratio(case: Case, *others: Case) -> float:
    """The median over the rounds of what one command costs beside others of the same round."""
    ratios = (own / sum(rest) for own, *rest in zip(case.cpu, *(other.cpu for other in others), strict=True))
    return float(median(ratios))


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("names", metavar="NAME", nargs="*", default=list(NAMES))
    arguments = parser.parse_args()
    packages = packages_of(arguments.names)
    if not packages:
        print("apt would install nothing for these; name others", file=sys.stderr)
        return 2
    print(f"{' '.join(arguments.names)}: {' '.join(packages)}\n")
    with tempfile.TemporaryDirectory() as temporary:
        os.chmod(temporary, 0o755)  # apt drops its privileges
        compare("as this machine has apt", arguments.names, packages, arguments.rounds)
        os.environ["APT_CONFIG"] = keep_index(temporary)
        compare("apt keeps its index", arguments.names, packages, arguments.rounds)
        print(f"{'':12}{'modules':>9}{'files':>9}{'own CPU':>11}{'started':>11}")
        for name in ("check", "plan"):
            found = count(command(name, arguments.names), temporary)
            text = f"{name:12}{found.modules:9}{found.files:9}{found.own * 1000:9.0f}ms{found.others * 1000:9.0f}ms"
            print(f"{text}  {' '.join(found.programs)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
