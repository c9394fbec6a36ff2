"""`shell.nix` and `flake.nix` as text; the real nix reads them in `tests/live`."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extdeps.model.plan import Plan
from extdeps.render.formats.table import FORMATS
from support.plans import EMPTY, PLAIN, WITH_NASTY, decide, make_plan, make_unmet


def plan_nix(*packages: tuple[str, tuple[str, ...]], python_version: str = "3.12.3") -> Plan:
    decisions = [
        decide(f"x{index}", phase, *names, source="nix", ecosystem="nix")  # type: ignore[arg-type]
        for index, (phase, names) in enumerate(packages)
    ]
    return make_plan(*decisions, ecosystem="nix", python_version=python_version)


SPAM = plan_nix(
    ("build", ("pkg-config", "python3Packages.cython")),
    ("host", ("proj", "openssl.dev")),
    ("run", ("proj", "zlib")),
)

SHELL = """\
# Made by `extdeps plan spam --format shell.nix`.
{
  pkgs ? import <nixpkgs> { },
}:

pkgs.mkShell {
  packages = [ pkgs.python312 ];
  nativeBuildInputs = [
    pkgs.pkg-config
    pkgs.python312Packages.cython
  ];
  buildInputs = [
    pkgs.openssl.dev
    pkgs.proj
    pkgs.zlib
  ];
  # a wheel of PyPI does not say where its libraries are, and the loader of Nix looks nowhere else
  LD_LIBRARY_PATH = pkgs.lib.makeLibraryPath [
    pkgs.proj
    pkgs.zlib
  ];
}
"""

FLAKE = """\
# Made by `extdeps plan spam --format flake.nix`.
{
  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";

  outputs =
    { nixpkgs, ... }:
    let
      systems = [
        "aarch64-darwin"
        "aarch64-linux"
        "x86_64-darwin"
        "x86_64-linux"
      ];
      makeShell =
        pkgs:
        pkgs.mkShell {
          packages = [ pkgs.python312 ];
          buildInputs = [
            pkgs.zlib
          ];
        };
    in
    {
      devShells = nixpkgs.lib.genAttrs systems (system: {
        default = makeShell nixpkgs.legacyPackages.${system};
      });
    };
}
"""


def render(plan: Plan, name: str = "shell.nix") -> str:
    return FORMATS[name].render((plan,))


def attributes(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.startswith("    pkgs.")]


def test_shell() -> None:
    assert render(SPAM) == SHELL
    assert render(replace(SPAM, decisions=SPAM.decisions[::-1])) == SHELL


def test_flake() -> None:
    assert render(plan_nix(("host", ("zlib",))), "flake.nix") == FLAKE


@pytest.mark.parametrize(
    ("version", "python"), [("3.14.0rc1", "python314"), ("3.9", "python39"), ("", "python3"), ("2.7", "python3")]
)
def test_python_that_decides(version: str, python: str) -> None:
    assert f"  packages = [ pkgs.{python} ];\n" in render(replace(EMPTY, host=plan_nix(python_version=version).host))


def test_a_python_of_another_system_says_nothing_about_that_of_the_shell() -> None:
    text = render(replace(SPAM, host=PLAIN.host))
    assert "packages = [ pkgs.python3 ];" in text
    assert "    pkgs.python3Packages.cython\n" in text


def test_python_stands_once_and_its_modules_fit() -> None:
    names = (
        "python3",
        "python311",
        "python3.dev",
        "python311Packages.sip",
        "python3Packages.rdkit",
        "python3-x",
        "gpy3",
    )
    text = render(plan_nix(("host", names)))
    assert attributes(text) == [
        "pkgs.gpy3",
        "pkgs.python3-x",
        "pkgs.python312.dev",
        "pkgs.python312Packages.rdkit",
        "pkgs.python312Packages.sip",
    ]
    assert "packages = [ pkgs.python312 ];" in text


def test_attributes_that_are_no_names_are_quoted() -> None:
    names = ("a.3d", "let.x", "_7zip", "389-ds", "it's", 'b"\\${c}')
    assert attributes(render(plan_nix(("host", names)))) == [
        'pkgs."389-ds"',
        'pkgs."b\\"\\\\\\${c}"',
        'pkgs."let".x',
        "pkgs._7zip",
        'pkgs.a."3d"',
        "pkgs.it's",
    ]


def test_what_is_left_out_stands_at_the_top() -> None:
    plan = replace(SPAM, unmet=(make_unmet(),), notes=("a note",), decisions=(*SPAM.decisions, *PLAIN.decisions[1:2]))
    head = [line for line in render(plan).splitlines() if line.startswith("#")]
    assert head == [
        "# Made by `extdeps plan spam --format shell.nix`.",
        "# Left out: libeggs>=9 (run) for libeggs: nobody has libeggs",
        "#   detail libeggs",
        "#   remedy libeggs",
        "# Left out: pkgconf (build), from debian+12: pkgconf",
        "# Note: a note",
    ]
    assert render(plan).partition("\n{\n")[2] == SHELL.partition("\n{\n")[2]


@pytest.mark.parametrize("name", ["shell.nix", "flake.nix"])
def test_text_of_others_stays_in_comments(name: str) -> None:
    plan = replace(SPAM, unmet=WITH_NASTY.unmet, notes=WITH_NASTY.notes, subjects=WITH_NASTY.subjects)
    text = render(plan, name)
    foreign = [line for line in text.splitlines() if "EOF" in line]
    assert len(foreign) >= 4
    assert all(line.startswith("# ") for line in foreign)
    assert all(char.isprintable() or char == "\n" for char in text)
    assert render(SPAM, name).partition("\n{\n")[2] == text.partition("\n{\n")[2]


def test_nothing_at_all() -> None:
    assert render(plan_nix()).endswith("pkgs.mkShell {\n  packages = [ pkgs.python312 ];\n}\n")
