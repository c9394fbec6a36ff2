"""pkg of FreeBSD: what it is given, and what its answers mean."""

from __future__ import annotations

import re

import pytest

from extdeps.child import Completed
from extdeps.manager.interface import Site
from extdeps.manager.pkg import Pkg
from extdeps.model.transaction import Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

DRY_RUN = ("pkg", "install", "--dry-run", "--no-repo-update", "--")
QUERY = ("pkg", "rquery", "-U", "%n %v %o")
OLD, NEW = "managers/pkg-1.17", "managers/pkg-2.4"
UNREADABLE = "`pkg install --dry-run` printed what cannot be read as a list of packages"


def site_of(argv: tuple[str, ...], done: Completed) -> Site:
    return make_site(RecordedHost(commands={argv: done}))


def ended(stdout: str = "", *, returncode: int = 0, stderr: str = "", fault: str = "") -> Completed:
    return Completed(returncode=returncode, stdout=stdout, stderr=stderr, fault=fault)


@pytest.mark.parametrize("name", ["gdal", "graphics/gdal", "py311-numpy", "libsigc++20", "p5-XML-Parser", "R-cran-x"])
def test_names_of_packages(name: str) -> None:
    assert Pkg().accepts(name)


@pytest.mark.parametrize(
    "name", ["libyaml-dev-", "-f", "a*", "./x.pkg", "x.pkg", "/tmp/x.pkg", "a/b/c", "a b", "a~b", "@x", "a>1"]
)
def test_what_is_no_name(name: str) -> None:
    assert not Pkg().accepts(name)


def test_commands() -> None:
    pkg, site = Pkg(), make_site(RecordedHost(is_root=False))
    assert pkg.install_command(("gdal",), site) == ("pkg", "install", "gdal")
    assert pkg.install_command(("gdal",), site, unattended=True) == ("pkg", "install", "--yes", "--", "gdal")
    assert pkg.refresh_command(site) == ("pkg", "update")
    assert pkg.needs_elevation(site)
    assert re.search(
        pkg.lock_message, "pkg: Cannot get an advisory lock on a database, it is locked by another process"
    )


def test_what_would_change() -> None:
    old, new = make_site(load_host(OLD)), make_site(load_host(NEW))
    preview = Pkg().preview(("pfSense-pkg-acme",), old)
    assert (preview.problem, preview.download) == ("", 394 * 1024)
    assert [(change.kind, change.package, change.after) for change in preview.changes] == [
        ("install", "pfSense-pkg-acme", "0.7.1_1"),
        ("install", "php74-ftp", "7.4.26"),
        ("install", "php74-pecl-ssh2", "1.3.1"),
        ("install", "socat", "1.7.4.2"),
    ]
    preview = Pkg().preview(("chromium",), new)
    assert (preview.problem, preview.download, len(preview.changes)) == ("", 127 * 1024**2, 6)
    assert preview.changes[-1] == Change(kind="install", package="speex", after="1.2.1_1,1")
    assert Pkg().preview(("socat",), new) == Preview(download=0)


def test_what_is_lost() -> None:
    preview = Pkg().preview(("bsdadminscripts",), make_site(load_host(OLD)))
    assert preview == Preview(
        changes=(
            Change(kind="remove", package="bsdadminscripts2", before="0.2.1"),
            Change(kind="install", package="bsdadminscripts", after="6.1.1_8"),
        ),
        download=0,
    )
    preview = Pkg().preview(("png", "gdal"), make_site(load_host(NEW)))
    assert preview.download == 1024**3
    assert preview.changes == (
        Change(kind="downgrade", package="proj", before="9.6.0,1", after="9.5.1,1"),
        Change(kind="upgrade", package="geos", before="3.13.0", after="3.13.1"),
        Change(kind="upgrade", package="png", before="1.6.43", after="1.6.50_1"),
        Change(kind="reinstall", package="py311-numpy", before="1.26.4_5,1", after="1.26.4_5,1"),
    )


def test_a_refusal() -> None:
    preview = Pkg().preview(("nosuch", "socat"), make_site(load_host(OLD)))
    assert preview.problem == "No packages available to install matching 'nosuch' have been found in the repositories"


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (ended(""), UNREADABLE),
        (ended("Les 2 paquets suivants seront affectés\n"), UNREADABLE),
        (ended("The following 2 package(s) will be affected (of 0 checked):\n\ngarbage\n"), UNREADABLE),
        (ended(returncode=1), "`pkg install --dry-run` failed with 1: it printed nothing"),
        (ended(fault="it took longer than 120 s"), "`pkg install --dry-run` gave no answer: it took longer than 120 s"),
        (
            ended(
                "The following 1 package(s) will be affected (of 0 checked):\n\n"
                "New packages to be INSTALLED:\n\tgdal: 1\n",
                stderr="pkg: Repository FreeBSD cannot be opened. 'pkg update' required\n",
            ),
            "Repository FreeBSD cannot be opened. 'pkg update' required",
        ),
    ],
)
def test_what_cannot_be_read_is_a_problem(answer: Completed, problem: str) -> None:
    assert Pkg().preview(("gdal",), site_of((*DRY_RUN, "gdal"), answer)) == Preview(problem=problem)


def test_what_can_be_had() -> None:
    host = load_host(OLD)
    available = Pkg().find_available(("socat", "nosuch", "security/pfSense-pkg-acme"), make_site(host))
    assert available.problem == ""
    assert available.packages == {
        "socat": (PackageVersion(name="socat", version="1.7.4.2"),),
        "security/pfSense-pkg-acme": (PackageVersion(name="pfSense-pkg-acme", version="0.7.1_1"),),
    }
    assert len(host.runs) == 1
    for name in (OLD, NEW):  # EX_UNAVAILABLE, later 1
        nothing = Pkg().find_available(("nosuch",), make_site(load_host(name)))
        assert (nothing.packages, nothing.problem) == ({}, "")


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (ended("not a package at all\n"), "`pkg rquery` printed what is no package"),
        (ended(returncode=1, stderr="pkg: No active remote repositories configured.\n"), "No active remote"),
        (ended(returncode=0, stderr="pkg: Repository X cannot be opened.\n"), "Repository X cannot be opened."),
        (ended(fault="it printed more than 256 MiB"), "`pkg rquery` gave no answer: it printed more than 256 MiB"),
        (ended(returncode=139), "`pkg rquery` failed with 139: it printed nothing"),
    ],
)
def test_no_answer_is_a_problem(answer: Completed, problem: str) -> None:
    assert Pkg().find_available(("gdal",), site_of((*QUERY, "gdal"), answer)).problem.startswith(problem)


@pytest.mark.parametrize("count", [1, 50])
def test_a_fixed_number_of_processes(count: int) -> None:
    names = tuple(f"x{number}" for number in range(count))
    lines = "".join(f"{name} 1.0_1,2 misc/{name}\n" for name in names)
    host = RecordedHost(commands={(*QUERY, *names): Completed(returncode=0, stdout=lines)})
    assert len(Pkg().find_available(names, make_site(host)).packages) == count
    Pkg().preview(names, make_site(host))
    assert len(host.runs) == 2


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/var/db/pkg/local.sqlite", False),
        ("/var/db/pkg/repo-FreeBSD.sqlite", True),
        ("/var/db/pkg/repos/FreeBSD/db", True),
    ],
)
def test_when_a_catalogue_was_fetched(path: str, there: bool) -> None:
    assert (Pkg().find_index_time(make_site(RecordedHost(empty=[path]))) is not None) == there
