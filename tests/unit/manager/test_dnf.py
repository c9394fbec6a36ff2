"""dnf of three versions, yum and microdnf: what they print, and what is made of it when it is not that."""

from __future__ import annotations

import re
from collections.abc import Iterable

import pytest

from extdeps.child import Completed
from extdeps.manager.dnf import Dnf
from extdeps.manager.interface import Site
from extdeps.manager.microdnf import Microdnf
from extdeps.manager.table import choose_manager, find_managers
from extdeps.manager.yum import Yum
from extdeps.model.transaction import Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

DNF, YUM, MICRODNF = Dnf(), Yum(), Microdnf()
VERSIONS = ("dnf-4.14", "dnf-4.24", "dnf-5.4")
LONG = "a-package-with-a-rather-long-name-that-fills-its-column"
INDEX = ("/var/cache/dnf/t/repodata/repomd.xml", "/var/cache/libdnf5/t/repodata/repomd.xml")
ASKED = ("libfoo-devel", "pkgconfig(foo)", "libfoo.so.1()(64bit)", "nosuch")
of_each_version = pytest.mark.parametrize("version", VERSIONS)


def site_of(recording: str) -> Site:
    return make_site(load_host(f"managers/{recording}"))


class AnsweringHost(RecordedHost):
    """A machine with dnf and an index, on which every program leaves the same behind."""

    def __init__(self, done: Completed | None, *, executables: Iterable[str] = ("/usr/bin/dnf",)) -> None:
        super().__init__(executables=executables, empty=[*INDEX, "/var/cache/yum/x86_64/7/base/repomd.xml"])
        self._done = done

    def run(self, argv: object, /, **_: object) -> Completed | None:
        assert isinstance(argv, tuple)
        self.runs.append(argv)
        return self._done


def answer(stdout: str = "", stderr: str = "", returncode: int = 0, fault: str = "") -> Site:
    return make_site(AnsweringHost(Completed(returncode=returncode, stdout=stdout, stderr=stderr, fault=fault)))


@of_each_version
def test_what_there_is(version: str) -> None:
    first, second = (
        PackageVersion(name="libfoo-devel", version=version, origin="t") for version in ("2:1.0-1", "2:1.2~rc1-1")
    )
    library = (PackageVersion(name="libfoo", version="1.0-1", origin="t"),)
    found = DNF.find_available(ASKED, site_of(version))
    assert found.problem == ""
    assert dict(found.packages) == {
        "libfoo-devel": (second, first),
        "pkgconfig(foo)": (second, first),
        "libfoo.so.1()(64bit)": library,
    }
    assert dict(DNF.find_available(["/usr/bin/libfoo-tool"], site_of(version)).packages) == {
        "/usr/bin/libfoo-tool": library
    }
    nothing = DNF.find_available(["nosuch"], site_of(version))
    assert (dict(nothing.packages), nothing.problem) == ({}, "")


@of_each_version
def test_what_would_change(version: str) -> None:
    site = site_of(version)
    assert DNF.preview(("libfoo-devel",), site).changes == (
        Change(kind="install", package="libfoo", after="1.0-1"),
        Change(kind="install", package="libfoo-devel", after="2:1.2~rc1-1"),
    )
    assert DNF.preview((LONG,), site).changes == (
        Change(kind="remove", package="old-lib", before="0.9-1"),
        Change(kind="install", package=LONG, after="1-1"),
    )
    assert DNF.preview(("modern-lib",), site).changes == (
        Change(kind="remove", package="legacy-lib", before="1-1"),
        Change(kind="install", package="modern-lib", after="2-1"),
    )
    assert DNF.preview(("needs-first-foo",), site).losses == (
        Change(kind="downgrade", package="libfoo-devel", before="2:1.2~rc1-1", after="2:1.0-1"),
    )
    assert DNF.preview(("libfoo",), site) == Preview(download=0)


@of_each_version
def test_an_older_one_is_upgraded(version: str) -> None:
    (change,) = DNF.preview(("libfoo-devel", "libfoo"), site_of(version)).changes
    assert (change.kind, change.package, change.after) == ("upgrade", "libfoo-devel", "2:1.2~rc1-1")


@of_each_version
def test_what_it_refuses(version: str) -> None:
    site = site_of(version)
    assert "nothing provides nosuch-thing >= 3 needed by broken-devel-1-1.noarch" in (
        DNF.preview(("broken-devel",), site).problem
    )
    assert DNF.preview(("libfoo", "nosuch"), site).problem == "No match for argument: nosuch"


def test_the_download() -> None:
    assert DNF.preview((LONG,), site_of("dnf-5.4")).download == 6 * 1024
    assert DNF.preview((LONG,), site_of("dnf-4.24")).download == 0  # its packages were on the same machine
    assert YUM.preview(("postgresql10-devel",), site_of("yum-3.4")).download == round(2.7 * 1024**2)


@pytest.mark.parametrize(
    ("stdout", "stderr", "returncode", "fault"),
    [
        ("", "", -9, "it took longer than 60 s"),
        ("", "", -9, "it printed more than 256 MiB"),
        ("\x00\x01garbage", "", 0, ""),
        ("garbage", "garbage", 1, ""),
        ("Vorgang abgebrochen.\n", "", 1, ""),
        ("", "Operation aborted.\n", 1, ""),
        ("Package Arch Version Repository Size\nTransaction Summary\n", "Operation aborted.\n", 1, ""),
        (
            "Package Arch Version Repository Size\nInstalling:\n x ?\nTransaction Summary\n",
            "Operation aborted.\n",
            1,
            "",
        ),
        (
            "Package Arch Version Repository Size\nSkipping packages with broken dependencies:\n x noarch 1-1 t 1 k\n"
            "Transaction Summary\nNothing to do.",
            "",
            0,
            "",
        ),
        ("No match for argument: x\nNothing to do.\nComplete!\n", "", 0, ""),
        ("", "Error: Failed to obtain the transaction lock (logged in as: root).\n", 200, ""),
    ],
)
def test_a_simulation_that_does_not_count(stdout: str, stderr: str, returncode: int, fault: str) -> None:
    for manager in (DNF, YUM):
        preview = manager.preview(("x",), answer(stdout, stderr, returncode, fault))
        assert preview.problem
        assert preview.changes == ()


@pytest.mark.parametrize(
    ("stdout", "stderr", "returncode", "fault"),
    [
        ("", "", -9, "it took longer than 60 s"),
        ("garbage\n", "", 0, ""),
        ("", "Error: Failed to download metadata for repo 't'\n", 1, ""),
        ("", "dnf: error: argument --queryformat\n", 2, ""),
        ("Paket x : y\nQuelle : t\n", "", 0, ""),
    ],
)
@pytest.mark.parametrize("name", ["x", "/usr/bin/x"])
def test_an_answer_that_does_not_count(name: str, stdout: str, stderr: str, returncode: int, fault: str) -> None:
    for manager in (DNF, YUM):
        available = manager.find_available([name], answer(stdout, stderr, returncode, fault))
        assert available.problem
        assert dict(available.packages) == {}


def test_a_program_that_is_not_there() -> None:
    gone = make_site(AnsweringHost(None))
    assert DNF.find_available(["x"], gone).problem == "`dnf repoquery` gave no answer: it cannot be run here"
    assert DNF.preview(("x",), gone).problem == "`dnf` gave no answer: it cannot be run here"
    assert DNF.find_version(gone) == ""


def test_without_an_index_nothing_is_asked() -> None:
    host = RecordedHost(executables=["/usr/bin/dnf"])
    site = make_site(host)
    problem = "dnf has no index here: `dnf makecache --refresh` fetches it"
    assert DNF.find_available(["x"], site).problem == problem
    assert DNF.preview(("x",), site).problem == problem
    assert host.runs == []


def test_an_index_that_lies_elsewhere() -> None:
    files = {"/etc/dnf/dnf.conf": "[main]\ncachedir = /srv/dnf\n", "/srv/dnf/t/repodata/repomd.xml": ""}
    assert DNF.find_index_time(make_site(RecordedHost(files=files))) is not None
    assert DNF.find_index_time(make_site(RecordedHost(files={**files, "/etc/dnf/dnf.conf": ""}))) is None


def test_only_root_can_simulate() -> None:
    host = RecordedHost(executables=["/usr/bin/dnf"], empty=INDEX, is_root=False)
    preview = DNF.preview(("x",), make_site(host))
    assert preview == Preview(changes=(Change(kind="install", package="x"),), is_simulated=False)
    assert host.runs == []


@pytest.mark.parametrize("count", [1, 50])
def test_processes(count: int) -> None:
    names = [f"x{number}" for number in range(count)]
    host = AnsweringHost(Completed(returncode=0, stdout=""))
    DNF.find_available([*names, *(f"/usr/bin/{name}" for name in names)], make_site(host))
    DNF.preview(tuple(names), make_site(host))
    YUM.find_available(names, make_site(host))
    MICRODNF.find_available(names, make_site(host))
    assert [argv[:1] for argv in host.runs] == [("dnf",), ("dnf",), ("dnf",), ("yum",), ("microdnf",)]
    assert DNF.find_available([], make_site(host)).packages == {}
    assert len(host.runs) == 5


@pytest.mark.parametrize(
    ("executables", "links", "program", "keeping"),
    [
        (["/usr/bin/dnf"], {}, "dnf", ()),
        (["/usr/bin/dnf-3"], {"/usr/bin/dnf": "dnf-3"}, "dnf", ()),
        (["/usr/bin/dnf5"], {"/usr/bin/dnf": "dnf5"}, "dnf", ("--setopt=allow_downgrade=0",)),
        (["/usr/bin/dnf5"], {}, "dnf5", ("--setopt=allow_downgrade=0",)),
        ([], {}, "dnf", ()),
    ],
)
def test_the_commands(executables: list[str], links: dict[str, str], program: str, keeping: tuple[str, ...]) -> None:
    site = make_site(RecordedHost(executables=executables, links=links))
    answers = ("--assumeyes", "--setopt=exit_on_lock=1", "--best")
    install = (program, "install")
    assert DNF.install_command(("a", "b"), site) == (*install, "a", "b")
    assert DNF.install_command(("a",), site, unattended=True) == (*install, *answers, *keeping, "--", "a")
    assert DNF.install_command(("a",), site, unattended=True, allow_removals=True) == (
        (*install, *answers, "--allowerasing", "--", "a")
    )
    assert DNF.refresh_command(site) == (program, "makecache", "--refresh")


@pytest.mark.parametrize(
    ("program", "install", "refresh"),
    [
        ("dnf5", "dnf5 install x", "dnf5 makecache --refresh"),
        ("yum", "yum install x", "yum makecache fast"),
        ("microdnf", "microdnf install x", ""),
    ],
)
def test_a_machine_with_one_of_them(program: str, install: str, refresh: str) -> None:
    host = RecordedHost(executables=[f"/usr/bin/{program}"])
    for ecosystem in ("fedora", "rhel"):
        manager = choose_manager(ecosystem, find_managers(host))
        assert manager is not None
        assert " ".join(manager.install_command(("x",), make_site(host))) == install
        assert " ".join(manager.refresh_command(make_site(host))) == refresh


def test_yum_that_is_dnf_does_not_count() -> None:
    for program in ("dnf-3", "dnf5"):
        links = {f"/usr/bin/{name}": program for name in ("dnf", "yum", "microdnf")}
        host = RecordedHost(executables=[f"/usr/bin/{program}"], links=links)
        assert [manager.name for manager in find_managers(host)] == ["dnf"]


@pytest.mark.parametrize(
    "name", ["-y", "--setopt=x", "@group", "./x.rpm", "/x.rpm", "x.rpm", "a*", "a?", "a b", "a>=1", "a,b", "", "x\n"]
)
def test_what_is_no_name(name: str) -> None:
    assert not any(manager.accepts(name) for manager in (DNF, YUM, MICRODNF))


@pytest.mark.parametrize(
    "text",
    [
        "Error: metadata already locked by 4242",
        "Error: Failed to obtain the transaction lock (logged in as: root).",
        "Failed to obtain rpm transaction lock. Another transaction is in progress.",
    ],
)
def test_a_lock(text: str) -> None:
    assert re.search(DNF.lock_message, text)


# yum


def test_what_yum_has() -> None:
    names = ("libgdiplus", "mariadb", "/usr/bin/mysqlcheck", "policycoreutils-python", "nosuch")
    found = YUM.find_available(names, site_of("yum-3.4"))
    assert found.problem == ""
    mariadb = (PackageVersion(name="mariadb", version="1:5.5.52-1.el7", origin="rhel7"),)
    assert dict(found.packages) == {
        "libgdiplus": (PackageVersion(name="libgdiplus", version="2.10-10.el7", origin="epel"),),
        "mariadb": mariadb,
        "/usr/bin/mysqlcheck": mariadb,
        "policycoreutils-python": (PackageVersion(name="policycoreutils-python", version="2.5-34.el7", origin="base"),),
    }
    assert YUM.find_available(["nosuch"], site_of("yum-3.4")).problem == ""


def test_what_yum_would_change() -> None:
    assert YUM.preview(("postgresql10-devel",), site_of("yum-3.4")).changes == (
        Change(kind="install", package="libicu-devel", after="50.1.2-17.amzn2"),
        Change(kind="install", package="postgresql10-devel", after="10.11-2PGDG.rhel7"),
    )
    losses = YUM.preview(("successor",), site_of("yum-3.4")).losses
    assert [(change.package, change.before) for change in losses] == [
        ("nodejs", "1:16.20.2-1.el7"),
        ("nodejs-libs", "1:16.20.2-1.el7"),
        ("openssl11", "1:1.1.1k-7.el7"),
        ("openssl11-libs", "1:1.1.1k-7.el7"),
    ]


def test_yum_ends_with_0_although_it_did_not_find_all() -> None:
    assert YUM.preview(("zlib-devel", "nosuch"), site_of("yum-3.4")).problem == "No package nosuch available"


def test_the_index_of_yum() -> None:
    assert YUM.find_index_time(site_of("yum-3.4")) is not None
    nothing = make_site(RecordedHost(executables=["/usr/bin/yum"]))
    assert YUM.find_index_time(nothing) is None
    assert YUM.preview(("x",), nothing).problem == "yum has no index here: `yum makecache fast` fetches it"
    assert YUM.find_available(["x"], nothing).problem == YUM.preview(("x",), nothing).problem


@pytest.mark.parametrize(
    "text",
    [
        "Existing lock /var/run/yum.pid: another copy is running as pid 2077.",
        "Another app is currently holding the yum lock; exiting as configured by exit_on_lock",
    ],
)
def test_a_lock_of_yum(text: str) -> None:
    assert re.search(YUM.lock_message, text)


# microdnf


def test_what_microdnf_has() -> None:
    site = site_of("microdnf-3")
    found = MICRODNF.find_available(["libfoo-devel", "libfoo"], site)
    assert {name: [item.version for item in items] for name, items in found.packages.items()} == {
        "libfoo-devel": ["2:1.2~rc1-1", "2:1.0-1"],
        "libfoo": ["1.0-1"],
    }
    virtual = MICRODNF.find_available(["pkgconfig(foo)", "libfoo"], site).packages
    assert [item.name for item in virtual["pkgconfig(foo)"]] == ["libfoo-devel"]
    assert MICRODNF.find_available(["pkgconfig(foo)", "nosuch"], site).problem == (
        "microdnf does not say which of pkgconfig(foo), nosuch a package provides"
    )
    nothing = MICRODNF.find_available(["nosuch"], site)
    assert (dict(nothing.packages), nothing.problem) == ({}, "")


@pytest.mark.parametrize("done", [None, Completed(returncode=0, stdout="garbage\n")])
def test_microdnf_that_says_something_else(done: Completed | None) -> None:
    assert MICRODNF.find_available(["x"], make_site(AnsweringHost(done))).problem


def test_microdnf_that_cannot_be_asked() -> None:
    assert MICRODNF.find_available(["of-an-older-one"], site_of("microdnf-3")).problem == (
        "`microdnf repoquery` failed with 1: error: Unknown command: 'repoquery'"
    )


def test_microdnf_has_no_simulation() -> None:
    assert not MICRODNF.preview(("x",), make_site()).is_simulated
    assert MICRODNF.install_command(("x",), make_site(), unattended=True) == (
        ("microdnf", "install", "--assumeyes", "x")
    )
