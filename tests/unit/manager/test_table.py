"""Which managers there are, which is chosen, and what the mappings say of them."""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest

from extdeps.errors import UsageError
from extdeps.manager.table import (
    _MANAGERS,
    INDEX_AGE,
    FoundManager,
    choose_manager,
    families,
    find_managers,
    get_manager,
    has_stale_index,
    make_commands,
    manager_named,
)
from extdeps.model.evidence import InstallCommand
from extdeps.resources import shipped_directory
from extdeps.versions.table import get_order
from support.recorded import RecordedHost, make_site

NAMES = ("apt", "dnf", "zypper", "pacman", "apk", "brew", "conda", "mamba", "micromamba", "pixi", "nix")


def found(*names: str) -> tuple[FoundManager, ...]:
    return tuple(FoundManager(name=name, path=f"/usr/bin/{name}") for name in names)


@pytest.mark.parametrize("name", NAMES)
def test_a_manager_by_its_name(name: str) -> None:
    assert get_manager(name).name == name


def test_a_manager_that_nobody_knows() -> None:
    with pytest.raises(KeyError):
        get_manager("nosuch")


@pytest.mark.parametrize(
    ("text", "there", "name"),
    [
        ("apt", (), "apt"),
        ("conda-forge", (), "conda"),
        ("conda-forge", ("micromamba",), "micromamba"),
        ("homebrew", (), "brew"),
    ],
)
def test_the_manager_that_somebody_means(text: str, there: tuple[str, ...], name: str) -> None:
    assert manager_named(text, found(*there)) == name


@pytest.mark.parametrize(
    ("text", "nearest"),
    [
        ("aptt", "did you mean `apt`? "),
        ("Brew", "did you mean `brew`? "),
        ("condaforge", "did you mean `conda-forge`? "),
        ("nosuch", ""),
        ("", ""),
    ],
)
def test_a_name_that_nobody_has_and_the_nearest(text: str, nearest: str) -> None:
    with pytest.raises(UsageError) as caught:
        manager_named(text)
    assert caught.value.message == f"`{text}` is not a package manager"
    assert caught.value.hint == (
        f"{nearest}one of apt, dnf, yum, microdnf, zypper, pacman, apk, brew, conda, mamba, micromamba, pixi, nix, "
        "emerge, xbps, pkg, port, guix, spack, vcpkg, conan, winget, choco, scoop, pip"
    )


def test_the_managers_of_a_machine() -> None:
    host = RecordedHost(
        executables=["/usr/bin/nix", "/usr/bin/dnf5", "/usr/bin/apt-get", "/opt/conda/bin/conda", "/usr/bin/apt"],
        empty=["/usr/bin/brew"],
    )
    assert find_managers(host) == (
        FoundManager(name="apt", path="/usr/bin/apt-get"),
        FoundManager(name="dnf", path="/usr/bin/dnf5"),
        FoundManager(name="nix", path="/usr/bin/nix"),
    )
    assert find_managers(RecordedHost()) == ()
    assert host.runs == []


def test_the_families_of_a_derivative() -> None:
    assert families(found("apt", "dnf", "zypper", "brew", "conda", "nix")) == (
        "debian",
        "fedora",
        "opensuse",
        "homebrew",
        "conda-forge",
        "nix",
    )
    assert families(found("pip", "conda", "apt", "mamba")) == ("debian", "conda-forge")
    assert families(()) == ()


@pytest.mark.parametrize(
    ("ecosystem", "there", "chosen"),
    [
        ("debian", ("apt",), "apt"),
        ("debian", (), "apt"),
        ("ubuntu", ("brew",), "apt"),
        ("fedora", ("dnf",), "dnf"),
        ("rhel", (), "dnf"),
        ("conda-forge", (), "conda"),
        ("conda-forge", ("micromamba",), "micromamba"),
        ("conda-forge", ("pixi", "mamba"), "mamba"),
        ("conda-forge", ("apt", "pixi"), "pixi"),
        ("homebrew", (), "brew"),
        ("nix", ("nix",), "nix"),
        ("macports", ("brew",), "port"),
        ("msys2", (), "pacman"),
        ("plan9", ("brew",), None),
        ("nosuch", ("apt",), None),
        ("", (), None),
    ],
)
def test_the_manager_of_an_ecosystem(ecosystem: str, there: tuple[str, ...], chosen: str | None) -> None:
    manager = choose_manager(ecosystem, found(*there))
    assert (manager.name if manager else None) == chosen


@pytest.mark.parametrize(
    ("name", "is_root", "programs", "elevation"),
    [
        ("apt", True, ["sudo"], ""),
        ("apt", False, ["run0", "doas", "sudo"], "sudo"),
        ("apt", False, ["run0", "doas"], "doas"),
        ("apt", False, ["run0"], "run0"),
        ("apt", False, [], ""),
        ("brew", False, ["sudo"], ""),
        ("conda", False, ["sudo"], ""),
    ],
)
def test_elevation(name: str, is_root: bool, programs: list[str], elevation: str) -> None:
    host = RecordedHost(executables=[f"/usr/bin/{program}" for program in programs], is_root=is_root)
    commands = make_commands(get_manager(name), {"x": ()}, ecosystem="debian", site=make_site(host))
    assert {command.elevation for command in commands} == {elevation}


def test_the_last_of_several_commands_installs() -> None:
    commands = make_commands(
        get_manager("apt"), {"xx": (), "g++": ()}, ecosystem="debian", site=make_site(RecordedHost(is_root=False))
    )
    update, install = (
        InstallCommand(manager="apt", ecosystem="debian", argv=("apt-get", "update"), packages=()),
        InstallCommand(
            manager="apt", ecosystem="debian", argv=("apt-get", "install", "xx", "g++"), packages=("xx", "g++")
        ),
    )
    assert commands == (update, install)


@pytest.mark.parametrize("name", list(_MANAGERS))
def test_the_table_says_what_the_manager_says(name: str) -> None:
    manager, row = get_manager(name), _MANAGERS[name]
    said = (manager.executables, manager.ecosystems, manager.is_system)
    assert said == (row.executables, row.ecosystems, row.is_system)
    get_order(manager.scheme)


class AgedHost(RecordedHost):
    """Everything there was changed some time ago."""

    def __init__(self, age: float) -> None:
        super().__init__(empty=["/var/lib/apt/lists/x_Packages"])
        self._age = age

    def modification_time(self, path: str, /) -> float | None:
        return time.time() - self._age if self.exists(path) else None


@pytest.mark.parametrize(("age", "is_stale"), [(0.0, False), (INDEX_AGE - 60, False), (INDEX_AGE + 60, True)])
def test_an_old_index_is_fetched_anew(age: float, is_stale: bool) -> None:
    apt, site = get_manager("apt"), make_site(AgedHost(age))
    assert has_stale_index(apt, site) == is_stale
    argvs = [command.argv for command in make_commands(apt, {"xx": ()}, ecosystem="debian", site=site)]
    assert argvs == [("apt-get", "update")] * is_stale + [("apt-get", "install", "xx")]


def test_no_index_is_stale_but_where_there_is_one_to_fetch() -> None:
    assert has_stale_index(get_manager("apt"), make_site())
    assert not has_stale_index(get_manager("winget"), make_site())


# the mappings


def load_managers() -> list[tuple[str, str, list[str], bool, str]]:
    """File, manager, install command, whether it takes root, and the shape of a name, of each shipped mapping."""
    rows = []
    for path in sorted(Path(shipped_directory()).glob("*.mapping.json")):
        for entry in json.loads(path.read_text())["package_managers"]:
            install = entry["commands"]["install"]
            shape = entry["specifier_syntax"]["name_only"][0]
            rows.append((path.name, entry["name"], install["command"], install["requires_elevation"], shape))
    return rows


MANAGERS = load_managers()
_LONG = {"-c": "--channel"}
_QUESTIONS = {"-y", "--yes", "--assume-yes", "--noconfirm"}


def test_the_mappings_name_managers() -> None:
    assert len(MANAGERS) >= 10


@pytest.mark.parametrize(("file", "name", "command", "elevation", "shape"), MANAGERS, ids=lambda value: str(value)[:30])
def test_a_mapping_installs_as_we_do(file: str, name: str, command: list[str], elevation: bool, shape: str) -> None:
    ecosystem = file.removesuffix(".mapping.json").partition("+")[0]
    manager = choose_manager(ecosystem, found("apt" if name == "apt-get" else name))
    assert manager
    assert command[0] == name
    host = RecordedHost(empty=["/var/lib/apt/lists/x_Packages"], is_root=False)
    program, *ours = manager.install_command(("xx",), make_site(host))
    theirs = [_LONG.get(word, word).replace("{}", shape.replace("{name}", "xx")) for word in command[1:]]
    assert [word for word in theirs if word not in _QUESTIONS] == ours
    assert name in (manager.name, program)
    assert elevation == manager.needs_elevation(make_site(host))
