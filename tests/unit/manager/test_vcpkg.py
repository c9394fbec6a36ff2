"""vcpkg: its plans of two versions, what its checkout has, and every way in which they can fail."""

from __future__ import annotations

import re

import pytest

from extdeps.child import Completed
from extdeps.manager.vcpkg import Vcpkg
from extdeps.model.constraint import parse_constraints
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

ROOT = "/opt/vcpkg"
PLAN = ("vcpkg", "install", "--dry-run", "--recurse", f"--vcpkg-root={ROOT}")


def host_with(
    files: dict[str, str] | None = None, commands: dict[tuple[str, ...], Completed] | None = None
) -> RecordedHost:
    checkout = {f"{ROOT}/.vcpkg-root": "", **{f"{ROOT}/{path}": text for path, text in (files or {}).items()}}
    return RecordedHost(files=checkout, environ={"VCPKG_ROOT": ROOT}, commands=commands)


def test_what_is_built_over_is_lost_first() -> None:
    preview = Vcpkg().preview(("openslide",), make_site(load_host("managers/vcpkg-2025")))
    assert preview.changes == (
        Change(kind="remove", package="gdk-pixbuf", before="2.42.10#2"),
        Change(kind="install", package="gdk-pixbuf", after="2.42.12#4"),
        Change(kind="install", package="libdicom", after="1.2.0#1"),
        Change(kind="install", package="openslide", after="4.0.0#4"),
        Change(kind="install", package="uthash", after="2.3.0"),
    )
    assert [change.package for change in preview.losses] == ["gdk-pixbuf"]
    assert preview.download is None


def test_plans_of_an_older_version() -> None:
    site = make_site(load_host("managers/vcpkg-2021"))
    preview = Vcpkg().preview(("uwebsockets", "hiredis", "zlib"), site)
    assert [(change.kind, change.package, change.after) for change in preview.changes] == [
        ("remove", "usockets", ""),
        ("remove", "uwebsockets", ""),
        ("install", "openssl", "1.1.1k#1"),
        ("install", "usockets", "0.7.1"),
        ("install", "uwebsockets", "19.0.0.5"),
    ]
    problem = "Error: while loading qt:; Error: failed to load port from /opt/vcpkg/ports/qt"
    assert Vcpkg().preview(("qt",), site) == Preview(problem=problem)
    assert Vcpkg().find_version(site) == "2021-01-13"


def test_nothing_to_do_and_no_classic_mode() -> None:
    site = make_site(load_host("managers/vcpkg-2025"))
    assert Vcpkg().preview(("zlib",), site) == Preview()
    problem = "Could not locate a manifest (vcpkg.json) above the current working directory."
    assert Vcpkg().preview(("fmt",), site) == Preview(problem=problem)
    locked = Vcpkg().preview(("locked",), site).problem
    assert re.search(Vcpkg().lock_message, locked)
    assert Vcpkg().find_version(site) == "2024-12-09"


@pytest.mark.parametrize(
    ("done", "preview"),
    [
        (Completed(returncode=0, stdout="All requested packages are currently installed.\n"), Preview()),
        (
            Completed(returncode=0, stdout="The following packages will be directly installed:\n    zlib:x64-linux\n"),
            Preview(changes=(Change(kind="install", package="zlib"),)),
        ),
        (
            Completed(returncode=0, stdout="The following packages will be removed:\n    zlib:x64-linux\n"),
            Preview(changes=(Change(kind="remove", package="zlib"),)),
        ),
        (Completed(returncode=0, stdout=""), Preview(problem="`vcpkg` answered with what is no plan")),
        (Completed(returncode=0, stdout="Hallo\n"), Preview(problem="`vcpkg` answered with what is no plan")),
        (
            Completed(returncode=0, stdout="The following packages will be conjured:\n    zlib:x64-linux\n"),
            Preview(problem="`vcpkg` answered with what is no plan"),
        ),
        (
            Completed(returncode=0, stdout="The following packages will be rebuilt:\n    ???\n"),
            Preview(problem="`vcpkg` answered with what is no plan"),
        ),
        (Completed(returncode=0, stdout="error: half of it failed\n"), Preview(problem="half of it failed")),
        (
            Completed(returncode=-9, stdout="", fault="it took longer than 300 s"),
            Preview(problem="`vcpkg` gave no answer: it took longer than 300 s"),
        ),
        (Completed(returncode=3, stdout="oops\n"), Preview(problem="`vcpkg` failed with 3: oops")),
    ],
)
def test_answers(done: Completed, preview: Preview) -> None:
    host = host_with(commands={(*PLAN, "zlib"): done})
    assert Vcpkg().preview(("zlib",), make_site(host)) == preview


def test_the_checkout_says_what_there_is() -> None:
    ports = {
        "zlib": '{"name": "zlib", "version": "1.3.1"}',
        "fmt": '{"name": "fmt", "version-semver": "10.1.1", "port-version": 2}',
        "date": '{"version-date": "2023-07-17"}',
        "broken": "{",
        "list": "[]",
        "none": "{}",
    }
    host = host_with({f"ports/{name}/vcpkg.json": text for name, text in ports.items()})
    found = Vcpkg().find_available(("zlib", "fmt", "date", "broken", "list", "none", "nope"), make_site(host))
    assert found == Availability(
        packages={
            name: (PackageVersion(name=name, version=version, origin="x64-linux"),)
            for name, version in (("zlib", "1.3.1"), ("fmt", "10.1.1#2"), ("date", "2023-07-17"))
        }
    )
    assert host.runs == []


def test_without_a_checkout_nothing_is_known() -> None:
    problem = "the checkout that vcpkg works in is not found: `VCPKG_ROOT` names it"
    assert Vcpkg().preview(("zlib",), make_site()) == Preview(problem=problem)
    assert Vcpkg().find_available(("zlib",), make_site()) == Availability(problem=problem)
    bundled = Vcpkg().find_available(("zlib",), make_site(host_with()))
    assert bundled.problem == "`/opt/vcpkg` has no ports, only vcpkg itself"


@pytest.mark.parametrize("count", [1, 50])
def test_the_number_of_processes_does_not_grow(count: int) -> None:
    names = tuple(f"a{number}" for number in range(count))
    done = Completed(returncode=0, stdout="All requested packages are currently installed.\n")
    host = host_with(commands={(*PLAN, *names): done})
    assert Vcpkg().preview(names, make_site(host)) == Preview()
    assert len(host.runs) == 1


def test_commands() -> None:
    site = make_site(host_with())
    root = f"--vcpkg-root={ROOT}"
    assert Vcpkg().install_command(("zlib",), site) == ("vcpkg", "install", "zlib")
    assert Vcpkg().install_command(("zlib",), site, unattended=True) == ("vcpkg", "install", root, "zlib")
    removing = Vcpkg().install_command(("zlib",), site, unattended=True, allow_removals=True)
    assert removing == ("vcpkg", "install", "--recurse", root, "zlib")
    assert Vcpkg().install_command(("zlib",), make_site(), unattended=True) == ("vcpkg", "install", "zlib")
    assert Vcpkg().constrain("zlib", parse_constraints(">=1.2")) == "zlib"


def test_a_checkout_of_a_branch_is_brought_up_to_date() -> None:
    branch = make_site(host_with({".git/HEAD": "ref: refs/heads/master\n"}))
    assert Vcpkg().refresh_command(branch) == ("git", "-C", ROOT, "pull", "--ff-only")
    assert Vcpkg().find_index_time(branch) is not None
    pinned = make_site(host_with({".git/HEAD": "e74aa1e8f93278a8e71372f1fa08c3df420eb840\n"}))
    assert Vcpkg().refresh_command(pinned) == ()
    assert Vcpkg().refresh_command(make_site()) == ()
    assert Vcpkg().find_index_time(make_site(host_with())) is None


@pytest.mark.parametrize(
    "name", ["", "-x", "--triplet=x", "zlib:x64-linux", "curl[ssl]", "a b", "a*", "./x", "A", "a-", "@x"]
)
def test_what_is_no_name_of_a_port(name: str) -> None:
    assert not Vcpkg().accepts(name)
    assert Vcpkg().accepts("boost-asio")
