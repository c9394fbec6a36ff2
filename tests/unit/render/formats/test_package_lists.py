"""`apt.txt`, `bindep.txt` and the text of a Brewfile; Ruby reads the last one in `tests/live`."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from dataclasses import replace
from pathlib import Path

import pytest
from bindep.depends import Depends  # type: ignore[import-untyped]

from extdeps.model.plan import Plan
from extdeps.render.formats.table import FORMATS
from support.plans import SAMPLES, decide, make_plan, make_unmet

HOSTS = Path(__file__).parents[3] / "hosts"

APT = make_plan(
    decide("gdal", "host", "libgdal-dev", "gdal-bin", ecosystem="debian+13", asks=((">=3.4", "spam"),)),
    decide("gdal", "run", "libgdal36", ecosystem="debian+13", asks=((">=3.4", "spam"),)),
    decide("proj", "host", "libproj-dev", version="9.6", ecosystem="debian+13", asks=((">=9.2", "spam"),)),
    unmet=(make_unmet("spam"),),
    ecosystem="debian+13",
    notes=("the versions are those of today",),
)


def read_apt_txt(text: str) -> list[str]:
    """As repo2docker does, which puts what it has read on a command line of a shell."""
    packages = [package for line in text.splitlines() if (package := line.partition("#")[0].strip())]
    assert all(re.fullmatch(r"[a-z0-9.+-]+", package) for package in packages)
    return packages


def test_apt_txt() -> None:
    assert FORMATS["apt.txt"].render((APT,)) == (
        "# Made by `extdeps plan spam --target debian+13 --format apt.txt`.\n"
        "# Left out: libeggs>=9 (run) for spam: nobody has spam\n"
        "#   detail spam\n"
        "#   remedy spam\n"
        "# Not known to be met: gdal>=3.4 for spam.\n"
        "# Note: the versions are those of today\n"
        "gdal-bin\nlibgdal-dev\nlibgdal36\nlibproj-dev\n"
    )


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_as_apt_txt(name: str) -> None:
    packages = read_apt_txt(FORMATS["apt.txt"].render((SAMPLES[name],)))
    assert packages == sorted(SAMPLES[name].packages())


def brew_plan(*packages: str) -> Plan:
    decisions = (decide("x", "run", name, source="brew", ecosystem="homebrew") for name in packages)
    return make_plan(*decisions, ecosystem="homebrew")


def test_brewfile() -> None:
    plan = brew_plan("proj", "openssl@3", "homebrew/cask/basictex", "homebrew/core/zlib", "dartsim/dart/fcl")
    assert FORMATS["Brewfile"].render((plan,)) == (
        "# frozen_string_literal: true\n"
        "# Made by `extdeps plan spam --format Brewfile`.\n"
        'tap "dartsim/dart"\n'
        'brew "dartsim/dart/fcl"\nbrew "openssl@3"\nbrew "proj"\nbrew "zlib"\n'
        'cask "basictex"\n'
    )


NAMES = {
    # an ecosystem, what a build against libxml2 needs there, and what it needs when it runs
    "debian+13": ("libxml2-dev", "libxml2"),
    "ubuntu+26.04": ("libxml2-dev", "libxml2-16"),
    "fedora": ("libxml2-devel", "libxml2"),
    "rhel": ("libxml2-devel", "libxml2"),
    "opensuse": ("libxml2-devel", "libxml2-2"),
    "arch": ("libxml2", "libxml2"),
    "alpine": ("libxml2-dev", "libxml2"),
    "gentoo": ("dev-libs/libxml2", "dev-libs/libxml2"),
    "homebrew": ("libxml2", "libxml2"),
}


def target(ecosystem: str, host: str, run: str, *more: str) -> Plan:
    """A plan for a target on which two packages are needed, and others for a build."""
    return make_plan(
        decide("libxml2", "host", host, ecosystem=ecosystem, asks=((">=2.9", "spam"),)),
        decide("libxml2", "run", run, ecosystem=ecosystem),
        *(decide(name, "build", name, ecosystem=ecosystem) for name in more),
        ecosystem=ecosystem,
        is_verified=False,
    )


def render_bindep(*plans: Plan) -> str:
    return FORMATS["bindep.txt"].render(plans)


def ask(depends: Depends, *profiles: str) -> list[str]:
    """The packages that bindep takes out of a file for these profiles."""
    return depends.list_all_packages(depends.active_rules(profiles))  # type: ignore[no-any-return]


EVERYWHERE = tuple(target(ecosystem, *names) for ecosystem, names in NAMES.items())

JOINT = """\
# Made by `extdeps plan spam --format bindep.txt`, for debian+13, ubuntu+26.04, fedora, rhel, opensuse, arch, alpine, \
gentoo, homebrew.
# Not known to be met: libxml2>=2.9 for spam.
dev-libs/libxml2 [platform:gentoo]
libxml2 [platform:apk platform:brew platform:debian platform:pacman platform:redhat]
libxml2-16 [platform:pop platform:ubuntu]
libxml2-2 [platform:suse]
libxml2-dev [platform:apk platform:dpkg compile]
libxml2-devel [platform:rpm compile]
"""


def test_several_targets() -> None:
    assert render_bindep(*EVERYWHERE) == JOINT
    assert FORMATS["bindep.txt"].default == tuple(NAMES)


def bindep(directory: Path, os_release: str, text: str, *profiles: str) -> list[str]:
    """The packages that the program names on a machine with this os-release."""
    (directory / "bindep.txt").write_text(text)
    (directory / "os-release").write_text(os_release)
    done = subprocess.run(
        [sys.executable, "-m", "bindep", "-l", "newline", *profiles],
        cwd=directory,
        # what python-distro reads, and no `lsb_release` that tells of the machine of the test
        env={**os.environ, "UNIXCONFDIR": str(directory), "UNIXUSRLIBDIR": str(directory), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout.split()


@pytest.mark.skipif(sys.platform != "linux", reason="bindep asks brew on a Mac")
@pytest.mark.parametrize(
    ("host", "ecosystem"),
    [
        ("debian-12", "debian+13"),
        ("debian-13", "debian+13"),
        ("ubuntu-24.04", "ubuntu+26.04"),
        ("fedora-42", "fedora"),
        ("opensuse-leap-15.6", "opensuse"),
        ("arch", "arch"),
        ("alpine-3.22", "alpine"),
    ],
)
def test_bindep_on_recorded_systems(host: str, ecosystem: str, tmp_path: Path) -> None:
    files = tomllib.loads((HOSTS / f"{host}.toml").read_text())["files"]
    os_release = files.get("/etc/os-release") or files["/usr/lib/os-release"]
    assert sorted(bindep(tmp_path, os_release, JOINT, "compile")) == sorted(set(NAMES[ecosystem]))


@pytest.mark.skipif(sys.platform != "linux", reason="bindep asks brew on a Mac")
@pytest.mark.parametrize(
    ("os_release", "ecosystem"),
    [
        ('ID="rhel"\nVERSION_ID="9.4"\nNAME="Red Hat Enterprise Linux"\n', "rhel"),
        ('ID="rocky"\nVERSION_ID="9.4"\n', "rhel"),
        ('ID="ol"\nVERSION_ID="9.4"\n', "rhel"),
        ('ID="sles"\nVERSION_ID="15.6"\n', "opensuse"),
        ("ID=gentoo\nVERSION_ID=2.17\n", "gentoo"),
        ("ID=manjaro\n", "arch"),
        ("ID=pop\nVERSION_ID=22.04\n", "ubuntu+26.04"),
        ("ID=debian\nVERSION_CODENAME=forky\n", "debian+13"),
    ],
)
def test_each_system_gets_its_own(os_release: str, ecosystem: str, tmp_path: Path) -> None:
    """Each target has a package of its own name here, so that no two share a line."""
    text = render_bindep(*(target(name, "every-dev", f"lib-of-{name.partition('+')[0]}") for name in NAMES))
    assert bindep(tmp_path, os_release, text, "compile") == ["every-dev", f"lib-of-{ecosystem.partition('+')[0]}"]


def test_several_releases_of_one_system() -> None:
    text = render_bindep(
        target("debian+12", "libxml2-dev", "libxml2"),
        target("debian+13", "libxml2-dev", "libxml2-16"),
        target("debian+sid", "libxml2-dev", "libxml2-17"),
        target("opensuse+15.6", "libxml2-devel", "libxml2-2"),
        target("opensuse+16.0", "libxml2-devel", "libxml2-16"),
    )
    assert text.partition("for spam.\n")[2] == (
        "libxml2 [platform:debian-12]\n"
        "libxml2-16 [platform:debian-13 platform:opensuse-16.0 platform:sles-16.0]\n"
        "libxml2-17 [platform:debian !platform:debian-12 !platform:debian-13]\n"
        "libxml2-2 [platform:opensuse-15.6 platform:sles-15.6]\n"
        "libxml2-dev [platform:debian compile]\n"
        "libxml2-devel [platform:suse compile]\n"
    )
    depends = Depends(text)
    assert ask(depends, "platform:debian", "platform:debian-12", "platform:dpkg") == ["libxml2"]
    assert ask(depends, "platform:debian", "platform:dpkg") == ["libxml2-17"]
    assert ask(depends, "platform:suse", "platform:opensuse-15.6", "platform:rpm") == ["libxml2-2"]


def test_what_holds_for_some_says_for_which() -> None:
    unmet = replace(EVERYWHERE[2], unmet=(make_unmet("spam"),), notes=("on Fedora alone",))
    text = render_bindep(EVERYWHERE[0], unmet, target("homebrew", "openssl@3", "libxml2"))
    assert text == (
        "# Made by `extdeps plan spam --format bindep.txt`, for debian+13, fedora, homebrew.\n"
        "# Not known to be met: libxml2>=2.9 for spam.\n"
        "# fedora: Left out: libeggs>=9 (run) for spam: nobody has spam\n"
        "#   detail spam\n"
        "#   remedy spam\n"
        "# fedora: Note: on Fedora alone\n"
        "# homebrew: Left out: openssl@3, which bindep cannot read\n"
        "libxml2 [platform:brew platform:debian platform:fedora]\n"
        "libxml2-dev [platform:debian compile]\n"
        "libxml2-devel [platform:fedora compile]\n"
    )
    assert ask(Depends(text), "platform:brew", "platform:darwin") == ["libxml2"]


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_as_bindep_txt(name: str) -> None:
    plan = SAMPLES[name]
    depends = Depends(render_bindep(plan))
    assert sorted(ask(depends, "platform:debian", "compile")) == sorted(plan.packages())
    assert ask(depends, "platform:debian") == sorted(plan.packages("run"))
    assert ask(depends, "platform:fedora", "compile") == []


def test_a_name_that_bindep_cannot_read_is_said() -> None:
    names = ("R", "perl(Foo)", "libfoo:amd64", "a b", "x[y]")
    text = render_bindep(target("fedora", "libxml2-devel", "libxml2", *names))
    for name in names:
        assert f"# Left out: {name}, which bindep cannot read\n" in text
    assert ask(Depends(text), "platform:fedora", "compile") == ["libxml2", "libxml2-devel"]
