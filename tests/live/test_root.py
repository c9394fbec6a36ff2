"""A check of another root file system gives what a check inside it gives."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ASKED = (
    "zlib>=1.2", "zlib>=99", "libxml2", "libpq", "openssl", "cairo", "git", "make>=4", "dep:virtual/compiler/c",
    "dep:virtual/compiler/cxx@>=2017", "blas", "nosuchthing", "pkg-config",
)  # fmt: skip
PHASES = ("build", "host", "run")
INSTALLED = "gcc,libc6-dev,zlib1g-dev,libpq5,libcairo2,pkgconf,make,python3,python3-dev,ca-certificates"


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert shutil.which("debootstrap"), "install debootstrap"
    root = tmp_path_factory.mktemp("debian") / "root"
    command = ["debootstrap", "--variant=minbase", f"--include={INSTALLED}", "bookworm", str(root)]
    subprocess.run(command, check=True, capture_output=True)
    own = root / "opt" / "extdeps"
    shutil.copytree(ROOT / "src", own / "src", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(ROOT / "mappings", own / "mappings")
    return root


def findings(report: dict[str, list[dict[str, object]]]) -> list[dict[str, object]]:
    """What must be the same; how it was found out differs, since nothing of the tree is run from outside."""
    result = []
    for finding in report["findings"]:
        evidence = finding["evidence"]
        assert isinstance(evidence, list)
        places = [{key: item[key] for key in ("kind", "name", "location", "version")} for item in evidence]
        keys = ("requirement", "identifier", "phase", "status", "packages", "note", "requested_by")
        result.append({**{key: finding[key] for key in keys}, "evidence": places})
    return result


def test_inside_and_outside_agree(tree: Path) -> None:
    arguments = ["check", *(part for dep in ASKED for part in ("--dep", dep)), "--phase", ",".join(PHASES)]
    arguments += ["--format", "json"]
    inside = subprocess.run(
        ["chroot", str(tree), "/usr/bin/python3", "-m", "extdeps", *arguments],
        env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "PYTHONPATH": "/opt/extdeps/src", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=False,
    )
    outside = subprocess.run(
        [sys.executable, "-m", "extdeps", *arguments, "--root", str(tree)], capture_output=True, text=True, check=False
    )
    assert (inside.returncode, inside.stderr) == (1, "")
    assert (outside.returncode, outside.stderr) == (1, "")
    first, second = json.loads(inside.stdout), json.loads(outside.stdout)
    assert findings(first) == findings(second)
    assert first["commands"] == second["commands"]
    statuses = {(item["requirement"], item["phase"]): item["status"] for item in first["findings"]}
    assert statuses["dep:generic/zlib@>=1.2", "host"] == "satisfied"
    assert statuses["dep:generic/zlib@>=99", "host"] == "wrong-version"
    assert statuses["dep:generic/libpq", "host"] == "incomplete"
    assert statuses["dep:generic/libpq", "run"] == "satisfied"
    assert statuses["dep:generic/libxml2", "host"] == "missing"
    assert statuses["dep:virtual/compiler/c", "build"] == "satisfied"


def test_the_printed_command_gets_what_is_missing(tree: Path) -> None:
    """`cups` in the tree: the command is run word for word, and then nothing is missing."""
    arguments = [sys.executable, "-m", "extdeps", "check", "--dep", "cups", "--root", str(tree)]
    before = subprocess.run([*arguments, "--format", "json"], capture_output=True, text=True, check=False)
    assert before.returncode == 1
    (tree / "etc/apt/apt.conf.d/99test").write_text('APT::Get::Assume-Yes "true"; APT::Sandbox::User "root";\n')
    shutil.copy("/etc/resolv.conf", tree / "etc/resolv.conf")
    for command in json.loads(before.stdout)["commands"]:
        inside = ["chroot", str(tree), "sh", "-c", command["shell"]]
        subprocess.run(inside, check=True, capture_output=True, env={"PATH": "/usr/sbin:/usr/bin:/sbin:/bin"})
    assert subprocess.run(arguments, capture_output=True, check=False).returncode == 0
