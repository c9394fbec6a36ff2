"""`extdeps plan --format X` as one types it, on a recorded Debian 12, with the overlays that are shipped."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Callable
from pathlib import Path

import dockerfile  # type: ignore[import-not-found]
import pytest
import yaml
from bindep.depends import Depends  # type: ignore[import-untyped]
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from extdeps.cli.main import main
from extdeps.render.formats.table import FORMATS
from support.recorded import RecordedHost, load_host
from support.roots import write_root
from support.shells import assert_readable

PYPROJECT = """
[project]
name = "demo"
version = "1.0"
[external]
build-requires = ["dep:virtual/compiler/c"]
host-requires = ["zlib>=1.2", "pybind11"]
dependencies = ["ffmpeg"]
"""
ASKED = ("psycopg2[c]>=2.9", "lxml", "demo", "-d", "gdal>=3.4")
TYPED = "extdeps plan 'psycopg2[c]>=2.9' lxml ./demo -d 'gdal>=3.4'"
FILES = [name for name, item in FORMATS.items() if not item.is_of_machine]

DEBIAN_BUILD = {
    *("gcc", "libc6-dev", "python3-dev", "libpq-dev", "libxml2-dev", "libxslt1-dev", "libgdal-dev"),
    *("zlib1g-dev", "pybind11-dev", "ffmpeg"),
}
CONDA = {
    *("python", "c-compiler", "libpq >=9.1", "libxml2 >=2.9.2", "libxslt >=1.1.27", "libgdal >=3.4", "zlib >=1.2"),
    *("pybind11", "ffmpeg"),
}
NIX = {"gcc", "libpq", "libxml2", "libxslt", "gdal", "zlib", "ffmpeg", "python3Packages.pybind11"}


class Place:
    """A directory with a source tree and root file systems, and what the command says there."""

    def __init__(self, directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.directory = directory
        self._capsys = capsys

    def plan(self, name: str, *arguments: str, root: str = "debian-12", code: int = 0) -> str:
        """What `extdeps plan` prints as a format."""
        assert main(["plan", *arguments, "--offline", "--root", root, "--format", name]) == code
        printed = self._capsys.readouterr()
        assert printed.err == ""
        return printed.out

    def refuse(self, *arguments: str) -> str:
        """What it says instead."""
        assert main(["plan", *arguments, "--offline", "--root", "debian-12"]) == 2
        printed = self._capsys.readouterr()
        assert printed.out == ""
        return printed.err


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Place:
    (tmp_path / "demo").mkdir()
    (tmp_path / "demo" / "pyproject.toml").write_text(PYPROJECT)
    for name in ("debian-12", "fedora-42"):
        write_root(tmp_path / name, load_host(name))
    release = load_host("debian-12").read_bytes("/etc/os-release") or b""
    bare = RecordedHost(
        files={"/etc/os-release": release}, executables=("/usr/bin/python3", "/usr/bin/apt-get", "/usr/bin/dpkg")
    )
    write_root(tmp_path / "bare", bare)
    monkeypatch.chdir(tmp_path)
    return Place(tmp_path, capsys)


def read_dockerfile(text: str) -> set[str]:
    """The packages of the stage that builds, but Python; every layer is one that its shell reads."""
    layers = [command.value[0] for command in dockerfile.parse_string(text) if command.cmd.upper() == "RUN"]
    for layer in layers:
        assert_readable(layer)
    assert layers[1].endswith("install --no-cache-dir 'psycopg2[c]>=2.9' lxml /src/demo")
    return set(re.findall(r"^ {6}(\S+)", text.partition("\nFROM ${BASE}\n")[0], re.MULTILINE)) - {
        "python3",
        "python3-venv",
    }


def read_devcontainer(text: str) -> set[str]:
    document = json.loads("\n".join(line for line in text.splitlines() if not line.startswith("//")))
    assert_readable(document["onCreateCommand"])
    return set(document["onCreateCommand"].partition("--no-install-recommends ")[2].split())


def read_github(text: str) -> set[str]:
    (step,) = yaml.safe_load(text)
    assert_readable(step["run"], "bash")
    return set(step["run"].partition("--no-install-recommends")[2].replace("\\\n", "").split())


def read_environment(text: str) -> set[str]:
    document = yaml.safe_load(text)
    *_, pip = document["dependencies"]
    assert pip == {"pip": ["lxml", "psycopg2[c]>=2.9", "./demo"]}
    return {item for item in document["dependencies"] if isinstance(item, str)} - {"pip"}


def read_workspace(text: str) -> set[str]:
    document = tomllib.loads(text)
    assert document["pypi-dependencies"] == {"lxml": "*", "psycopg2": {"version": ">=2.9", "extras": ["c"]}}
    assert "# Left out: ./demo, for which there is no place in this file\n" in text
    return {f"{name} {bounds}".removesuffix(" *") for name, bounds in document["dependencies"].items()}


def read_nix(text: str) -> set[str]:
    return set(re.findall(r"^ +pkgs\.([\w.-]+)$", text, re.MULTILINE))


def read_brewfile(text: str) -> set[str]:
    return set(re.findall(r'^brew "(\S+)"$', text, re.MULTILINE))


def read_bindep(text: str) -> set[str]:
    depends = Depends(text)
    rules = depends.active_rules(["platform:debian", "platform:dpkg", "compile"])
    return set(depends.list_all_packages(rules))


def read_apt_txt(text: str) -> set[str]:
    return {line for line in text.splitlines() if not line.startswith("#")}


def read_script(text: str) -> set[str]:
    assert_readable(text)
    return set(text.partition("apt-get install ")[2].split())


def read_bill(text: str) -> set[str]:
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    return {item["name"] for item in json.loads(text)["components"] if item.get("purl", "").startswith("pkg:deb/")}


READERS: dict[str, tuple[Callable[[str], set[str]], set[str]]] = {
    "Brewfile": (
        read_brewfile,
        {"gcc", "python3", "libpq", "libxml2", "libxslt", "gdal", "zlib", "pybind11", "ffmpeg"},
    ),
    "apt.txt": (read_apt_txt, DEBIAN_BUILD),
    "bindep.txt": (read_bindep, DEBIAN_BUILD),
    "devcontainer": (read_devcontainer, DEBIAN_BUILD),
    "dockerfile": (read_dockerfile, DEBIAN_BUILD),
    "environment.yml": (read_environment, CONDA),
    "flake.nix": (read_nix, NIX),
    "github": (read_github, DEBIAN_BUILD),
    "pixi.toml": (read_workspace, CONDA),
    "shell.nix": (read_nix, NIX),
}
"""What reads a file, and the packages that are in it: all that is needed, though Debian has some of it already."""


@pytest.mark.parametrize("name", FILES)
def test_all_that_is_needed(name: str, place: Place) -> None:
    read, packages = READERS[name]
    assert read(place.plan(name, *ASKED)) == packages


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_what_this_machine_has(name: str, place: Place) -> None:
    assert place.plan(name, *ASKED) == place.plan(name, *ASKED, root="bare")


@pytest.mark.parametrize("name", FILES)
def test_nothing_of_another_machine(name: str, place: Place) -> None:
    families = FORMATS[name].families
    target = "debian+12" if "debian" in families else "ubuntu+24.04" if "ubuntu" in families else families[0]
    options = (*ASKED, "--target", target)
    assert place.plan(name, *options) == place.plan(name, *options, root="fedora-42")


def test_of_this_machine_only_what_it_lacks(place: Place) -> None:
    lacking = {"libpq-dev", "libxslt1-dev", "libgdal-dev", "pybind11-dev", "ffmpeg"}
    assert read_script(place.plan("sh", *ASKED)) == lacking
    assert read_bill(place.plan("cyclonedx", *ASKED)) == lacking


@pytest.mark.parametrize(
    ("name", "arguments", "head"),
    [
        ("sh", (), f"#!/bin/sh\n# Made by `{TYPED} --format sh`, for debian+12.\n"),
        ("sh", ("--target", "fedora+42"), f"#!/bin/sh\n# Made by `{TYPED} --target fedora+42 --format sh`.\n"),
        ("dockerfile", (), f"# Made by `{TYPED} --target debian+12 --format dockerfile`.\n"),
        ("github", (), f"# Made by `{TYPED} --target ubuntu+24.04 --format github`.\n# For a job with"),
        ("apt.txt", ("--target", "ubuntu"), f"# Made by `{TYPED} --target ubuntu --format apt.txt`.\n"),
        ("environment.yml", (), f"# Made by `{TYPED} --format environment.yml`.\n"),
        ("environment.yml", ("--target", "conda-forge"), f"# Made by `{TYPED} --format environment.yml`.\n"),
        ("bindep.txt", ("--target", "fedora"), f"# Made by `{TYPED} --target fedora --format bindep.txt`.\n"),
        (
            "bindep.txt",
            (),
            f"# Made by `{TYPED} --format bindep.txt`, for debian+13, ubuntu+26.04, fedora, rhel, opensuse, arch, "
            "alpine, gentoo, homebrew.\n",
        ),
        ("Brewfile", (), f"# frozen_string_literal: true\n# Made by `{TYPED} --format Brewfile`.\n"),
        ("devcontainer", (), f"// Made by `{TYPED} --target debian+12 --format devcontainer`.\n"),
    ],
)
def test_the_command_that_makes_it_again(name: str, arguments: tuple[str, ...], head: str, place: Place) -> None:
    assert place.plan(name, *ASKED, *arguments).startswith(head)


@pytest.mark.parametrize("name", [name for name in FILES if "fedora" not in FORMATS[name].families])
def test_a_target_that_it_is_not_written_for(name: str, place: Place) -> None:
    families = ", ".join(FORMATS[name].families)
    refusal = f"error[usage]: `{name}` is not written for `fedora+42`\n\nhint: it is for {families}\n"
    assert place.refuse("lxml", "--target", "fedora+42", "--format", name) == refusal


def test_a_script_for_a_target_asks_nothing(place: Place) -> None:
    text = place.plan("sh", "-d", "zlib>=1.2", "--target", "debian+12")
    assert text == (
        "#!/bin/sh\n"
        "# Made by `extdeps plan -d 'zlib>=1.2' --target debian+12 --format sh`.\n"
        "# Note: apt: versions are as of 2026-07-11\n"
        "set -eu\n"
        "\n"
        "apt-get update\n"
        "apt-get install -y --no-install-recommends zlib1g-dev\n"
    )
    assert_readable(text)


@pytest.mark.parametrize("name", ["apt.txt", "dockerfile"])
def test_only_a_phase(name: str, place: Place) -> None:
    text = place.plan(name, *ASKED, "--phase", "run")
    assert "-dev" not in text
    assert {"libxml2", "libpq5", "libgdal32"} <= set(text.split())


@pytest.mark.parametrize("name", ["apt.txt", "bindep.txt", "dockerfile", "devcontainer", "sh"])
def test_what_cannot_be_met_is_said(name: str, place: Place) -> None:
    text = place.plan(name, "pyproj", "--target", "debian+12", code=4)
    mark = "//" if name == "devcontainer" else "#"
    reason = f"{mark} Left out: no version that is here or can be had is proj>=9.4 (host for pyproj)\n"
    assert (
        f"{reason}{mark}   there is 9.1.1 of apt\n{mark}   `pyproj>=3.5,<3.7` builds with proj 9.1.1 of apt\n" in text
    )
    assert "proj-bin" in text


def test_what_cannot_be_met_is_in_the_bill(place: Place) -> None:
    document = json.loads(place.plan("cyclonedx", "pyproj", "--target", "debian+12", code=4))
    (unmet,) = (
        item["value"]
        for item in document["metadata"]["properties"]
        if item["value"].startswith("dep:generic/proj@>=9.4 (host)")
    )
    assert "; `pyproj>=3.5,<3.7` builds with proj 9.1.1 of apt" in unmet


def test_versions_are_spoken_of_once(place: Place) -> None:
    for name in FILES:
        lines = place.plan(name, "-d", "gdal>=3.4").splitlines()
        assert sum("not looked up" in line and "ubuntu" not in line for line in lines) <= (7 if "bindep" in name else 1)
        assert not (
            any("as of" in line for line in lines)
            and any(line == "# Note: apt: versions were not looked up" for line in lines)
        )


@pytest.mark.parametrize("name", FORMATS)
def test_into_a_file(name: str, place: Place) -> None:
    printed = place.plan(name, *ASKED)
    assert place.plan(name, *ASKED, "--output", "made") == ""
    assert (place.directory / "made").read_text(encoding="utf-8") == printed


def test_a_settled_manager_is_not_that_of_every_file(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    (place.directory / "config.toml").write_text('manager = "conda"\n')
    monkeypatch.setenv("EXTDEPS_CONFIG", str(place.directory / "config.toml"))
    assert "      libgdal-dev \\\n" in place.plan("dockerfile", "-d", "gdal")


@pytest.mark.parametrize("subject", ["demo", "demo/", "./demo", "demo/pyproject.toml"])
def test_a_directory_is_no_project_of_that_name(subject: str, place: Place) -> None:
    text = place.plan("dockerfile", subject)
    assert text.startswith("# Made by `extdeps plan ./demo --target")
    assert "COPY . /src\n" in text
    assert "install --no-cache-dir /src/demo\n" in text
