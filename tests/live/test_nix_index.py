"""What nix-env says of a small set of packages."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from extdeps.curate.index.interface import Package
from extdeps.curate.index.table import open_index
from support.indexes import make_source

EXPRESSION = """\
let
  make = name: meta: derivation {
    name = "${name}-1.0";
    system = builtins.currentSystem;
    builder = "/bin/sh";
  } // { inherit meta; };
in {
  zlib = make "zlib" { description = "Lossless compression library"; };
  python313Packages = {
    recurseForDerivations = true;
    numpy = make "python3.13-numpy" { description = "Arrays"; mainProgram = "f2py"; };
  };
  hidden.openssl = make "openssl" { };
  nothing = null;
}
"""


def test_the_packages_of_an_expression(tmp_path: Path) -> None:
    (tmp_path / "default.nix").write_text(EXPRESSION)
    places = {"NIX_STORE_DIR": "store", "NIX_STATE_DIR": "state", "NIX_LOG_DIR": "log", "HOME": "home"}
    environ = {**os.environ, **{name: str(tmp_path / place) for name, place in places.items()}}
    for options in ([], ["--meta"]):
        command = ["nix-env", "--file", str(tmp_path), "-qaP", "--json", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=True, env=environ)
        (tmp_path / "out.json").write_text(done.stdout)
        packages = open_index(make_source("nix", tmp_path / "out.json")).packages()
        assert set(packages) == {"zlib", "python313Packages.numpy", "python3Packages.numpy"}
    assert packages["zlib"] == Package(
        name="zlib", repository="nixpkgs", summary="Lossless compression library", version="1.0"
    )
