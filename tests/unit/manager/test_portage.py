"""emerge and portageq: what they are given, and what their answers mean."""

from __future__ import annotations

import pytest

from extdeps.child import Completed
from extdeps.manager.portage import Portage
from extdeps.model.transaction import Change, Preview
from support.recorded import RecordedHost, load_host, make_site

VERSIONS = ("managers/portage-3.0.74", "managers/portage-3.0.83")
PRETEND = ("emerge", "--pretend", "--verbose", "--quiet=n", "--noreplace", "--update", "--ask=n", "--color=n", "--")
FOO = "dev-libs/foo"

each = pytest.mark.parametrize("name", VERSIONS)


def preview_of(stdout: str, *, returncode: int = 0, stderr: str = "", fault: str = "") -> Preview:
    done = Completed(returncode=returncode, stdout=stdout, stderr=stderr, fault=fault)
    return Portage().preview((FOO,), make_site(RecordedHost(commands={(*PRETEND, FOO): done})))


@pytest.mark.parametrize(
    "name", ["media-libs/x264", "virtual/jpeg", "sys-libs/zlib", "x11-libs/gtk+", "dev-libs/boost_x"]
)
def test_names_of_packages(name: str) -> None:
    assert Portage().accepts(name)


@pytest.mark.parametrize(
    "name",
    [
        "zlib",
        "@world",
        "-C",
        "=dev-libs/foo-1",
        "dev-libs/foo:0",
        "./x.ebuild",
        "dev-libs/f*",
        "!dev-libs/foo",
        "a/b/c",
    ],
)
def test_what_is_no_name(name: str) -> None:
    assert not Portage().accepts(name)


def test_commands() -> None:
    portage, site = Portage(), make_site()
    assert portage.install_command((FOO,), site) == ("emerge", "--noreplace", FOO)
    assert portage.install_command((FOO,), site, unattended=True) == (
        *("emerge", "--noreplace", "--update", "--ask=n", "--color=n", "--"),
        FOO,
    )
    assert portage.refresh_command(site) == ("emerge", "--sync")
    assert portage.needs_elevation(make_site(RecordedHost(is_root=False)))


@each
def test_its_version(name: str) -> None:
    assert Portage().find_version(make_site(load_host(name))) == name.rpartition("-")[2]


@each
def test_what_can_be_had(name: str) -> None:
    host = load_host(name)
    names = (FOO, "dev-libs/nosuch", "dev-libs/py", "dev-libs/test", "virtual/libfoo")
    available = Portage().find_available(names, make_site(host))
    assert available.problem == ""
    assert {name: found[0].version for name, found in available.packages.items()} == {
        FOO: "1.1",
        "dev-libs/py": "3.2",
        "virtual/libfoo": "0-r1",
    }
    assert len(host.runs) == 2


@pytest.mark.parametrize("count", [1, 50])
def test_a_fixed_number_of_processes(count: int) -> None:
    names = tuple(f"dev-libs/x{number}" for number in range(count))
    asked = ("portageq", "mass_best_visible", "/", "ebuild", *names)
    host = RecordedHost(
        commands={
            ("portageq", "envvar", "EROOT"): Completed(returncode=0, stdout="/\n"),
            asked: Completed(returncode=0, stdout="".join(f"{name}:{name}-1.0\n" for name in names)),
            (*PRETEND, *names): Completed(returncode=0, stdout="Total: 0 packages, Size of downloads: 0 KiB\n"),
        }
    )
    assert len(Portage().find_available(names, make_site(host)).packages) == count
    assert Portage().preview(names, make_site(host)) == Preview(download=0)
    assert len(host.runs) == 3


@pytest.mark.parametrize(
    "stdout", ["", "Erreur de segmentation\n", "\x00\xff\n", "dev-libs/other:dev-libs/other-1\n", "dev-libs/foo\n"]
)
def test_an_answer_that_is_none(stdout: str) -> None:
    commands: dict[tuple[str, ...], Completed] = {
        ("portageq", "envvar", "EROOT"): Completed(returncode=0, stdout="/\n"),
        ("portageq", "mass_best_visible", "/", "ebuild", FOO): Completed(returncode=0, stdout=stdout),
    }
    available = Portage().find_available((FOO,), make_site(RecordedHost(commands=commands)))
    assert available.problem == "`portageq mass_best_visible` did not answer for each package"
    assert available.packages == {}


def test_no_portageq() -> None:
    problem = Portage().find_available((FOO,), make_site(RecordedHost())).problem
    assert problem == "`portageq envvar` gave no answer: it cannot be run here"


@each
def test_what_would_change(name: str) -> None:
    site = make_site(load_host(name))
    upgrade = Change(kind="upgrade", package=FOO, before="1.0", after="1.1")
    assert Portage().preview((FOO,), site) == Preview(changes=(upgrade,), download=1234 * 1024)
    several = Portage().preview(("dev-libs/new", "dev-libs/py", "virtual/libfoo"), site)
    assert several == Preview(
        changes=(
            Change(kind="remove", package="dev-libs/old", before="3.0"),
            Change(kind="install", package="dev-libs/new", after="1.0"),
            Change(kind="install", package="dev-libs/py", after="3.2"),
            Change(kind="install", package="virtual/libfoo", after="0-r1"),
        ),
        download=0,
    )
    assert [change.package for change in several.losses] == ["dev-libs/old"]
    assert Portage().preview(("dev-libs/old",), site) == Preview(download=0)


@each
@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (
            ("dev-libs/hard",),
            '"dev-libs/bar" is hard blocking dev-libs/hard-1.0',
        ),
        (("dev-libs/nosuch", FOO), 'there are no ebuilds to satisfy "dev-libs/nosuch".'),
        (("dev-libs/test",), 'All ebuilds that could satisfy "dev-libs/test" have been masked.'),
    ],
)
def test_a_refusal(name: str, names: tuple[str, ...], problem: str) -> None:
    assert Portage().preview(names, make_site(load_host(name))) == Preview(problem=problem)


@pytest.mark.parametrize(
    ("line", "change"),
    [  # emerge(1), `--pretend`
        (
            '[ebuild     UD ] dev-libs/foo-1.0-r2:0/1::gentoo [1.1:0/2::gentoo] USE="doc -x" ABI_X86="(64) -32" 0 KiB',
            Change(kind="downgrade", package=FOO, before="1.1", after="1.0-r2"),
        ),
        (
            "[ebuild   R    ] dev-libs/foo-1.1::gentoo  0 KiB",
            Change(kind="reinstall", package=FOO, before="1.1", after="1.1"),
        ),
        (
            "[binary  N     ] dev-libs/foo-1.1_p3-r1-1::gentoo  9 KiB",
            Change(kind="install", package=FOO, before="", after="1.1_p3-r1"),
        ),
        (
            "[ebuild  rR  ~ ] dev-libs/foo-3_rc1::gentoo  0 KiB",
            Change(kind="reinstall", package=FOO, before="3_rc1", after="3_rc1"),
        ),
        (  # with `--tree` among the defaults of the machine
            "[ebuild     U  ]   dev-libs/foo-1.1::gentoo [1.0::gentoo] 0 KiB",
            Change(kind="upgrade", package=FOO, before="1.0", after="1.1"),
        ),
        (
            "[ebuild     U #] dev-libs/foo-2a::x [1::gentoo] 0 KiB",
            Change(kind="upgrade", package=FOO, before="1", after="2a"),
        ),
        (
            "[ebuild  NS    ] dev-libs/foo-2:2::x [1:1::gentoo] 0 KiB",
            Change(kind="install", package=FOO, before="", after="2"),
        ),
    ],
)
def test_flags(line: str, change: Change) -> None:
    assert preview_of(f"{line}\n\nTotal: 1 package (1 x), Size of downloads: 0 KiB\n").changes == (change,)


@pytest.mark.parametrize(
    "stdout",
    [
        "",
        "rien à faire\n",
        "[ebuild  N     ] dev-libs/foo-1.1::tiny 0 KiB\n",  # cut off before the total
        "Total: 1 package (1 new), Size of downloads: 0 KiB\n",  # or its list is not to be read
        "[ebuild  N     ] weird\n\nTotal: 0 packages, Size of downloads: 0 KiB\n",
        "Total: many packages\n",
    ],
)
def test_what_cannot_be_read_is_a_problem(stdout: str) -> None:
    assert preview_of(stdout).problem == "`emerge --pretend` printed what cannot be read as a list of packages"


def test_other_faults() -> None:
    assert preview_of("", fault="it took longer than 300 s").problem == (
        "`emerge` gave no answer: it took longer than 300 s"
    )
    assert preview_of("", returncode=1).problem == "`emerge` failed with 1: it printed nothing"
    assert preview_of("", returncode=1, stderr="emerge: superuser access is required\n").problem == (
        "`emerge` failed with 1: emerge: superuser access is required"
    )


@pytest.mark.parametrize(
    ("files", "there"),
    [
        ({}, False),
        ({"/var/db/repos/gentoo/profiles/repo_name": "gentoo\n"}, False),
        ({"/var/db/repos/gentoo/metadata/timestamp.chk": ""}, True),
        ({"/usr/portage/metadata/timestamp.chk": ""}, True),
        ({"/srv/x/.git/FETCH_HEAD": ""}, False),
        ({"/srv/x/.git/FETCH_HEAD": "", "/etc/portage/repos.conf": "[x]\nlocation = /srv/x\n"}, True),
        ({"/srv/x/.git/FETCH_HEAD": "", "/etc/portage/repos.conf/x.conf": "[x]\nlocation=/srv/x\n"}, True),
    ],
)
def test_when_the_tree_was_fetched(files: dict[str, str], there: bool) -> None:
    assert (Portage().find_index_time(make_site(RecordedHost(files=files))) is not None) == there
