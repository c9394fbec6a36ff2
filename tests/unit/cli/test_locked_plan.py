"""`extdeps plan --locked` and `install --locked`: nothing but what a lock has, on a Debian 12 that is written down."""

from __future__ import annotations

import argparse
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.cli.commands import install, plan
from extdeps.cli.commands.lock import Locking
from extdeps.cli.commands.lock import configure as configure_lock
from extdeps.cli.main import main
from extdeps.cli.planning import plans_of
from extdeps.cli.planningchoice import make_planning
from extdeps.cli.session import Session
from extdeps.errors import DriftError, UsageError
from extdeps.manager.elevation import Elevation
from extdeps.model.plan import Plan
from support.recorded import RecordedHost

Say = pytest.CaptureFixture[str]

PROJECT = """\
[project]
name = "Spam_Eggs"
version = "1"

[external]
host-requires = ["dep:generic/zlib@>=1.2", "dep:generic/gdal@>=3.4"]
"""
SIMULATE = (
    *("apt-get", "--simulate", "--yes", "--allow-downgrades", "-o", "Debug::NoLocking=true"),
    *("-o", "APT::Cmd::Pattern-Only=true", "install", "--", "libgdal-dev"),
)
ZLIB = "Name: zlib\nDescription: zlib\nVersion: {}\nLibs: -lz\n"


def showpkg(name: str) -> str:
    return f"Package: {name}\nVersions: \n\nReverse Depends: \nDependencies: \nProvides: \nReverse Provides: \n"


def policy(name: str, version: str) -> str:
    return (
        f"{name}:\n  Installed: (none)\n  Candidate: {version}\n  Version table:\n"
        f"     {version} 500\n        500 http://deb.debian.org/debian bookworm/main amd64 Packages\n"
    )


def make_host(gdal: str = "3.6.2+dfsg-1+b2", zlib: str = "1.2.13") -> RecordedHost:
    """A Debian 12 that has zlib, and whose apt has GDAL."""
    names = ("zlib1g-dev", "libgdal-dev")
    return RecordedHost(
        files={
            "/etc/os-release": 'ID=debian\nVERSION_ID="12"\nVERSION_CODENAME=bookworm\n',
            "/usr/lib/x86_64-linux-gnu/pkgconfig/zlib.pc": ZLIB.format(zlib),
            "/var/lib/dpkg/status": "",
        },
        executables=["/usr/bin/apt-get", "/usr/bin/apt-cache"],
        empty=["/usr/include/zlib.h", "/usr/lib/x86_64-linux-gnu/libz.so", "/var/lib/apt/lists/x_Packages"],
        commands={
            ("apt-cache", "showpkg", "--", *names): Completed(returncode=0, stdout="".join(map(showpkg, names))),
            ("apt-cache", "policy", "--", *names): Completed(
                returncode=0, stdout=policy(names[0], "1:1.2.13.dfsg-1") + policy(names[1], gdal)
            ),
            ("apt-cache", "showpkg", "--", "libgdal-dev"): Completed(returncode=0, stdout=showpkg("libgdal-dev")),
            SIMULATE: Completed(
                returncode=0,
                stdout="0 upgraded, 1 newly installed, 0 to remove and 0 not upgraded.\n"
                f"Inst libgdal-dev ({gdal} Debian:12/stable [amd64])\n",
            ),
        },
    )


class RecordedSession(Session):
    """A session on a machine that is written down."""

    def __init__(self, arguments: argparse.Namespace, host: RecordedHost) -> None:
        super().__init__(arguments)
        self._recorded = host

    @property
    def host(self) -> RecordedHost:
        return self._recorded


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    place = tmp_path / "checkout"
    place.mkdir()
    (place / "pyproject.toml").write_text(PROJECT)
    monkeypatch.chdir(place)
    return place


def lock(*options: str) -> str:
    parser = argparse.ArgumentParser()
    configure_lock(parser)
    arguments = parser.parse_args([*options, "--quiet", "--offline"])
    assert Locking(arguments, RecordedSession(arguments, make_host()), plans_of).run() == 0
    return Path("extdeps.lock").read_text()


def plan_locked(*options: str, host: RecordedHost | None = None) -> Plan:
    parser = argparse.ArgumentParser()
    plan.configure(parser)
    arguments = parser.parse_args(["--locked", "--offline", *options])
    session = RecordedSession(arguments, host or make_host())
    machine = session.machine
    return make_planning(session, arguments).plan(machine, Elevation())


def tell(made: Plan) -> list[str]:
    lines = [f"{item.identifier} {item.source} {item.version} {' '.join(item.packages)}" for item in made.decisions]
    return [*lines, *(line for item in made.unmet for line in (item.reason, *item.details))]


def test_the_lock_of_a_project_is_of_its_name() -> None:
    """Wherever it lies: here it is asked about as `.`, and then by its path."""
    text = lock()
    assert text.count('by = "spam-eggs"') == 2
    assert 'by = "."' not in text
    for subject in (".", "pyproject.toml", str(Path.cwd()), str(Path.cwd() / "pyproject.toml"), "../checkout"):
        assert tell(plan_locked(subject, "--lock-file", "extdeps.lock")) == [
            "dep:generic/zlib here 1.2.13 zlib1g-dev",
            "dep:generic/gdal apt 3.6.2 libgdal-dev",
        ]


def test_a_project_without_a_name_is_the_one_beside_the_lock(project: Path) -> None:
    (project / "pyproject.toml").write_text(PROJECT[PROJECT.index("[external]") :])
    assert lock().count('by = "."') == 2
    for subject in (".", str(project), f"{project}/pyproject.toml", "../checkout"):
        assert tell(plan_locked(subject, "--lock-file", "extdeps.lock"))[0] == "dep:generic/zlib here 1.2.13 zlib1g-dev"


def test_a_version_before_the_locked_one_is_not_installed() -> None:
    lock()
    made = plan_locked(host=make_host("3.5.0-1"))
    assert tell(made)[1:] == [
        "nobody here has gdal>=3.4 (host for .)",
        "`libgdal-dev` 3.6.2 was decided before, and there is 3.5.0 of apt (`libgdal-dev`)",
    ]


def test_a_later_version_is_told() -> None:
    """A release mends its packages; the data still know of the locked version, so to lock again would not help."""
    lock()
    made = plan_locked(host=make_host("3.6.4-1"))
    assert tell(made)[1] == "dep:generic/gdal apt 3.6.4 libgdal-dev"
    assert made.notes == ("dep:generic/gdal (host): 3.6.4 of apt, locked 3.6.2",)
    assert made.unmet == ()


def test_a_later_version_than_one_that_the_data_no_longer_know() -> None:
    Path("extdeps.lock").write_text(lock().replace('"3.6.2"', '"3.6.1"'))
    assert tell(plan_locked())[1:] == [
        "nobody here has gdal>=3.4 (host for .)",
        "`libgdal-dev` 3.6.1 was decided before, and there is 3.6.2 of apt (`libgdal-dev`)",
    ]


def test_what_is_here_in_an_earlier_version_has_drifted() -> None:
    lock()
    with pytest.raises(DriftError) as caught:
        plan_locked(host=make_host(zlib="1.2.12"))
    assert caught.value.context == ("dep:generic/zlib (host): version 1.2.12, locked 1.2.13",)


def test_what_is_here_in_a_later_version_has_not() -> None:
    lock()
    assert tell(plan_locked(host=make_host(zlib="1.3.1")))[0] == "dep:generic/zlib here 1.3.1 zlib1g-dev"


def test_a_target_that_is_not_here() -> None:
    lock("--target", "fedora+42", "--target", "debian+12")
    assert tell(plan_locked("--target", "fedora+42")) == [
        "dep:generic/zlib dnf  zlib-devel",
        "dep:generic/gdal dnf  gdal-devel",
    ]


DRIFTED = """\
error[lock-drift]: `extdeps.lock` is not of what is so now (debian+12)
  dep:generic/curl (build): not locked, asked for any version by --dep

hint: `extdeps lock` settles on what is so now
"""


@pytest.mark.parametrize("wanted", ["table", "sh", "dockerfile", "json"])
def test_drift_is_a_finding_and_no_plan(wanted: str, capsys: Say) -> None:
    lock()
    options = ("--target", "debian+12", "--offline", "--format", wanted)
    assert main(["plan", "--locked", ".", "-d", "curl", *options]) == 1
    said = capsys.readouterr()
    assert said.err == DRIFTED
    assert said.out == "" or '"code": "lock-drift"' in said.out
    assert main(["plan", "--locked", ".", *options]) == 0


def test_the_run_time_of_what_is_linked_against(capsys: Say) -> None:
    """A Dockerfile has a stage for it, and the lock, which is of a build, has it implied."""
    lock()
    assert main(["plan", "--locked", "--offline", "--target", "debian+12", "--format", "dockerfile"]) == 0
    text = capsys.readouterr().out
    assert "left out" not in text
    assert "libgdal-dev" in text.partition("AS build")[2].partition("FROM")[0]
    assert "libgdal32" in text.rpartition("FROM")[2]


def test_a_lock_of_another_machine(capsys: Say) -> None:
    lock()
    assert main(["plan", "--locked", "--offline", "--target", "debian+13"]) == 3
    assert capsys.readouterr().err == (
        "error[no-locked-target]: `extdeps.lock` has no target for `debian+13`\n"
        "  it has debian+12\n"
        "\n"
        "hint: the nearest is `debian+12`; `extdeps lock --target debian+13` locks it\n"
    )


def test_an_installation_is_refused_where_the_lock_is_not_current() -> None:
    """Also where all is here: it is looked at first."""
    lock()
    parser = argparse.ArgumentParser()
    install.configure(parser)
    arguments = parser.parse_args(["--lock-file", "extdeps.lock", "-d", "zlib", "--phase", "host", "--offline"])
    session = RecordedSession(arguments, make_host())
    with pytest.raises(DriftError) as caught:
        make_planning(session, arguments).check(session.machine)
    assert caught.value.context == (
        "dep:generic/gdal (host): no longer asked for, locked for >=3.4 by spam-eggs",
        "dep:generic/zlib (host): asked for any version by --dep, locked for >=1.2 by spam-eggs",
    )


def test_a_saved_plan_beside_a_lock() -> None:
    parser = argparse.ArgumentParser()
    install.configure(parser)
    arguments = parser.parse_args(["--plan", "plan.json", "--locked"])
    with pytest.raises(UsageError) as caught:
        make_planning(Session(arguments), arguments)
    assert str(caught.value) == "`--plan` says what is to be installed, and so does a lock"
    assert caught.value.hint == "give one of them"
