"""zypper of two versions: what it prints, and what is made of it when it is not that."""

from __future__ import annotations

import re

import pytest

from extdeps.child import Completed
from extdeps.manager.interface import Site
from extdeps.manager.zypper import Zypper
from extdeps.model.transaction import Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

ZYPPER = Zypper()
VERSIONS = ("zypper-1.14.42", "zypper-1.14.101")
LONG = "a-package-with-a-rather-long-name-that-fills-its-column"
INDEX = "/var/cache/zypp/raw/t/repodata/repomd.xml"
ASKED = ("libfoo-devel", "pkgconfig(foo)", "libfoo.so.1()(64bit)", "nosuch")
LOCKED = (
    "<?xml version='1.0'?>\n<stream>\n"
    '<message type="error">System management is locked by the application with pid 2431 (sleep).\n'
    "Close this application before trying again.</message>\n</stream>\n"
)
SKIPPED = (
    '<stream><message type="warning">Skipping repository &apos;t&apos; because of the above error.</message>'
    '<search-result version="0.0"><solvable-list/></search-result></stream>'
)
of_each_version = pytest.mark.parametrize("version", VERSIONS)


def site_of(recording: str) -> Site:
    return make_site(load_host(f"managers/{recording}"))


class AnsweringHost(RecordedHost):
    """A machine with zypper and an index, on which it always leaves the same behind."""

    def __init__(self, done: Completed | None) -> None:
        super().__init__(executables=["/usr/bin/zypper"], empty=[INDEX])
        self._done = done

    def run(self, argv: object, /, **_: object) -> Completed | None:
        assert isinstance(argv, tuple)
        self.runs.append(argv)
        return self._done


@of_each_version
def test_what_there_is(version: str) -> None:
    site = site_of(version)
    found = ZYPPER.find_available(ASKED, site)
    first, second = (
        PackageVersion(name="libfoo-devel", version=version, origin="t") for version in ("2:1.0-1", "2:1.2~rc1-1")
    )
    assert found.problem == ""
    assert dict(found.packages) == {
        "libfoo-devel": (second, first),
        "pkgconfig(foo)": (second, first),
        "libfoo.so.1()(64bit)": (PackageVersion(name="libfoo", version="1.0-1", origin="t"),),
    }
    nothing = ZYPPER.find_available(["nosuch", "/usr/bin/libfoo-tool"], site)
    assert (dict(nothing.packages), nothing.problem) == ({}, "")


@of_each_version
def test_what_would_change(version: str) -> None:
    site = site_of(version)
    assert ZYPPER.preview(("libfoo-devel",), site) == Preview(
        changes=(
            Change(kind="install", package="libfoo", after="1.0-1"),
            Change(kind="install", package="libfoo-devel", after="2:1.2~rc1-1"),
        ),
        download=12245,
    )
    assert ZYPPER.preview((LONG,), site).changes == (
        Change(kind="remove", package="old-lib", before="0.9-1"),
        Change(kind="install", package=LONG, after="1-1"),
    )
    assert ZYPPER.preview(("modern-lib",), site).losses == (Change(kind="remove", package="legacy-lib", before="1-1"),)
    assert ZYPPER.preview(("needs-first-foo",), site).changes == (
        Change(kind="downgrade", package="libfoo-devel", before="2:1.2~rc1-1", after="2:1.0-1"),
        Change(kind="install", package="needs-first-foo", after="1-1"),
    )
    assert ZYPPER.preview(("libfoo",), site) == Preview(download=0)


@of_each_version
def test_what_it_refuses(version: str) -> None:
    site = site_of(version)
    problem = ZYPPER.preview(("broken-devel",), site).problem
    assert re.search("nothing provides '?nosuch-thing >= 3'? needed by .*broken-devel-1-1.noarch", problem)
    assert "Solution" not in problem
    assert ZYPPER.preview(("libfoo", "nosuch"), site).problem == "No provider of 'nosuch' found."


@pytest.mark.parametrize(
    "done",
    [
        None,
        Completed(returncode=-9, stdout="", fault="it took longer than 60 s"),
        Completed(returncode=0, stdout=""),
        Completed(returncode=0, stdout="garbage"),
        Completed(returncode=0, stdout="<html/>"),
        Completed(returncode=0, stdout="<stream><message type='error'>Something.</message></stream>"),
        Completed(returncode=0, stdout="<stream>"),
        Completed(returncode=7, stdout=LOCKED),
        Completed(returncode=106, stdout=SKIPPED),
        Completed(returncode=4, stdout="<stream/>"),
    ],
    ids=str,
)
def test_what_does_not_count(done: Completed | None) -> None:
    site = make_site(AnsweringHost(done))
    available = ZYPPER.find_available(["x"], site)
    assert available.problem
    assert dict(available.packages) == {}
    preview = ZYPPER.preview(("x",), site)
    assert preview.problem
    assert preview.changes == ()


def test_providers_that_it_does_not_tell() -> None:
    row = '<solvable name="y" kind="package" edition="1-1" arch="noarch" repository="t"/>'
    found = f"<stream><search-result><solvable-list>{row}</solvable-list></search-result></stream>"
    assert ZYPPER.find_available(["x"], make_site(AnsweringHost(Completed(returncode=0, stdout=found)))).problem


@pytest.mark.parametrize("returncode", [0, 100, 101, 102, 103])
def test_an_exit_that_informs(returncode: int) -> None:
    summary = '<stream><install-summary download-size="0" packages-to-change="0"/></stream>'
    site = make_site(AnsweringHost(Completed(returncode=returncode, stdout=summary)))
    assert ZYPPER.preview(("x",), site) == Preview(download=0)


def test_without_an_index_nothing_is_asked() -> None:
    host = RecordedHost(executables=["/usr/bin/zypper"])
    site = make_site(host)
    problem = "zypper has no index here: `zypper refresh` fetches it"
    assert ZYPPER.find_available(["x"], site).problem == problem
    assert ZYPPER.preview(("x",), site).problem == problem
    assert host.runs == []


def test_only_root_can_simulate() -> None:
    refusal = '<stream><message type="error">Root privileges are required to run this command.</message></stream>'
    site = make_site(AnsweringHost(Completed(returncode=5, stdout=refusal)))
    assert ZYPPER.preview(("x",), site) == (Preview(changes=(Change(kind="install", package="x"),), is_simulated=False))


@pytest.mark.parametrize("count", [1, 50])
def test_processes(count: int) -> None:
    names = tuple(f"x{number}" for number in range(count))
    host = AnsweringHost(Completed(returncode=104, stdout="<stream/>"))
    assert ZYPPER.find_available(names, make_site(host)).problem == ""
    ZYPPER.preview(names, make_site(host))
    assert len(host.runs) == 2
    recorded = load_host("managers/zypper-1.14.42")
    ZYPPER.find_available(ASKED, make_site(recorded))
    assert len(recorded.runs) == 2


def test_the_commands() -> None:
    site = make_site()
    assert ZYPPER.install_command(("a", "b"), site) == ("zypper", "install", "a", "b")
    install = ("zypper", "install", "--no-confirm")
    assert ZYPPER.install_command(("a",), site, unattended=True) == (*install, "--no-force-resolution", "--", "a")
    assert ZYPPER.install_command(("a",), site, unattended=True, allow_removals=True) == (
        (*install, "--force-resolution", "--", "a")
    )
    assert ZYPPER.refresh_command(site) == ("zypper", "refresh")


def test_a_lock() -> None:
    assert re.search(ZYPPER.lock_message, LOCKED)
