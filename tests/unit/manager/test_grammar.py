"""The managers names and commands of each."""

from __future__ import annotations

import pytest

from extdeps.manager.interface import Content, Derived, Manager
from extdeps.manager.table import get_manager
from support.recorded import RecordedHost, make_site

NAMES = ("apk", "brew", "conda", "dnf", "mamba", "micromamba", "nix", "pacman", "pixi", "zypper")
APK, BREW, CONDA, DNF, MAMBA, MICROMAMBA, NIX, PACMAN, PIXI, ZYPPER = map(get_manager, NAMES)
ALL = (DNF, ZYPPER, PACMAN, APK, BREW, CONDA, MAMBA, MICROMAMBA, PIXI, NIX)


def name_of(value: object) -> str:
    """What a parameter is called in the name of a test."""
    return value if isinstance(value, str) else str(getattr(value, "name", ""))


each = pytest.mark.parametrize("manager", ALL, ids=lambda manager: manager.name)

FORBIDDEN = [
    "",
    "-o",
    "--root=/",
    "a;b",
    "$(x)",
    "`x`",
    "a b",
    "a\n",
    "a*",
    "a?",
    "[ab]",
    "./x.deb",
    "/tmp/x.rpm",
    "../x",
    "https://example.org/x.rpm",
    "a>=1",
    "a=1",
    "a<b",
    "a|b",
    "a&b",
    "a,b",
    "a:b",
    "a%b",
    "a\\b",
    'a"b',
    "a\0",
    "zlíb",
    "аpt",  # a Cyrillic letter # noqa: RUF001
    "~x",
    "!x",
    "{}",
]


@each
@pytest.mark.parametrize("name", FORBIDDEN)
def test_what_is_no_name(manager: Manager, name: str) -> None:
    assert not manager.accepts(name)


@pytest.mark.parametrize(
    ("manager", "names"),
    [
        (DNF, ["zlib-devel", "gcc-c++", "libstdc++-devel", "SDL2-devel", "python3.13", "java-21-openjdk", "perl_x"]),
        (ZYPPER, ["zlib-devel", "gcc-c++", "libQt6Core6", "libz1"]),
        (
            PACMAN,
            ["zlib", "gtk2+extra", "libsigc++", "qt6-base", "java-runtime", "lib32-zlib", "openssl-1.1", "r", "_x"],
        ),
        (APK, ["zlib-dev", "g++", "libstdc++", "py3-numpy", "py3-PySide"]),
        (
            BREW,
            ["zlib", "openssl@3", "python@3.13", "gtk+3", "libsigc++", "homebrew/core/zlib", "owner/tap/x", "tap/x"],
        ),
        (CONDA, ["zlib", "_libgcc_mutex", "c-compiler", "r-base", "libstdcxx-ng", "python.app", "7zip"]),
        (MAMBA, ["zlib"]),
        (MICROMAMBA, ["zlib"]),
        (PIXI, ["zlib"]),
        (NIX, ["zlib", "SDL2", "gnome.gtk", "python313Packages.numpy", "_7zz", "x'", "gtk3-x11"]),
    ],
    ids=name_of,
)
def test_names_of_packages(manager: Manager, names: list[str]) -> None:
    assert [name for name in names if not manager.accepts(name)] == []


@pytest.mark.parametrize(
    ("manager", "name"),
    [
        (PACMAN, "Zlib"),
        (PACMAN, "core/zlib"),
        (APK, "@edge"),
        (APK, "zlib@edge"),
        (APK, ".x"),
        (BREW, "Zlib"),
        (BREW, "a/b/c/d"),
        (BREW, "a//b"),
        (BREW, "a/"),
        (CONDA, "Zlib"),
        (CONDA, "conda-forge::zlib"),
        (CONDA, "g++"),
        (DNF, "@development"),
        (DNF, "zlib(x86-64)"),
        (ZYPPER, "pattern:devel"),
        (NIX, "nixpkgs#zlib"),
        (NIX, "7zip"),
        (NIX, "zlib^dev"),
    ],
    ids=name_of,
)
def test_what_is_no_name_of_one(manager: Manager, name: str) -> None:
    assert not manager.accepts(name)


@pytest.mark.parametrize(
    ("manager", "name"),
    [
        (DNF, "x.rpm"),
        (ZYPPER, "x.rpm"),
        (APK, "x.apk"),
        (CONDA, "x.conda"),
        (CONDA, "x.tar.bz2"),
        (MAMBA, "x.tar.bz2"),
        (MICROMAMBA, "x.conda"),
        (BREW, "x.rb"),
        (BREW, "a/../x.rb"),
    ],
    ids=name_of,
)
def test_a_file_is_no_name(manager: Manager, name: str) -> None:
    assert not manager.accepts(name)


@pytest.mark.parametrize(
    ("manager", "command"),
    [
        (DNF, "dnf install a b"),
        (ZYPPER, "zypper install a b"),
        (PACMAN, "pacman -S --needed a b"),
        (APK, "apk add a b"),
        (BREW, "brew install a b"),
        (CONDA, "conda install --channel conda-forge a b"),
        (MAMBA, "mamba install --channel conda-forge a b"),
        (MICROMAMBA, "micromamba install --channel conda-forge a b"),
        (PIXI, "pixi add a b"),
        (NIX, "nix profile install nixpkgs#a nixpkgs#b"),
    ],
    ids=name_of,
)
def test_the_command(manager: Manager, command: str) -> None:
    assert manager.install_command(("a", "b"), make_site()) == tuple(command.split())


@each
def test_root_is_needed_by_managers_of_the_system(manager: Manager) -> None:
    of_the_system = manager in (DNF, ZYPPER, PACMAN, APK)
    assert manager.is_system == of_the_system
    assert manager.needs_elevation(make_site(RecordedHost(is_root=False))) == of_the_system
    assert not manager.needs_elevation(make_site())


@each
def test_repositories_are_not_known(manager: Manager) -> None:
    assert manager.has_repository("non-free", make_site())


MODULE = Content(kind="pkg-config", name="gtk+-3.0")
PROGRAM = Content(kind="executable", name="x_y")


@pytest.mark.parametrize(
    ("manager", "specs"),
    [
        (DNF, {MODULE: "pkgconfig(gtk+-3.0)", PROGRAM: "/usr/bin/x_y"}),
        (ZYPPER, {MODULE: "pkgconfig(gtk+-3.0)"}),
        (APK, {MODULE: "pc:gtk+-3.0", PROGRAM: "cmd:x_y"}),
        *((manager, {}) for manager in (PACMAN, BREW, CONDA, MAMBA, MICROMAMBA, PIXI, NIX)),
    ],
    ids=name_of,
)
def test_names_by_content(manager: Manager, specs: dict[Content, str]) -> None:
    expected = {content: Derived(spec=spec) for content, spec in specs.items()}
    assert manager.derive((MODULE, PROGRAM), RecordedHost()).specs == expected
    assert manager.derive((MODULE, PROGRAM), None).specs == expected


@each
@pytest.mark.parametrize("name", [*FORBIDDEN, "../x", "a)b", "a(b", "a'b", "a/b", ".x", "_x", "+x", "a" * 129])
def test_no_name_by_content_that_is_none(manager: Manager, name: str) -> None:
    contents = (Content(kind="pkg-config", name=name), Content(kind="executable", name=name))
    assert manager.derive(contents, RecordedHost()).specs == {}


@pytest.mark.parametrize(("manager", "name"), [(DNF, "x.rpm"), (APK, "x.apk")], ids=name_of)
def test_a_program_whose_name_would_be_taken_for_a_file(manager: Manager, name: str) -> None:
    assert manager.derive((Content(kind="executable", name=name),), None).specs == {}
