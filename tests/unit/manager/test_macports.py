"""port: what it is given, and what its answers mean."""

from __future__ import annotations

import pytest

from extdeps.child import Completed
from extdeps.manager.macports import Macports
from extdeps.model.transaction import Change, Preview
from support.recorded import RecordedHost, load_host, make_site

OLD, NEW = "managers/macports-2.3", "managers/macports-2.10"
INFO = ("port", "-qp", "info", "--index", "--line", "--name", "--version", "--revision")
DRY_RUN = ("port", "-N", "-y", "install")


@pytest.mark.parametrize("name", ["zlib", "py313-numpy", "ImageMagick7", "libsigcxx2", "gtk-osx-application", "go-1.4"])
def test_names_of_ports(name: str) -> None:
    assert Macports().accepts(name)


@pytest.mark.parametrize(
    "name",
    [
        "installed",
        "all",
        "Leaves",
        "not",
        "and",
        "libyaml-dev-",
        "-f",
        "+universal",
        "@1.2",
        "name:x",
        "zlib*",
        "./x",
        "a/b",
        "(x)",
    ],
)
def test_what_is_no_name(name: str) -> None:
    assert not Macports().accepts(name)


def test_commands() -> None:
    port, site = Macports(), make_site()
    assert port.install_command(("zlib",), site) == ("port", "install", "zlib")
    assert port.install_command(("zlib",), site, unattended=True) == ("port", "-N", "install", "zlib")
    assert port.refresh_command(site) == ("port", "sync")
    assert port.find_version(make_site(load_host(OLD))) == "2.3.4"
    assert port.find_version(site) == ""


def test_what_would_change() -> None:
    assert Macports().preview(("go",), make_site(load_host(OLD))) == Preview(
        changes=(
            Change(kind="upgrade", package="go", before="1.6.2_1", after="1.7_0"),
            Change(kind="install", package="go-1.4", after="1.4.3_0"),
        )
    )
    # zlib is there; proj9 is deactivated, so that none of its files is in place
    assert Macports().preview(("gdal", "zlib"), make_site(load_host(NEW))) == Preview(
        changes=(
            Change(kind="install", package="gdal", after="3.10.0_2"),
            Change(kind="install", package="geos", after="3.13.0_0"),
            Change(kind="install", package="proj9", after="9.5.0_1"),
        )
    )


def test_only_root_can_do_a_dry_run() -> None:
    host = load_host(NEW)
    refused = Macports().preview(("zlib",), make_site(host))
    assert refused.problem == "Failed to install zlib: attempt to write a readonly database"
    host.is_root = False
    preview = Macports().preview(("zlib",), make_site(host))
    install = Change(kind="install", package="zlib", after="1.3.1_0")
    assert preview == Preview(changes=(install,), is_simulated=False)


def test_what_can_be_had() -> None:
    host = load_host(NEW)
    available = Macports().find_available(("zlib", "nosuch", "GDAL"), make_site(host))
    assert available.problem == ""
    assert {name: found[0].version for name, found in available.packages.items()} == {
        "zlib": "1.3.1_0",
        "GDAL": "3.10.0_2",
    }
    assert len(host.runs) == 1


def test_an_unknown_port() -> None:
    assert Macports().preview(("nosuch",), make_site(load_host(NEW))) == Preview(problem="port has no nosuch")


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (Completed(returncode=0, stdout="bonjour\n"), "`port -y install` printed what cannot be read"),
        (Completed(returncode=0, stdout="", stderr="Error: boom\n"), "boom"),  # ends with 0 all the same
        (Completed(returncode=0, stdout="---> x\n", fault="it hung"), "`port -y install` gave no answer: it hung"),
        (Completed(returncode=1, stdout=""), "`port -y install` failed with 1: it printed nothing"),
    ],
)
def test_a_dry_run_that_says_nothing(done: Completed, problem: str) -> None:
    host = RecordedHost(commands={(*DRY_RUN, "zlib"): done})
    assert Macports().preview(("zlib",), make_site(host)) == Preview(problem=problem)


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (Completed(returncode=0, stdout="Can't map the URL\n"), "`port info` printed what cannot be read"),
        (Completed(returncode=0, stdout="", fault="it hung"), "`port info` gave no answer: it hung"),
        (Completed(returncode=1, stdout="", stderr="Error: no index\n"), "no index"),
    ],
)
def test_a_question_without_an_answer(done: Completed, problem: str) -> None:
    host = RecordedHost(commands={(*INFO, "zlib"): done})
    assert Macports().find_available(("zlib",), make_site(host)).problem == problem


@pytest.mark.parametrize("count", [1, 50])
def test_a_fixed_number_of_processes(count: int) -> None:
    names = tuple(f"x{number}" for number in range(count))
    host = RecordedHost(
        commands={
            (*DRY_RUN, *names): Completed(returncode=0, stdout=""),
            (*INFO, *names): Completed(returncode=0, stdout="".join(f"{name}\t1.0\t0\n" for name in names)),
            ("port", "-q", "installed", *names): Completed(returncode=0, stdout=""),
        }
    )
    assert len(Macports().preview(names, make_site(host)).changes) == count
    assert len(host.runs) == 3


def test_when_the_ports_were_fetched() -> None:
    path = "/opt/local/var/macports/sources/rsync.macports.org/macports/release/tarballs/ports/PortIndex"
    assert Macports().find_index_time(make_site(RecordedHost(empty=[path]))) is not None
    assert Macports().find_index_time(make_site(RecordedHost())) is None
