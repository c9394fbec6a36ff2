"""xbps: what it answers in the forms of two versions, and what is made of faults."""

from __future__ import annotations

import re

import pytest

from extdeps.child import Completed
from extdeps.manager.xbps import Xbps
from extdeps.model.constraint import parse_constraints
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

XBPS = Xbps()
CURRENT = "https://repo-default.voidlinux.org/current"
DRY_RUN = ("xbps-install", "--dry-run", "--")
PKGVER = ("xbps-query", "-R", "-p", "pkgver", "-s", "")
PROVIDES = ("xbps-query", "-R", "-p", "provides", "-s", "")
EMPTY = Completed(returncode=0, stdout="")


def recorded(version: str = "2023") -> RecordedHost:
    return load_host(f"managers/xbps-{version}")


def test_its_version() -> None:
    assert XBPS.find_version(make_site(recorded())) == "0.59.2"


@pytest.mark.parametrize("further", [0, 49])
def test_what_it_has(further: int) -> None:
    host = recorded()
    names = ("zlib", "font-util", "awk", *(f"nosuch{number}" for number in range(further)))
    assert XBPS.find_available(names, make_site(host)) == Availability(
        packages={
            "zlib": (
                PackageVersion(name="zlib", version="1.3.1_1", origin=CURRENT),
                PackageVersion(name="zlib", version="1.3_9", origin=f"{CURRENT}/nonfree"),
            ),
            "font-util": (PackageVersion(name="font-util", version="1.4.1_1", origin=CURRENT),),
            "awk": (PackageVersion(name="mawk", version="1.3.4.20240905_2", origin=CURRENT),),
        }
    )
    assert host.runs == [PKGVER, PROVIDES]


def test_no_names() -> None:
    assert XBPS.find_available((), make_site()) == Availability()


@pytest.mark.parametrize(("version", "download"), [("2014", None), ("2023", 130000)])
def test_a_preview(version: str, download: int | None) -> None:
    host = recorded(version)
    assert XBPS.preview(("zlib-devel",), make_site(host)) == Preview(
        changes=(
            Change(kind="remove", package="unclutter", before="8_5"),
            Change(kind="upgrade", package="zlib", before="1.3_1", after="1.3.1_1"),
            Change(kind="install", package="zlib-devel", after="1.3.1_1"),
        ),
        download=download,
    )
    assert len(host.runs) == 2


def test_a_downgrade() -> None:
    change = Change(kind="downgrade", package="newest", before="9.0_1", after="8.0_1")
    assert XBPS.preview(("newest",), make_site(recorded())).losses == (change,)


@pytest.mark.parametrize("version", ["2014", "2023"])
def test_what_is_there_needs_nothing(version: str) -> None:
    assert XBPS.preview(("base-files",), make_site(recorded(version))) == Preview(download=0)


@pytest.mark.parametrize(
    ("version", "name", "problem"),
    [
        ("2014", "nosuch", "Unable to locate 'nosuch' in repository pool."),
        ("2023", "nosuch", "Package 'nosuch' not found in repository pool."),
        (
            "2023",
            "unclutter-xfixes",
            "CONFLICT: unclutter-xfixes-1.6_1 with installed pkg unclutter-8_5 (matched by unclutter>=0); "
            "Transaction aborted due to conflicting packages.",
        ),
    ],
)
def test_what_it_refuses(version: str, name: str, problem: str) -> None:
    assert XBPS.preview((name,), make_site(recorded(version))) == Preview(problem=problem)


FAULTS = [
    (Completed(returncode=0, stdout="\x00\xff<html>"), "`{}` printed nothing that can be read"),
    (EMPTY, "`{}` printed nothing that can be read"),
    (
        Completed(returncode=-9, stdout="", fault="it took longer than 60 s"),
        "`{}` gave no answer: it took longer than 60 s",
    ),
    (Completed(returncode=1, stdout="", stderr="Fehler\n"), "Fehler"),
    (Completed(returncode=1, stdout=""), "`{}` failed with 1: it printed nothing"),
    (Completed(returncode=0, stdout="", stderr="ERROR: broken\n"), "broken"),
    (
        Completed(
            returncode=0,
            stdout=f"zlib-1_1 install x86_64 {CURRENT} 1 1\nzlib-1_1: zlib-1_1 ({CURRENT})\n",
            stderr="ERROR: failed to open repository\n",
        ),
        "failed to open repository",
    ),
]


@pytest.mark.parametrize(("done", "problem"), FAULTS)
def test_faults(done: Completed, problem: str) -> None:
    host = RecordedHost(commands={PKGVER: done, (*DRY_RUN, "zlib"): done})
    assert XBPS.preview(("zlib",), make_site(host)) == Preview(problem=problem.format("xbps-install"))
    available = XBPS.find_available(("zlib",), make_site(host))
    assert available == Availability(problem=problem.format("xbps-query"))


def test_faults_of_the_second_question() -> None:
    slow = Completed(returncode=-9, stdout="", fault="it took longer than 60 s")
    problem = "`xbps-query` gave no answer: it took longer than 60 s"
    listed = Completed(returncode=0, stdout=f"zlib-1_1: zlib-1_1 ({CURRENT})\n")
    action = Completed(returncode=0, stdout=f"zlib-1_1 install x86_64 {CURRENT} 1 1\n")
    commands = {PKGVER: listed, PROVIDES: slow, (*DRY_RUN, "zlib"): action, ("xbps-query", "-l"): slow}
    site = make_site(RecordedHost(commands=commands))
    assert XBPS.find_available(("zlib",), site) == Availability(problem=problem)
    assert XBPS.preview(("zlib",), site) == Preview(problem=problem)


def test_a_machine_on_which_nothing_is_installed() -> None:
    action = Completed(returncode=0, stdout=f"zlib-1_1 install x86_64 {CURRENT} 1 7\n")
    host = RecordedHost(commands={(*DRY_RUN, "zlib"): action, ("xbps-query", "-l"): EMPTY})
    change = Change(kind="install", package="zlib", after="1_1")
    assert XBPS.preview(("zlib",), make_site(host)) == Preview(changes=(change,), download=7)


def test_without_xbps() -> None:
    assert XBPS.preview(("zlib",), make_site()).problem == "`xbps-install` gave no answer: it cannot be run here"


def test_commands() -> None:
    site = make_site()
    assert XBPS.install_command(("a", "b"), site) == ("xbps-install", "-S", "a", "b")
    assert XBPS.install_command(("a",), site, unattended=True) == ("xbps-install", "--yes", "--", "a")
    assert XBPS.refresh_command(site) == ("xbps-install", "-S")
    assert re.search(XBPS.lock_message, "Failed to lock the pkgdb: Resource temporarily unavailable")
    assert not re.search(XBPS.lock_message, "Failed to lock the pkgdb: Permission denied")


@pytest.mark.parametrize(
    ("constraints", "spec"),
    [(">=1.2", "zlib>=1.2"), (">1.2,<2", "zlib>1.2"), ("<2", "zlib<2"), ("==1.2", "zlib"), ("<=2", "zlib")],
)
def test_constraints(constraints: str, spec: str) -> None:
    assert XBPS.constrain("zlib", parse_constraints(constraints)) == spec


@pytest.mark.parametrize("name", ["@group", "-o", "a*", "./a.xbps", "zlib>=1", "zlib<2", ""])
def test_what_is_no_name(name: str) -> None:
    assert not XBPS.accepts(name)


def test_the_index() -> None:
    directory = "/var/db/xbps/https___repo-default_voidlinux_org_current"
    assert XBPS.find_index_time(make_site(RecordedHost(empty=["/var/db/xbps/pkgdb-0.38.plist"]))) is None
    assert XBPS.find_index_time(make_site(RecordedHost(empty=[f"{directory}/other"]))) is None
    assert XBPS.find_index_time(make_site(RecordedHost(empty=[f"{directory}/x86_64-repodata"]))) is not None


@pytest.mark.parametrize(("state", "commands"), [("installed", ()), ("unpacked", (("xbps-reconfigure", "--all"),))])
def test_what_an_interrupted_run_left(state: str, commands: tuple[tuple[str, ...], ...]) -> None:
    text = f"<plist><dict><key>a</key><dict><key>state</key><string>{state}</string></dict></dict></plist>"
    host = RecordedHost(files={"/var/db/xbps/pkgdb-0.38.plist": text})
    assert XBPS.repair_commands(make_site(host)) == commands
    assert XBPS.repair_commands(make_site()) == ()
