"""Capabilities that people define, through the commands, with a distribution that brings a provider along."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import extdeps
from support.machines import Machine
from support.schemas import get_validator

PROVIDER = """
open({runs!r}, "a").write("x")
class Site:
    name = "site"
    def capabilities(self):
        return {{"site.mpi": ["openmpi"], "site.release": "2024.2"}}
"""


class Place:
    """A machine's configuration and its installed distributions, below a directory."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.runs = root / "runs"
        self.packages = root / "packages"
        info = self.packages / "acme_site-1.0.dist-info"
        info.mkdir(parents=True)
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-site\nVersion: 1.0\n")
        (info / "entry_points.txt").write_text("[extdeps.capabilities]\nsite = acme_site:Site\n")
        (self.packages / "acme_site.py").write_text(PROVIDER.format(runs=str(self.runs)))
        self.settle("")

    def settle(self, text: str) -> None:
        (self.root / "config.toml").write_text(text)

    def declare(self, text: str) -> None:
        (self.root / "etc/extdeps").mkdir(parents=True)
        (self.root / "etc/extdeps/config.toml").write_text(text)

    def run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        source = str(Path(extdeps.__file__).parent.parent)
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": str(self.root),
            "PYTHONPATH": os.pathsep.join((source, str(self.packages))),
            "EXTDEPS_CONFIG": str(self.root / "config.toml"),
            "EXTDEPS_CACHE_DIR": "",
            "XDG_CONFIG_DIRS": str(self.root / "etc"),
        }
        command = [sys.executable, "-m", "extdeps", *arguments]
        return subprocess.run(command, capture_output=True, text=True, env=environ, cwd=self.root, check=False)

    def read(self, *arguments: str) -> Any:
        done = self.run(*arguments, "--format", "json")
        assert not done.stderr
        return json.loads(done.stdout)

    def statuses(self, *requirements: str, options: tuple[str, ...] = ()) -> list[str]:
        asked = [part for requirement in requirements for part in ("-d", requirement)]
        found = self.read("check", *asked, "--phase", "run", *options)["findings"]
        return [item["status"] for item in found]


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(tmp_path)


def is_false(statuses: list[str]) -> list[bool | None]:
    """Whether each marker was false; None where that is not known."""
    return [None if status == "unknown" else status == "not-applicable" for status in statuses]


MARKERS = ('python; site.mpi == "openmpi"', 'python; site.mpi == "mpich"', 'python; site.release >= "2025"')


def test_markers_over_a_provider_that_is_allowed(place: Place) -> None:
    place.settle('allowed-providers = ["site"]\n')
    assert is_false(place.statuses(*MARKERS, 'python; site.nosuch == "1"')) == [False, True, True, None]
    assert place.runs.read_text() == "x"


def test_markers_over_a_provider_that_is_not_allowed(place: Place) -> None:
    assert is_false(place.statuses(*MARKERS)) == [None, None, None]
    assert not place.runs.exists()


def test_nothing_is_run_that_no_marker_needs(place: Place) -> None:
    place.settle('allowed-providers = ["site"]\n')
    assert is_false(place.statuses("python", 'python; cpu.architecture == "none"')) == [False, True]
    told = ("--capability", "site.mpi=mpich")
    assert is_false(place.statuses(*MARKERS[:2], options=told)) == [True, False]
    assert is_false(place.statuses(MARKERS[0], options=("--target", "debian+12"))) == [None]
    assert not place.runs.exists()


def test_markers_over_features(place: Place) -> None:
    marked = ('python; "mkl" in system.features', 'python; "cuda-12" in system.features')
    assert is_false(place.statuses(*marked)) == [None, None]
    place.declare('system-features = ["mkl", "cuda-11"]\n')
    assert is_false(place.statuses(*marked)) == [False, True]
    place.settle('system-features = ["cuda-12"]\n')
    assert is_false(place.statuses(*marked)) == [False, False]
    assert is_false(place.statuses(*marked, options=("--capability", "system.features=x,cuda-12"))) == [True, False]
    assert is_false(place.statuses(*marked, options=("--target", "debian+12"))) == [None, None]


def test_a_provider_that_fails_is_a_note(place: Place) -> None:
    place.settle('allowed-providers = ["site"]\ncapability-providers.site = "broken.py"\n')
    (place.root / "broken.py").write_text("import os; os.abort()\n")
    report = place.read("check", "-d", MARKERS[0], "-d", MARKERS[1], "--phase", "run")
    assert [item["status"] for item in report["findings"]] == ["unknown", "unknown"]
    assert report["notes"].count("capabilities of `site` are not known: the provider crashed (SIGABRT)") == 1


def test_a_file_that_is_wrong(place: Place) -> None:
    place.declare('system-features = "mkl"\n')
    assert place.run("check", "-d", "python").returncode == 0  # nothing asks
    done = place.run("check", "-d", 'python; "mkl" in system.features')
    path = place.root / "etc/extdeps/config.toml"
    assert (done.returncode, done.stderr) == (
        3,
        f"error[invalid-document]: `system-features` in `{path}` must be a list of names\n",
    )


def test_the_host_shows_who_told(place: Place) -> None:
    place.declare('system-features = ["mkl", "cuda-11"]\n')
    path = str(place.root / "etc/extdeps/config.toml")
    features = {"capability": "system.features", "values": ["cuda-11", "mkl"], "told_by": path}
    provider = {
        "name": "site",
        "reference": "acme_site:Site",
        "source": "acme-site 1.0",
        "allowed": False,
        "note": None,
    }
    document = place.read("host")
    get_validator("host").validate(document)
    assert document["defined"] == {"capabilities": [features], "providers": [provider]}
    lines = place.run("host").stdout.splitlines()
    assert "    site  acme_site:Site  of acme-site 1.0  not allowed" in lines
    assert not place.runs.exists()

    place.settle('allowed-providers = ["site", "zebra"]\n')
    document = place.read("host")
    get_validator("host").validate(document)
    assert document["defined"]["capabilities"] == [
        features,
        {"capability": "site.mpi", "values": ["openmpi"], "told_by": "provider site"},
        {"capability": "site.release", "values": ["2024.2"], "told_by": "provider site"},
    ]
    assert document["defined"]["providers"] == [
        {**provider, "allowed": True},
        {"name": "zebra", "reference": None, "source": None, "allowed": True, "note": "there is no such provider"},
    ]
    lines = place.run("host").stdout.splitlines()
    start = lines.index("  defined")
    assert lines[start:] == [
        "  defined",
        f"    system.features  cuda-11, mkl  by {path}",
        "    site.mpi         openmpi       by provider site",
        "    site.release     2024.2        by provider site",
        "  providers of capabilities",
        "    site   acme_site:Site  of acme-site 1.0  allowed",
        "    zebra                                    allowed; there is no such provider",
    ]


def test_another_root_has_its_own(place: Place) -> None:
    place.settle('system-features = ["mine"]\nallowed-providers = ["site"]\n')
    Machine(place.root / "other", {"/etc/extdeps/config.toml": 'system-features = ["theirs"]\n'})
    found = place.read("host", "--root", str(place.root / "other"))["defined"]
    told_by = "/etc/extdeps/config.toml"
    assert found["capabilities"] == [{"capability": "system.features", "values": ["theirs"], "told_by": told_by}]
    assert found["providers"] == []
    assert place.read("host", "--target", "debian+12")["defined"] == {"capabilities": [], "providers": []}
    assert not place.runs.exists()
