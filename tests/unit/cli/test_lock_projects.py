"""A lock and a check at once agree, whatever was locked, and however it is called."""

from __future__ import annotations

import os
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from extdeps.cli.main import main
from support.archives import make_tar, make_zip
from support.schemas import get_validator

Say = pytest.CaptureFixture[str]

PYPROJECT = b"""\
[project]
name = "Spam_Eggs"
version = "1.0"

[external]
build-requires = ["dep:virtual/compiler/c"]
host-requires = ["dep:generic/zlib@>=1.2", "dep:virtual/interface/blas"]
dependencies = ["dep:generic/git"]

[external.optional-host-requires]
fast = ["dep:generic/hdf5"]
"""
METADATA = b"Metadata-Version: 2.5\nName: Spam_Eggs\nVersion: 1.0\nRequires-External-Dep: dep:generic/git\n"
TARGETS = ("debian+12", "debian+13", "fedora+42", "conda-forge")
SUBJECTS = {
    "tree": ("{tree}",),
    "extra": ("{tree}", "--extra", "fast"),
    "sdist": ("{place}/spam_eggs-1.0.tar.gz",),
    "wheel": ("{place}/spam_eggs-1.0-py3-none-any.whl",),
    "requirements": ("-r", "{place}/requirements.txt"),
    "dep": ("-d", "zlib>=1.2", "-d", "dep:virtual/compiler/cxx@>=17"),
    "several": ("{tree}", "psycopg2", "pyproj==3.6.1", "-d", "git"),
    "overlays": ("psycopg2>=2.9", "lxml", "pyproj==3.6.1"),
}


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    tree = tmp_path / "checkout"
    tree.mkdir()
    (tree / "pyproject.toml").write_bytes(PYPROJECT)
    (tmp_path / "spam_eggs-1.0.tar.gz").write_bytes(make_tar({"spam_eggs-1.0/pyproject.toml": PYPROJECT}))
    (tmp_path / "spam_eggs-1.0-py3-none-any.whl").write_bytes(make_zip({"spam_eggs-1.0.dist-info/METADATA": METADATA}))
    (tmp_path / "requirements.txt").write_text("psycopg2>=2.9\nlxml[html5]; python_version >= '3.8'\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def asked(place: Path, kind: str, tree: Path | str = "checkout") -> list[str]:
    return [item.format(place=place, tree=tree) for item in SUBJECTS[kind]]


@pytest.mark.parametrize("kind", SUBJECTS)
def test_nothing_has_drifted_from_a_lock_that_was_just_made(place: Path, kind: str, capsys: Say) -> None:
    targets = [f"--target={target}" for target in TARGETS]
    assert main(["lock", *asked(place, kind), "--offline", "--output", "x.lock", *targets]) == 0
    document = tomllib.loads((place / "x.lock").read_text())
    get_validator("lock").validate(document)
    assert sorted(document["target"]) == sorted(TARGETS)
    assert str(place) not in (place / "x.lock").read_text()
    again = asked(place, kind, place / "checkout")  # by its path, where it was locked as a directory below
    for target in TARGETS:
        capsys.readouterr()
        assert main(["check", *again, "--offline", "--lock-file", "x.lock", "--target", target]) == 0
        assert capsys.readouterr().out.endswith(f"\nNothing has drifted from x.lock ({target}).\n")
        assert main(["plan", *again, "--offline", "--lock-file", "x.lock", "--target", target, "--quiet"]) == 0


def test_versions_where_they_are_known(place: Path) -> None:
    targets = [f"--target={target}" for target in ("debian+13", "fedora+42")]
    assert main(["lock", *asked(place, "tree"), "--offline", *targets]) == 0
    document = tomllib.loads((place / "checkout/extdeps.lock").read_text())["target"]
    phases = {
        name: [entry for table in target.values() if isinstance(table, dict) for entry in table.values()]
        for name, target in document.items()
    }
    assert all(entry["version"] for entry in phases["debian+13"])
    assert not any("version" in entry for entry in phases["fedora+42"])
    assert document["debian+13"]["dep:virtual/compiler/c"]["build"]["packages"] == ["gcc", "libc6-dev"]


def test_the_same_bytes_in_every_process(place: Path) -> None:
    subjects = asked(place, "several")
    written = set()
    for seed in ("0", "1", "77"):
        for order in (subjects, [*reversed(subjects[:3]), *subjects[3:]]):
            command = [sys.executable, "-m", "extdeps", "lock", *order, "--offline", "--output", f"{seed}.lock"]
            targets = ["--target=debian+12", "--target=conda-forge", "--target=alpine+3.22"]
            environ = {**os.environ, "PYTHONHASHSEED": seed}
            subprocess.run([*command, *targets], check=True, env=environ, capture_output=True)
            written.add((place / f"{seed}.lock").read_bytes())
            (place / f"{seed}.lock").unlink()
    assert len(written) == 1


UNMET = """\
error[unsatisfiable]: 1 requirement cannot be met, and what cannot be met cannot be locked
  debian+12: dep:generic/proj@>=9.4 (host), for pyproj: \
no version that is here or can be had is proj>=9.4 (host for pyproj)
    there is 9.1.1 of apt
    `pyproj>=3.5,<3.7` builds with proj 9.1.1 of apt
"""


def test_what_cannot_be_met_in_one_target(place: Path, capsys: Say) -> None:
    targets = [f"--target={target}" for target in ("fedora+42", "debian+12", "conda-forge")]
    assert main(["lock", "pyproj", "--offline", *targets]) == 4
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith(UNMET)
    assert said.err.endswith("\n\nhint: nothing was written; `extdeps plan --target` tells what can be met\n")
    assert list(place.glob("*.lock")) == []
