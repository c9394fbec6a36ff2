"""Managers of which no more than the install command is known."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.manager.interface import Derivation, Derived

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection

    from extdeps.host import Host
    from extdeps.manager.interface import Content


@dataclass(frozen=True, slots=True, kw_only=True)
class PlainManager:
    """A manager whose command is fixed.

    Args:
        name: what the tool is called.
        ecosystems: the ecosystems whose packages it installs.
        executables: the programs that mean that it is here.
        install: the command before the packages.
        grammar: what a package name looks like, as a regular expression.
        files: suffixes of the files that it would take for packages of their own.
        is_system: whether it installs for the whole machine, which takes root.
        prefix: what stands before each name (`nixpkgs#`).
        suffix: what stands after it.
        module: how the package of a pkg-config module is named by it, with `{}` for the module; empty where it is not.
        program: the same for a program.
    """

    name: str
    ecosystems: tuple[str, ...]
    executables: tuple[str, ...]
    install: tuple[str, ...]
    grammar: str
    files: tuple[str, ...] = ()
    is_system: bool = False
    prefix: str = ""
    suffix: str = ""
    module: str = ""
    program: str = ""

    def accepts(self, package: str, /) -> bool:
        return re.fullmatch(self.grammar, package) is not None and not package.endswith(self.files)

    def install_commands(self, packages: tuple[str, ...], _host: Host, /) -> tuple[tuple[str, ...], ...]:
        return ((*self.install, *(f"{self.prefix}{package}{self.suffix}" for package in packages)),)

    def has_repository(self, _repository: str, _host: Host, /) -> bool:
        return True  # not known; the manager says so itself

    def derive(self, contents: Collection[Content], _host: Host | None, /) -> Derivation:
        forms = {"pkg-config": self.module, "executable": self.program}
        named = ((item, forms[item.kind].format(item.name)) for item in contents if item.is_plain)
        return Derivation(
            specs={item: Derived(spec=spec) for item, spec in named if spec and not spec.endswith(self.files or "\0")}
        )

    def needs_elevation(self, host: Host, /) -> bool:
        return self.is_system and not host.is_root


_WORD = r"[A-Za-z0-9][A-Za-z0-9._+-]*"
_RPM_MODULE = "pkgconfig({})"
_FORMULA = r"[a-z0-9][a-z0-9@._+-]*"
_CONDA = r"[a-z0-9_][a-z0-9_.-]*"
_CONDA_FILES = (".conda", ".tar.bz2")

DNF = PlainManager(
    name="dnf", ecosystems=("fedora", "rhel"), executables=("dnf", "dnf5", "microdnf"),
    install=("dnf", "install"), grammar=_WORD, files=(".rpm",), is_system=True,
    module=_RPM_MODULE, program="/usr/bin/{}",
)  # fmt: skip
ZYPPER = PlainManager(
    name="zypper", ecosystems=("opensuse",), executables=("zypper",),
    install=("zypper", "install"), grammar=_WORD, files=(".rpm",), is_system=True,
    module=_RPM_MODULE,  # a path it does not take: tests/live/test_derived.py
)  # fmt: skip
PACMAN = PlainManager(
    name="pacman", ecosystems=("arch",), executables=("pacman",),
    install=("pacman", "-S", "--needed"), grammar=r"[a-z0-9@_+][a-z0-9@._+-]*", is_system=True,
)  # fmt: skip
PACMAN_OF_MSYS2 = PlainManager(
    name="pacman", ecosystems=("msys2",), executables=(),
    install=PACMAN.install, grammar=PACMAN.grammar,
)  # fmt: skip
APK = PlainManager(
    name="apk", ecosystems=("alpine",), executables=("apk",),
    install=("apk", "add"), grammar=r"[a-z0-9][A-Za-z0-9._+-]*", files=(".apk",), is_system=True,
    module="pc:{}", program="cmd:{}",
)  # fmt: skip
BREW = PlainManager(
    name="brew", ecosystems=("homebrew",), executables=("brew",),
    install=("brew", "install"), grammar=rf"{_FORMULA}(/{_FORMULA}){{0,2}}", files=(".rb",),
)  # fmt: skip
CONDA = PlainManager(
    name="conda", ecosystems=("conda-forge",), executables=("conda",),
    install=("conda", "install", "--channel", "conda-forge"), grammar=_CONDA, files=_CONDA_FILES,
)  # fmt: skip
MAMBA = PlainManager(
    name="mamba", ecosystems=("conda-forge",), executables=("mamba",),
    install=("mamba", "install", "--channel", "conda-forge"), grammar=_CONDA, files=_CONDA_FILES,
)  # fmt: skip
MICROMAMBA = PlainManager(
    name="micromamba", ecosystems=("conda-forge",), executables=("micromamba",),
    install=("micromamba", "install", "--channel", "conda-forge"), grammar=_CONDA, files=_CONDA_FILES,
)  # fmt: skip
PIXI = PlainManager(
    name="pixi", ecosystems=("conda-forge",), executables=("pixi",),
    install=("pixi", "add"), grammar=_CONDA, files=_CONDA_FILES,
)  # fmt: skip
NIX = PlainManager(
    name="nix", ecosystems=("nix",), executables=("nix",),
    install=("nix", "profile", "install"), grammar=r"[A-Za-z_][A-Za-z0-9._'-]*", prefix="nixpkgs#",
)  # fmt: skip
EMERGE = PlainManager(
    name="emerge", ecosystems=("gentoo",), executables=("emerge",),
    install=("emerge", "--noreplace"), grammar=r"[A-Za-z0-9_][A-Za-z0-9+_.-]*/[A-Za-z0-9_][A-Za-z0-9+_-]*",
    is_system=True,
)  # fmt: skip
XBPS = PlainManager(
    name="xbps", ecosystems=("void",), executables=("xbps-install",),
    install=("xbps-install", "-S"), grammar=_WORD, is_system=True,
)  # fmt: skip
PKG = PlainManager(
    name="pkg", ecosystems=("freebsd",), executables=("pkg",),
    install=("pkg", "install"), grammar=rf"({_WORD}/)?{_WORD}", files=(".pkg",), is_system=True,
)  # fmt: skip
MACPORTS = PlainManager(
    name="port", ecosystems=("macports",), executables=("port",),
    install=("port", "install"), grammar=_WORD, is_system=True,
)  # fmt: skip
GUIX = PlainManager(
    name="guix", ecosystems=("guix",), executables=("guix",),
    install=("guix", "install"), grammar=r"[a-z0-9][a-z0-9+._-]*(:[a-z][a-z0-9-]*)?",
)  # fmt: skip
SPACK = PlainManager(
    name="spack", ecosystems=("spack",), executables=("spack",),
    install=("spack", "install"), grammar=r"[a-z0-9][a-z0-9-]*",
)  # fmt: skip
VCPKG = PlainManager(
    name="vcpkg", ecosystems=("vcpkg",), executables=("vcpkg",),
    install=("vcpkg", "install"), grammar=r"[a-z0-9]+(-[a-z0-9]+)*",
)  # fmt: skip
CONAN = PlainManager(
    name="conan", ecosystems=("conan",), executables=("conan",),
    install=("conan", "install"), grammar=r"[a-z0-9_][a-z0-9_+.-]*", prefix="--requires=", suffix="/[*]",
)  # fmt: skip
PIP = PlainManager(
    name="pip", ecosystems=("pypi",), executables=("pip", "pip3"),
    install=("pip", "install"), files=(".whl", ".zip", ".tar.gz"),
    grammar=r"[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?(\[[A-Za-z0-9._,-]+\])?",
)  # fmt: skip
WINGET = PlainManager(
    name="winget", ecosystems=("winget",), executables=("winget",),
    install=("winget", "install", "--exact"), grammar=_WORD,
)  # fmt: skip
CHOCO = PlainManager(
    name="choco", ecosystems=("chocolatey",), executables=("choco",),
    install=("choco", "install"), grammar=_WORD, files=(".nupkg", ".config"),
)  # fmt: skip
SCOOP = PlainManager(
    name="scoop", ecosystems=("scoop",), executables=("scoop",),
    install=("scoop", "install"), grammar=rf"({_WORD}/)?{_WORD}", files=(".json",),
)  # fmt: skip
