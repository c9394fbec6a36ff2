"""apk: what it answers in the forms of two versions, and what is made of faults."""

from __future__ import annotations

import re

import pytest

from extdeps.child import Completed
from extdeps.manager.apk import Apk
from extdeps.model.constraint import parse_constraints
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

APK = Apk()
LIST = ("apk", "list", "--available", "--providers")
each_version = pytest.mark.parametrize("version", ["2.14", "3.0"])


def recorded(version: str) -> RecordedHost:
    return load_host(f"managers/apk-{version}")


@each_version
def test_its_version(version: str) -> None:
    assert APK.find_version(make_site(recorded(version))).startswith(version)


@each_version
def test_what_it_has(version: str) -> None:
    host = recorded(version)
    names = ("zlib-dev", "pc:zlib", "cmd:awk", "py3-2to3", "nosuch")
    newest = PackageVersion(name="zlib-dev", version="1.3.1-r2")
    assert APK.find_available(names, make_site(host)) == Availability(
        packages={
            "zlib-dev": (newest, PackageVersion(name="zlib-dev", version="1.3.1-r1")),
            "pc:zlib": (newest,),
            "cmd:awk": (
                PackageVersion(name="busybox", version="1.37.0-r18"),
                PackageVersion(name="gawk", version="5.3.2-r2"),
            ),
            "py3-2to3": (PackageVersion(name="py3-2to3", version="1.0_git20250101-r1"),),
        }
    )
    assert len(host.runs) == 1


def test_one_process_for_all_names() -> None:
    names = tuple(f"name{number}" for number in range(50))
    host = RecordedHost(commands={(*LIST, *names): Completed(returncode=0, stdout="")})
    assert APK.find_available(names, make_site(host)) == Availability()
    assert len(host.runs) == 1
    assert APK.find_available((), make_site(host)) == Availability()
    assert len(host.runs) == 1


@each_version
def test_a_preview(version: str) -> None:
    host = recorded(version)
    assert APK.preview(("zlib-dev",), make_site(host)) == Preview(
        changes=(
            Change(kind="remove", package=".build-deps", before="20250101.120000"),
            Change(kind="upgrade", package="zlib", before="1.3.1-r1", after="1.3.1-r2"),
            Change(kind="install", package="pkgconf", after="2.4.3-r0"),
            Change(kind="install", package="zlib-dev", after="1.3.1-r2"),
        )
    )
    assert len(host.runs) == 1
    assert APK.preview(("older",), make_site(host)).changes == (
        Change(kind="downgrade", package="older", before="2.0-r0", after="1.0-r0"),
        Change(kind="reinstall", package="same", before="1.0-r0", after="1.0-r0"),
    )
    assert APK.preview(("musl",), make_site(host)) == Preview()


@each_version
def test_what_it_refuses(version: str) -> None:
    problem = "unable to select packages: nosuch (no such package): required by: world[nosuch]"
    assert APK.preview(("nosuch",), make_site(recorded(version))) == Preview(problem=problem)


@each_version
def test_without_an_index(version: str) -> None:
    problem = APK.find_available(("fresh",), make_site(recorded(version))).problem
    assert problem.startswith("opening from cache https://dl-cdn.alpinelinux.org/alpine/")


@each_version
def test_what_it_says_of_a_lock(version: str) -> None:
    host = recorded(version)
    locked, forbidden = host.run(("apk", "add", "locked")), host.run(("apk", "add", "forbidden"))
    assert locked
    assert forbidden
    assert re.search(APK.lock_message, locked.stderr)
    assert not re.search(APK.lock_message, forbidden.stderr)


UNREAD = "`apk` printed nothing that can be read"
FAULTS = [
    (Completed(returncode=0, stdout="\x00\xff<html>"), UNREAD),
    (Completed(returncode=-9, stdout="", fault="it took longer than 60 s"), None),
    (Completed(returncode=-9, stdout="", fault="it printed more than 256 MiB"), None),
    (Completed(returncode=1, stdout="", stderr="Datei nicht gefunden\n"), "`apk` failed with 1: Datei nicht gefunden"),
    (Completed(returncode=0, stdout="", stderr="ERROR: index is broken\n"), "index is broken"),
    (
        Completed(
            returncode=0,
            stdout="<zlib> zlib-1.3.1-r2 x86_64 {zlib} (Zlib)\nOK: 5 MiB in 5 packages\n",
            stderr="ERROR: zlib-1.3.1-r2: UNTRUSTED signature\n",
        ),
        "zlib-1.3.1-r2: UNTRUSTED signature",
    ),
]


@pytest.mark.parametrize(("done", "problem"), FAULTS)
def test_faults(done: Completed, problem: str | None) -> None:
    said = problem or f"`apk` gave no answer: {done.fault}"
    host = RecordedHost(commands={(*LIST, "zlib"): done, ("apk", "add", "--simulate", "zlib"): done})
    assert APK.find_available(("zlib",), make_site(host)) == Availability(problem=said)
    assert APK.preview(("zlib",), make_site(host)) == Preview(problem=said)


def test_a_simulation_that_breaks_off() -> None:
    done = Completed(returncode=0, stdout="(1/2) Installing zlib (1.3.1-r2)\n")
    host = RecordedHost(commands={("apk", "add", "--simulate", "zlib"): done})
    assert APK.preview(("zlib",), make_site(host)) == Preview(problem=UNREAD)
    assert APK.preview(("zlib",), make_site()).problem == "`apk` gave no answer: it cannot be run here"


@pytest.mark.parametrize(
    ("constraints", "spec"),
    [
        ("", "zlib"),
        (">=1.2", "zlib>=1.2"),
        (">1.2", "zlib>1.2"),
        ("<2", "zlib<2"),
        (">=1.2,<2", "zlib>=1.2"),
        ("==1.2.*", "zlib~1.2"),
        ("==1.2", "zlib~1.2"),
        ("<=2", "zlib"),
    ],
)
def test_constraints(constraints: str, spec: str) -> None:
    assert APK.constrain("zlib", parse_constraints(constraints) if constraints else ()) == spec


def test_commands() -> None:
    for unattended in (False, True):
        command = APK.install_command(("a", "b"), make_site(), unattended=unattended, allow_removals=unattended)
        assert command == ("apk", "add", "a", "b")
    assert APK.refresh_command(make_site()) == ("apk", "update")
    assert APK.repair_commands(make_site()) == ()


@pytest.mark.parametrize("name", ["@group", "-o", "a*", "./a.apk", "a.apk", "zlib>=1", "!zlib", "so:libz.so.1"])
def test_what_is_no_name(name: str) -> None:
    assert not APK.accepts(name)


@pytest.mark.parametrize(
    ("path", "is_there"),
    [
        ("/var/cache/apk/APKINDEX.066df28d.tar.gz", True),
        ("/etc/apk/cache/APKINDEX.066df28d.tar.gz", True),
        ("/etc/apk/cache/zlib-1.3.1-r2.066df28d.apk", False),
    ],
)
def test_the_index(path: str, is_there: bool) -> None:
    assert (APK.find_index_time(make_site(RecordedHost(empty=[path]))) is not None) == is_there
    assert APK.find_index_time(make_site()) is None
