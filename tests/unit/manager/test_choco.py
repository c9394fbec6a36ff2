"""Chocolatey: what it answers, and what is made of its simulation, which is half of one."""

from __future__ import annotations

import pytest

from extdeps.child import Completed
from extdeps.manager.choco import Choco
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

OLD, NEW = "managers/choco-0.10", "managers/choco-2"
SEARCH = ("choco", "search", "xx", "--exact", "--limit-output")
NOOP = ("choco", "install", "--noop", "--yes", "--no-progress", "xx")


@pytest.mark.parametrize(
    "name", ["", "-y", "--force", "a b", "a|b", "x.nupkg", "packages.config", "a/b", "all*", "a;b"]
)
def test_what_is_no_name(name: str) -> None:
    assert not Choco().accepts(name)


@pytest.mark.parametrize("name", ["7zip", "chocolatey-core.extension", "git.install", "KB2919442", "vcredist140"])
def test_names_of_packages(name: str) -> None:
    assert Choco().accepts(name)


def test_its_commands() -> None:
    assert Choco().install_command(("xx", "yy"), make_site()) == ("choco", "install", "xx", "yy")
    unattended = Choco().install_command(("xx", "yy"), make_site(), unattended=True)
    assert unattended == ("choco", "install", "--yes", "--no-progress", "xx", "yy")
    assert Choco().refresh_command(make_site()) == ()


@pytest.mark.parametrize("is_root", [True, False])
def test_it_wants_an_administrator(is_root: bool) -> None:
    assert Choco().needs_elevation(make_site(RecordedHost(is_root=is_root))) == (not is_root)


def test_what_can_be_had() -> None:
    found = Choco().find_available(("firefox",), make_site(load_host(OLD)))
    assert found == Availability(packages={"firefox": (PackageVersion(name="Firefox", version="50.1.0"),)})
    found = Choco().find_available(("installpackage",), make_site(load_host(NEW)))
    assert found == Availability(packages={"installpackage": (PackageVersion(name="installpackage", version="1.0.0"),)})
    assert Choco().find_available(("somethingnonexisting",), make_site(load_host(NEW))) == Availability()


def test_several_cannot_be_asked_at_once() -> None:
    host = RecordedHost()
    problem = "choco can be asked about one package at a time only"
    assert Choco().find_available(("xx", "yy"), make_site(host)) == Availability(problem=problem)
    assert Choco().find_available((), make_site(host)) == Availability()
    assert host.runs == []


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (None, "`choco search` gave no answer: it cannot be run here"),
        (Completed(returncode=-9, stdout="", fault="late"), "`choco search` gave no answer: late"),
        (Completed(returncode=1, stdout="no network\n"), "`choco search` failed with 1: no network"),
        (Completed(returncode=1, stdout=""), "`choco search` failed with 1: it printed nothing"),
        (Completed(returncode=0, stdout="\0\1garbage"), "what `choco search` prints cannot be understood"),
        (Completed(returncode=0, stdout="xx-other|1.0\n"), "what `choco search` prints cannot be understood"),
        (Completed(returncode=0, stdout="xx 1.0 [Approved]\n"), "what `choco search` prints cannot be understood"),
    ],
)
def test_a_question_that_fails(done: Completed | None, problem: str) -> None:
    host = RecordedHost(commands={SEARCH: done} if done else {})
    assert Choco().find_available(("xx",), make_site(host)) == Availability(problem=problem)


def test_a_preview() -> None:
    """With the version of the package, not what its script prints."""
    host = load_host(OLD)
    change = Change(kind="install", package="firefox", after="50.1.0")
    assert Choco().preview(("firefox",), make_site(host)) == Preview(changes=(change,), is_simulated=False)
    change = Change(kind="install", package="installpackage", after="1.0.0")
    preview = Choco().preview(("installpackage",), make_site(load_host(NEW)))
    assert preview == Preview(changes=(change,), is_simulated=False)
    assert len(host.runs) == 1


@pytest.mark.parametrize(
    ("recording", "names", "problem"),
    [
        (
            OLD,
            ("agcourse_hazeltine",),
            "agcourse_hazeltine not installed. An error occurred during installation: "
            "Unable to resolve dependency 'chocolatey (≥ 0.10.3)'.",
        ),
        (
            NEW,
            ("somethingnonexisting",),
            "somethingnonexisting not installed. The package was not found with the source(s) listed.",
        ),
        (
            NEW,
            ("installpackage", "somethingnonexisting"),
            "somethingnonexisting not installed. The package was not found with the source(s) listed.",
        ),
    ],
)
def test_a_refusal_that_ends_with_0(recording: str, names: tuple[str, ...], problem: str) -> None:
    assert Choco().preview(names, make_site(load_host(recording))) == Preview(problem=problem, is_simulated=False)


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (None, "`choco install --noop` gave no answer: it cannot be run here"),
        (Completed(returncode=-9, stdout="", fault="late"), "`choco install --noop` gave no answer: late"),
        (Completed(returncode=1, stdout="no\n"), "`choco install --noop` failed with 1: no"),
        (Completed(returncode=0, stdout=""), "what `choco install --noop` prints cannot be understood"),
        (Completed(returncode=0, stdout="garbage"), "what `choco install --noop` prints cannot be understood"),
        (Completed(returncode=0, stdout="yy v1.0\n"), "what `choco install --noop` prints cannot be understood"),
    ],
)
def test_a_preview_that_fails(done: Completed | None, problem: str) -> None:
    host = RecordedHost(commands={NOOP: done} if done else {})
    assert Choco().preview(("xx",), make_site(host)) == Preview(problem=problem, is_simulated=False)
