"""The real nix reads `shell.nix` and `flake.nix`, with a small nixpkgs of its own and no network."""

from __future__ import annotations

import json
import os
import subprocess
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extdeps.model.plan import Plan
from extdeps.render.formats.table import FORMATS
from support.plans import WITH_NASTY, decide, make_plan, make_unmet

PACKAGES = """\
{
  lib = {
    genAttrs = names: make: builtins.listToAttrs (map (name: { inherit name; value = make name; }) names);
    makeLibraryPath = packages: builtins.concatStringsSep ":" (map (package: "${package}/lib") packages);
  };
  mkShell = attributes: attributes;
  pkg-config = "pkg-config";
  python3 = "python3";
  python312 = "python312";
  python312Packages.cython = "cython for 3.12";
  proj = "proj";
  openssl = { dev = "openssl.dev"; };
  gfortran.cc.lib = "libgfortran";
  qt6."3d" = "qt6.3d";
  "let".x = "let.x";
  "389-ds" = "389-ds";
}
"""

FLAKE = """\
{
  outputs = { self }: let packages = import ./.; in {
    inherit (packages) lib;
    legacyPackages = { aarch64-darwin = packages; aarch64-linux = packages; x86_64-darwin = packages;
      x86_64-linux = packages; };
  };
}
"""


def decide_nix(name: str, phase: Any, *packages: str) -> Any:
    return decide(name, phase, *packages, source="nix", ecosystem="nix")


PLAN = make_plan(
    decide_nix("build", "build", "pkg-config", "python3Packages.cython"),
    decide_nix("host", "host", "proj", "openssl.dev", "qt6.3d", "let.x", "389-ds"),
    decide_nix("run", "run", "proj", "gfortran.cc.lib"),
    ecosystem="nix",
    python_version="3.12.3",
    unmet=(make_unmet(),),
)
NASTY = replace(PLAN, unmet=WITH_NASTY.unmet, notes=WITH_NASTY.notes, subjects=WITH_NASTY.subjects)
EMPTY = make_plan(ecosystem="nix", python_version="")
PLANS = {"plain": PLAN, "nasty": NASTY, "empty": EMPTY}

WHOLE = {
    "packages": ["python312"],
    "nativeBuildInputs": ["pkg-config", "cython for 3.12"],
    "buildInputs": ["389-ds", "let.x", "libgfortran", "openssl.dev", "proj", "qt6.3d"],
    "LD_LIBRARY_PATH": "libgfortran/lib:proj/lib",
}
SHELLS = {"plain": WHOLE, "nasty": WHOLE, "empty": {"packages": ["python3"]}}


@pytest.fixture
def nixpkgs(tmp_path: Path) -> Path:
    directory = tmp_path / "nixpkgs"
    directory.mkdir()
    (directory / "default.nix").write_text(f"{{ }}: {PACKAGES}")
    flake = tmp_path / "flakes" / "nixpkgs"
    flake.mkdir(parents=True)
    (flake / "default.nix").write_text(PACKAGES)
    (flake / "flake.nix").write_text(FLAKE)
    return directory


def run(directory: Path, *argv: str) -> str:
    configuration = directory / "etc" / "nix.conf"
    configuration.parent.mkdir(exist_ok=True)
    configuration.write_text("sandbox = false\nbuild-users-group =\nsubstituters =\nflake-registry =\n")
    environment = {
        "PATH": os.environ["PATH"],
        "HOME": str(directory),
        "NIX_CONF_DIR": str(configuration.parent),
        "NIX_STORE_DIR": str(directory / "store"),
        "NIX_STATE_DIR": str(directory / "state"),
        "NIX_LOG_DIR": str(directory / "log"),
        "NIX_REMOTE": "local",
        "NIX_PATH": f"nixpkgs={directory / 'nixpkgs'}",
    }
    done = subprocess.run(argv, env=environment, cwd=directory, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def write(directory: Path, name: str, plan: Plan) -> Path:
    path = directory / "project" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(FORMATS[name].render((plan,)), encoding="utf-8")
    return path


@pytest.mark.parametrize("name", ["flake.nix", "shell.nix"])
@pytest.mark.parametrize("plan", PLANS)
def test_parses(name: str, plan: str, tmp_path: Path) -> None:
    run(tmp_path, "nix-instantiate", "--parse", str(write(tmp_path, name, PLANS[plan])))


def test_every_package_that_is_mapped(tmp_path: Path) -> None:
    document = json.loads((Path(__file__).parents[2] / "mappings/nix.mapping.json").read_text(encoding="utf-8"))
    listed = {str(name) for entry in document["mappings"] for name in _iter_names(entry.get("specs", []))}
    assert len(listed) > 1000
    plan = make_plan(decide_nix("all", "host", *listed), ecosystem="nix")
    parsed = run(tmp_path, "nix-instantiate", "--parse", str(write(tmp_path, "shell.nix", plan)))
    assert parsed.count("(pkgs).") >= len(listed) - 2  # the Pythons are one


def _iter_names(specs: Any) -> list[str]:
    if isinstance(specs, dict):
        return [name for names in specs.values() for name in _iter_names(names)]
    return [specs] if isinstance(specs, str) else specs


@pytest.mark.parametrize("plan", PLANS)
def test_shell(plan: str, tmp_path: Path, nixpkgs: Path) -> None:
    path = write(tmp_path, "shell.nix", PLANS[plan])
    evaluated = run(tmp_path, "nix-instantiate", "--eval", "--strict", "--json", "--expr", f"import {path} {{ }}")
    assert json.loads(evaluated) == SHELLS[plan]


@pytest.mark.parametrize("plan", PLANS)
def test_flake(plan: str, tmp_path: Path, nixpkgs: Path) -> None:
    path = write(tmp_path, "flake.nix", PLANS[plan])
    shells = run(
        tmp_path,
        *("nix", "--extra-experimental-features", "nix-command flakes", "eval", "--json", "--no-write-lock-file"),
        *("--override-input", "nixpkgs", f"path:{tmp_path / 'flakes' / 'nixpkgs'}"),
        f"path:{path.parent}#devShells",
    )
    systems = ("aarch64-darwin", "aarch64-linux", "x86_64-darwin", "x86_64-linux")
    assert json.loads(shells) == {system: {"default": SHELLS[plan]} for system in systems}
