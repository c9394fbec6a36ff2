"""Guix: what it says of packages, and what it would change."""

from __future__ import annotations

import pytest

from extdeps.child import Completed
from extdeps.manager.guix import Guix
from extdeps.model.transaction import Change
from support.recorded import RecordedHost, load_host, make_site

NAMES = ("hello", "openssl", "gcc-toolchain", "util-linux:lib", "util-linux:nosuch", "nosuch")
INSTALL = ("guix", "install", "--dry-run")
CURRENT = "/root/.config/guix/current/bin/guix"


def answering(argv: tuple[str, ...], done: Completed) -> RecordedHost:
    return RecordedHost(commands={argv: done})


@pytest.mark.parametrize("version", ["1.2.0", "1.5.0"])
def test_its_version(version: str) -> None:
    assert Guix().find_version(make_site(load_host(f"managers/guix-{version}"))) == version


@pytest.mark.parametrize(
    ("version", "hello", "openssl", "compiler", "library"),
    [
        ("1.2.0", "2.10", ["1.1.1f", "1.0.2u"], ["10.2.0", "9.3.0"], "2.35.1"),
        ("1.5.0", "2.12.2", ["3.0.8", "1.1.1u"], ["15.2.0", "14.3.0"], "2.40.4"),
    ],
)
def test_what_it_has(version: str, hello: str, openssl: list[str], compiler: list[str], library: str) -> None:
    available = Guix().find_available(NAMES, make_site(load_host(f"managers/guix-{version}")))
    found = {name: [item.version for item in items] for name, items in available.packages.items()}
    assert available.problem == ""
    assert found.pop("gcc-toolchain")[:2] == compiler
    assert found == {"hello": [hello], "openssl": openssl, "util-linux:lib": [library]}


@pytest.mark.parametrize(
    "done",
    [
        Completed(returncode=0, stdout="hello 2.12\n"),
        Completed(returncode=0, stdout="\x1b[31mkaputt\x1b[0m"),
        Completed(returncode=1, stdout="", stderr="guix package: error: failed to load\n"),
        Completed(returncode=-9, stdout="", fault="it took longer than 300 s"),
        Completed(returncode=-9, stdout="", fault="it printed more than 256 MiB"),
    ],
)
def test_a_question_without_an_answer(done: Completed) -> None:
    host = answering(("guix", "package", "--list-available=^(hello)$"), done)
    available = Guix().find_available(("hello",), make_site(host))
    assert available.packages == {}
    assert available.problem


def test_guix_is_not_there() -> None:
    assert "cannot be run here" in Guix().find_available(("hello",), make_site()).problem
    assert "cannot be run here" in Guix().preview(("hello",), make_site()).problem
    assert Guix().find_version(make_site()) == ""


def test_a_name_is_no_pattern() -> None:
    host = RecordedHost()
    Guix().find_available(("libsigc++", "qt5.x", ".*", "a|b", "-x"), make_site(host))
    assert host.runs == [("guix", "package", "--list-available=^(libsigc[+][+]|qt5[.]x)$")]


@pytest.mark.parametrize(("version", "hello", "zlib"), [("1.2.0", "2.10", "1.2.11"), ("1.5.0", "2.12.2", "1.3.1")])
def test_what_would_change(version: str, hello: str, zlib: str) -> None:
    site = make_site(load_host(f"managers/guix-{version}"))
    preview = Guix().preview(("hello", "zlib:static"), site)
    assert preview.problem == ""
    assert preview.changes == (
        Change(kind="install", package="hello", after=hello),
        Change(kind="install", package="zlib:static", after=zlib),
    )
    assert preview.download is None
    mixed = Guix().preview(("hello", "zlib", "openssl"), site)
    assert [change.kind for change in mixed.changes] == ["downgrade", "upgrade", "install"]
    assert mixed.losses == (Change(kind="downgrade", package="zlib", before="9.9", after=zlib),)
    assert mixed.changes[1] == Change(kind="upgrade", package="hello", before="2.9", after=hello)


@pytest.mark.parametrize(("version", "zlib"), [("1.2.0", "1.2.11"), ("1.5.0", "1.3.1")])
def test_what_is_refused(version: str, zlib: str) -> None:
    site = make_site(load_host(f"managers/guix-{version}"))
    assert Guix().preview(("nosuch", "hello"), site).problem == "nosuch: unknown package"
    assert Guix().preview(("zlib:nosuch",), site).problem == f"package `zlib@{zlib}' lacks output `nosuch'"
    assert Guix().preview(("hello",), site).problem.startswith("failed to connect to `/var/guix/daemon-socket/socket'")


def test_the_rest_of_what_it_says() -> None:
    """These are after `show-manifest-transaction` and `show-what-to-build` in Guix's (guix ui), not recorded."""
    said = (
        "The following package would be removed:\n   old 1.0\n\n"
        "The following package would be upgraded:\n   hello (dependencies or package changed)\n\n"
        "1,024.5 MB would be downloaded\n"
    )
    preview = Guix().preview(
        ("hello",), make_site(answering((*INSTALL, "hello"), Completed(returncode=0, stdout=said)))
    )
    assert preview.download == 1_024_500_000
    assert preview.changes == (
        Change(kind="remove", package="old", before="1.0"),
        Change(kind="reinstall", package="hello"),
    )


@pytest.mark.parametrize(
    ("done", "has_problem"),
    [
        (Completed(returncode=0, stdout="", stderr="nothing to be done\n"), False),
        (Completed(returncode=0, stdout=""), True),
        (Completed(returncode=0, stdout="Das folgende Paket würde installiert:\n   hello 2.12\n"), True),
        (Completed(returncode=1, stdout="The following package would be installed:\n   hello 2.12\n"), True),
        (Completed(returncode=-9, stdout="", fault="it took longer than 300 s"), True),
    ],
)
def test_a_preview_without_changes(done: Completed, has_problem: bool) -> None:
    preview = Guix().preview(("hello",), make_site(answering((*INSTALL, "hello"), done)))
    assert preview.changes == ()
    assert bool(preview.problem) == has_problem


def test_the_commands() -> None:
    site = make_site(RecordedHost(is_root=False))
    command = ("guix", "install", "hello", "util-linux:lib")
    assert Guix().install_command(("hello", "util-linux:lib"), site) == command
    assert Guix().install_command(("hello", "util-linux:lib"), site, unattended=True) == command
    assert Guix().refresh_command(site) == ("guix", "pull")
    assert not Guix().needs_elevation(site)


def test_the_definitions_that_came_with_guix_are_no_index() -> None:
    profiles = "/var/guix/profiles/per-user/root/current-guix"
    assert Guix().find_index_time(make_site(RecordedHost(empty=[profiles]))) is None
    assert Guix().find_index_time(make_site(RecordedHost(empty=[profiles, CURRENT]))) is not None


def test_one_question_for_all_names() -> None:
    counts = set()
    for count in (1, 50):
        host = RecordedHost()
        names = tuple(f"p{number}" for number in range(count))
        Guix().find_available(names, make_site(host))
        Guix().preview(names, make_site(host))
        counts.add(len(host.runs))
    assert counts == {2}
