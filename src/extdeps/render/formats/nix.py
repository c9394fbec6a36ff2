"""A plan as an environment of Nix: `shell.nix`, and `flake.nix` with the same for every usual system.

A package that a build runs stands in `nativeBuildInputs`, what is linked or loaded in `buildInputs`: nixpkgs tells them
apart by that when it looks for programs, headers and pkg-config modules.
https://nixos.org/manual/nixpkgs/stable/#ssec-stdenv-dependencies
"""

from __future__ import annotations

import re

from extdeps.render.formats.contents import list_packages
from extdeps.render.formats.remarks import comment, list_remarks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.plan import Plan
    from extdeps.model.requirement import Phase

_SYSTEMS = ("aarch64-darwin", "aarch64-linux", "x86_64-darwin", "x86_64-linux")

_IDENTIFIER = re.compile(r"[A-Za-z_][A-Za-z0-9_'-]*")
_KEYWORDS = frozenset({"assert", "else", "if", "in", "inherit", "let", "or", "rec", "then", "with"})
_SPECIAL = re.compile(r'[\\"]|\$(?=\{)')
_PYTHON = re.compile(r"^python3[0-9]*(?P<packages>Packages(?=\.))?(?=\.|$)")
_RELEASE = re.compile(r"3\.(?P<minor>[0-9]+)")

_WHY_LIBRARY_PATH = "# a wheel of PyPI does not say where its libraries are, and the loader of Nix looks nowhere else"


def render_shell(plans: tuple[Plan, ...]) -> str:
    """Write `shell.nix`, for `nix-shell`.

    Args:
        plans: the one plan.
    """
    lines = (
        *comment(list_remarks(plans, "shell.nix")),
        "{",
        "  pkgs ? import <nixpkgs> { },",
        "}:",
        "",
        *_format_shell(plans, "pkgs.mkShell {"),
    )
    return _join(lines)


def render_flake(plans: tuple[Plan, ...]) -> str:
    """Write `flake.nix`, for `nix develop`; which nixpkgs that is, its lock file says.

    Args:
        plans: the one plan.
    """
    lines = (
        *comment(list_remarks(plans, "flake.nix")),
        "{",
        '  inputs.nixpkgs.url = "github:NixOS/nixpkgs/nixpkgs-unstable";',
        "",
        "  outputs =",
        "    { nixpkgs, ... }:",
        "    let",
        "      systems = [",
        *(f'        "{system}"' for system in _SYSTEMS),
        "      ];",
        "      makeShell =",
        "        pkgs:",
        *_indent(_format_shell(plans, "pkgs.mkShell {"), 8),
    )
    tail = (
        "    in",
        "    {",
        "      devShells = nixpkgs.lib.genAttrs systems (system: {",
        "        default = makeShell nixpkgs.legacyPackages.${system};",
        "      });",
        "    };",
        "}",
    )
    return _join((*lines[:-1], f"{lines[-1]};", *tail))


def _format_shell(plans: tuple[Plan, ...], opening: str) -> Iterator[str]:
    build, linked = _list_attributes(plans, "build"), _list_attributes(plans, "host", "run")
    loaded = _list_attributes(plans, "run")
    yield opening
    yield f"  packages = [ pkgs.{_find_python(plans[0])} ];"
    yield from _format_list("nativeBuildInputs = [", build)
    yield from _format_list("buildInputs = [", linked)
    if loaded:
        yield f"  {_WHY_LIBRARY_PATH}"
        yield from _format_list("LD_LIBRARY_PATH = pkgs.lib.makeLibraryPath [", loaded)
    yield "}"


def _format_list(opening: str, attributes: Iterable[str]) -> Iterator[str]:
    items = [f"    pkgs.{attribute}" for attribute in attributes]
    if items:
        yield from (f"  {opening}", *items, "  ];")


def _list_attributes(plans: tuple[Plan, ...], *phases: Phase) -> list[str]:
    """The packages of nixpkgs for some phases; those that belong to a Python are taken from that of the shell."""
    python = _find_python(plans[0])
    named = (_fit(package, python) for plan in plans for package in list_packages(plan, *phases))
    return sorted({_quote_path(name) for name in named if name != python})


def _find_python(plan: Plan) -> str:
    """The attribute of the Python that decides (`python312`) where it is one of Nix, else of the default one."""
    is_of_nix = plan.host.python_distributor == "nix"
    release = _RELEASE.match(plan.host.python_version) if is_of_nix else None
    return f"python3{release['minor']}" if release else "python3"


def _fit(package: str, python: str) -> str:
    """`python312Packages.cython` for `python3Packages.cython`: modules of another Python are not found."""
    return _PYTHON.sub(lambda match: f"{python}{match['packages'] or ''}", package)


def _quote_path(name: str) -> str:
    """An attribute path, with quotes around what would not be read as a name."""
    return ".".join(part if _is_plain(part) else _quote(part) for part in name.split("."))


def _is_plain(part: str) -> bool:
    return bool(_IDENTIFIER.fullmatch(part)) and part not in _KEYWORDS


def _quote(text: str) -> str:
    escaped = _SPECIAL.sub(lambda match: f"\\{match[0]}", text)
    return f'"{escaped}"'


def _indent(lines: Iterable[str], width: int) -> Iterator[str]:
    return (f"{' ' * width}{line}" for line in lines)


def _join(lines: Iterable[str]) -> str:
    return "\n".join(lines) + "\n"
