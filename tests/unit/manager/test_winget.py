"""winget: its commands, and what it cannot be asked."""

from __future__ import annotations

import re

import pytest

from extdeps.child import Completed
from extdeps.database.table import get_database
from extdeps.manager.winget import Winget
from extdeps.model.transaction import Availability, Change, Preview
from support.recorded import RecordedHost, make_site

UNATTENDED = (
    *("winget", "install", "--exact", "--source", "winget"),
    *("--accept-package-agreements", "--accept-source-agreements", "--disable-interactivity"),
)


@pytest.mark.parametrize("name", ["", "-e", "--id", "a b", "a*", "a/b", "a;b", '"a"', "ARP\\x"])
def test_what_is_no_name(name: str) -> None:
    assert not Winget().accepts(name)


@pytest.mark.parametrize("name", ["7zip.7zip", "Microsoft.VCRedist.2015+.x64", "BrechtSanders.WinLibs.POSIX.UCRT"])
def test_names_of_packages(name: str) -> None:
    assert Winget().accepts(name)


def test_its_commands() -> None:
    site = make_site()
    assert Winget().install_command(("A.B", "C.D"), site) == ("winget", "install", "--exact", "A.B", "C.D")
    assert Winget().install_command(("A.B",), site, unattended=True) == (*UNATTENDED, "--id", "A.B")
    # `--id` is taken once only
    assert Winget().install_command(("A.B", "C.D"), site, unattended=True) == (*UNATTENDED, "A.B", "C.D")
    assert Winget().refresh_command(site) == ()
    assert not Winget().needs_elevation(make_site(RecordedHost(is_root=False)))


def test_nothing_is_asked_one_by_one() -> None:
    host = RecordedHost()
    problem = "winget can be asked about one package at a time only"
    assert Winget().find_available(("A.B",), make_site(host)) == Availability(problem=problem)
    change = Change(kind="install", package="A.B")
    assert Winget().preview(("A.B",), make_site(host)) == Preview(changes=(change,), is_simulated=False)
    assert host.runs == []


def test_it_leaves_no_database() -> None:
    site = make_site()
    assert get_database("winget", site.host, site.interpreter) is None


@pytest.mark.parametrize(("said", "version"), [("v1.6.2291-preview\n", "1.6.2291"), ("v1.10.390\n", "1.10.390")])
def test_its_version(said: str, version: str) -> None:
    """As in https://github.com/microsoft/winget-cli/issues/3538 and /5501."""
    host = RecordedHost(commands={("winget", "--version"): Completed(returncode=0, stdout=said)})
    assert Winget().find_version(make_site(host)) == version


def test_what_it_says_of_another_installation() -> None:
    """Of the table of its return codes, 0x8A150069."""
    said = "Another installation is already in progress. Try again later."
    assert re.search(Winget().lock_message, said)
