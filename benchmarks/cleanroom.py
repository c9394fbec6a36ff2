"""Do our overlays hold? Every one that names a verification, in a clean Debian 12.

For each project, in a root of its own (an overlay over one debootstrap tree
without compiler, headers or pkg-config):

1. `extdeps check NAME==VERSION` (`--no-binary NAME` where it is built) exits 1 and prints a command;
2. that command is run, word for word;
3. `pip install` of the same thing works, and the smoke test of the overlay passes;
4. `extdeps check` exits 0, and the check of that tree from outside with `--root` finds the same.

    python benchmarks/cleanroom.py [--only NAME ...] [--jobs 2] [--directory DIR] [--json FILE]

Needs root, debootstrap, overlayfs, unshare, and an index and a Debian mirror that can be reached.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from pathlib import Path
from queue import Queue

ROOT = Path(__file__).parents[1]
BOTTOM = "bookworm"
APT = 'APT::Get::Assume-Yes "true"; APT::Install-Recommends "false"; APT::Sandbox::User "root"; Dpkg::Use-Pty "0";\n'
PASSED_ON = ("PIP_INDEX_URL", "http_proxy", "https_proxy", "no_proxy")
LIMIT = 1500.0
"""Seconds for one project."""

ENTER = r"""
set -e
mount --make-rprivate /
mount -t overlay overlay -o "lowerdir=$LOWER,upperdir=$UPPER,workdir=$WORK" "$MERGED"
mount -t proc proc "$MERGED/proc"
mount --rbind /dev "$MERGED/dev"
mount --bind "$DEBS" "$MERGED/var/cache/apt/archives"
mount --bind "$HTTP" "$MERGED/root/.cache/pip/http-v2"
exec chroot "$MERGED" /bin/sh /case/run
"""

CASE = r"""
cd /case
export DEBIAN_FRONTEND=noninteractive
/venv/bin/extdeps check {options} --format json > before.json 2> before.err; echo $? > before.rc
/venv/bin/python - > command <<'END'
import json
print(" && ".join(item["shell"] for item in json.load(open("before.json")).get("commands", [])) or "true")
END
sh command > install.log 2>&1; echo $? > install.rc
/venv/bin/pip install {pip} > pip.log 2>&1; echo $? > pip.rc
cd / && timeout 120 /venv/bin/python -c {smoke} > /case/smoke.log 2>&1; echo $? > /case/smoke.rc
cd /case
/venv/bin/extdeps check {options} --format json > after.json 2> after.err; echo $? > after.rc
"""


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
    """What happened to one project."""

    name: str
    version: str
    missing_before: bool = False
    command: str = ""
    installed: bool = False
    built: bool = False
    used: bool = False
    satisfied_after: bool = False
    same_from_outside: bool = False
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything went as it should."""
        steps = (
            self.missing_before,
            self.installed,
            self.built,
            self.used,
            self.satisfied_after,
            self.same_from_outside,
        )
        return all(steps)


def iter_verifications(only: list[str]) -> Iterator[Verification]:
    """What the overlays of this checkout say was verified on Debian 12."""
    for path in sorted((ROOT / "mappings" / "projects").glob("*.toml")):
        document = tomllib.loads(path.read_text())
        for declaration in document["declaration"]:
            for entry in declaration.get("verified", []):
                if entry["on"] == "debian+12" and (not only or document["project"] in only or path.stem in only):
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


def mirror_of(suite: str) -> str:
    """The archive that this machine's own apt uses for a suite."""
    command = ["apt-get", "indextargets", "--format", "$(SITE) $(REPO_URI) $(RELEASE) $(CODENAME)"]
    for line in subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines():
        _site, address, *suites = line.split()
        if suite in suites:
            return address.rstrip("/")
    return "http://deb.debian.org/debian"


def environment_inside() -> dict[str, str]:
    """The environment of everything that runs in a root."""
    inside = {
        "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
        "HOME": "/root",
        "LANG": "C.UTF-8",
    }
    inside |= {"PIP_CERT": "/opt/ca.crt", "SSL_CERT_FILE": "/opt/ca.crt", "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    inside |= {"PIP_ROOT_USER_ACTION": "ignore", "PIP_PROGRESS_BAR": "off", "PIP_DEFAULT_TIMEOUT": "120"}
    return inside | {name: os.environ[name] for name in PASSED_ON if name in os.environ}


def make_base(directory: Path) -> Path:
    """The tree below every root: Debian's minimal system with Python, pip and this checkout's extdeps."""
    base = directory / "base"
    if not (base / "usr/bin/python3").exists():
        include = "--include=python3,python3-venv,ca-certificates"
        command = ["debootstrap", "--variant=minbase", include, BOTTOM, str(base), mirror_of(BOTTOM)]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        (base / "etc/apt/sources.list").write_text(f"deb {mirror_of(BOTTOM)} {BOTTOM} main\n")
        (base / "etc/apt/apt.conf.d/99clean").write_text(APT)
        (base / "usr/sbin/policy-rc.d").write_text("#!/bin/sh\nexit 101\n")
        (base / "usr/sbin/policy-rc.d").chmod(0o755)
    for source, target in ((certificates(), "opt/ca.crt"), ("/etc/resolv.conf", "etc/resolv.conf")):
        shutil.copy(source, base / target)
    (base / "root/.cache/pip/http-v2").mkdir(parents=True, exist_ok=True)
    (base / "case").mkdir(exist_ok=True)
    wheels = directory / "wheel"
    shutil.rmtree(wheels, ignore_errors=True)
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--outdir", str(wheels), str(ROOT)],
        check=True,
        stdout=subprocess.DEVNULL,
    )
    (wheel,) = wheels.glob("*.whl")
    shutil.copy(wheel, base / "opt" / wheel.name)
    script = f"apt-get update -qq && python3 -m venv --clear /venv && /venv/bin/pip install -q -U pip /opt/{wheel.name}"
    subprocess.run(
        ["chroot", str(base), "sh", "-ec", script], env=environment_inside(), check=True, stdout=subprocess.DEVNULL
    )
    return base


def certificates() -> str:
    """The certificates that this machine trusts."""
    named = (os.environ.get("PIP_CERT"), os.environ.get("SSL_CERT_FILE"), "/etc/ssl/certs/ca-certificates.crt")
    return next(path for path in named if path and Path(path).exists())


def run_case(case: Verification, base: Path, directory: Path, workers: Queue[int]) -> Outcome:
    """Everything about one project, in a root of its own; a worker has a package cache of its own."""
    worker = workers.get()
    try:
        return _run_case(case, base, directory, worker)
    finally:
        workers.put(worker)


def _run_case(case: Verification, base: Path, directory: Path, worker: int) -> Outcome:
    upper = directory / "cases" / case.name
    for path in (upper, upper.with_suffix(".work"), upper.with_suffix(".root")):
        shutil.rmtree(path, ignore_errors=True)
        path.mkdir(parents=True)
    place = upper / "case"
    place.mkdir()
    (place / "constraints").write_text("\n".join(case.constraints) + "\n")
    (place / "build-constraints").write_text("\n".join(case.build_constraints) + "\n")
    quoted = "'" + case.smoke.replace("'", "'\"'\"'") + "'"
    exports = "".join(f"export {name}='{value}'\n" for name, value in case.environment.items())
    if case.build_constraints:
        exports += "export PIP_BUILD_CONSTRAINT=/case/build-constraints\n"
    (place / "run").write_text(exports + CASE.format(options=case.options(), pip=case.pip(), smoke=quoted))
    debs, http = directory / f"debs{worker}", directory / "pip"
    (debs / "partial").mkdir(parents=True, exist_ok=True)
    http.mkdir(exist_ok=True)
    outside = {
        "LOWER": str(base),
        "UPPER": str(upper),
        "WORK": str(upper.with_suffix(".work")),
        "MERGED": str(upper.with_suffix(".root")),
        "DEBS": str(debs),
        "HTTP": str(http),
    }
    command = ["unshare", "--mount", "--pid", "--fork", "--kill-child=KILL", "sh", "-c", ENTER + "\n"]
    outcome = Outcome(name=case.name, version=case.version)
    try:
        done = subprocess.run(
            command, env=environment_inside() | outside, capture_output=True, text=True, timeout=LIMIT, check=False
        )
    except subprocess.TimeoutExpired:
        outcome.note = f"not done after {LIMIT:.0f} s"
        return outcome
    judge(outcome, place, case)
    outcome.note = outcome.note or done.stderr.strip()[-300:]
    outcome.same_from_outside = compare(case, base, upper, place)
    return outcome


def judge(outcome: Outcome, place: Path, case: Verification) -> None:
    """Fill in what the files of a case say."""

    def code(name: str) -> str:
        path = place / f"{name}.rc"
        return path.read_text().strip() if path.exists() else "?"

    command = place / "command"
    outcome.command = command.read_text().strip() if command.exists() else ""
    nothing_needed = outcome.command == "true" and code("before") == "0"
    outcome.missing_before = code("before") == "1" or (nothing_needed and not case.build)
    outcome.installed = code("install") == "0"
    outcome.built = code("pip") == "0"
    outcome.used = code("smoke") == "0"
    outcome.satisfied_after = code("after") == "0"
    for name in ("before", "install", "pip", "smoke", "after"):
        wanted = "1" if name == "before" and not nothing_needed else "0"
        if code(name) != wanted:
            log = place / (f"{name}.err" if name in ("before", "after") else f"{name}.log")
            last = log.read_text(errors="replace").strip().splitlines()[-1:] if log.exists() else []
            outcome.note = f"{name}: exit {code(name)} {' '.join(last)[:200]}"
            return


def compare(case: Verification, base: Path, upper: Path, place: Path) -> bool:
    """Whether `--root` on the finished tree gives the findings that were given inside it."""
    mounted = upper.with_suffix(".root")
    layers = f"lowerdir={base},upperdir={upper},workdir={upper.with_suffix('.work')}"
    script = (
        f"mount -t overlay overlay -o {layers} {mounted} && "
        f"{sys.executable} -m extdeps check --root {mounted} --python /usr/bin/python3 {case.options()} --format json"
    )
    done = subprocess.run(["unshare", "--mount", "sh", "-c", script], capture_output=True, text=True, check=False)
    try:
        outside, inside = json.loads(done.stdout), json.loads((place / "after.json").read_text())
    except (OSError, ValueError):
        return False
    keep = ("requirement", "identifier", "phase", "status", "packages")

    def essence(report: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
        return [{key: finding[key] for key in keep} for finding in report["findings"]]

    return essence(outside) == essence(inside)


def main() -> int:
    """Run the cases and print a line for each; exit 1 when one does not hold."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--only", nargs="*", default=[])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--directory", type=Path, default=Path(tempfile.gettempdir()) / "extdeps-cleanroom")
    parser.add_argument("--json", type=Path)
    arguments = parser.parse_args()
    arguments.directory.mkdir(parents=True, exist_ok=True)
    base = make_base(arguments.directory)
    cases = list(iter_verifications(arguments.only))
    outcomes: list[Outcome] = []
    workers: Queue[int] = Queue()
    for number in range(arguments.jobs):
        workers.put(number)
    with ThreadPoolExecutor(arguments.jobs) as pool:
        futures = [pool.submit(run_case, case, base, arguments.directory, workers) for case in cases]
        for future in futures:
            outcome = future.result()
            outcomes.append(outcome)
            mark = "ok  " if outcome.holds else "FAIL"
            print(f"{mark} {outcome.name} {outcome.version}: {outcome.command} {outcome.note}", flush=True)
            if arguments.json:
                arguments.json.write_text(json.dumps([asdict(item) for item in outcomes], indent=1))
    held = sum(outcome.holds for outcome in outcomes)
    print(f"{held} of {len(outcomes)} hold")
    return 0 if held == len(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
