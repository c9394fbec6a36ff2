"""brew: what it is given, and what its answers mean."""

from __future__ import annotations

import json
import re

import pytest

from extdeps.child import Completed
from extdeps.manager.brew import Brew
from extdeps.model.transaction import Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

VERSIONS = ("managers/homebrew-4.4", "managers/homebrew-7.0")
INFO = ("brew", "info", "--json=v2")
DRY_RUN = ("brew", "install", "--dry-run", "--formula")
ROOT = """\
Error: Running Homebrew as root is extremely dangerous and no longer supported.
As Homebrew does not drop privileges on installation you would be giving all
build scripts full access to your system.
"""

each = pytest.mark.parametrize("name", VERSIONS)


def info_of(*names: str, installed: str = "") -> Completed:
    formulae = [
        {
            "name": name,
            "full_name": name,
            "versions": {"stable": "1.0"},
            "installed": [{"version": installed}] if installed else [],
        }
        for name in names
    ]
    return Completed(returncode=0, stdout=json.dumps({"formulae": formulae, "casks": []}))


def preview_of(done: Completed) -> Preview:
    return Brew().preview(("x",), make_site(RecordedHost(commands={(*INFO, "x"): info_of("x"), (*DRY_RUN, "x"): done})))


def test_commands() -> None:
    brew, site = Brew(), make_site(RecordedHost(is_root=False))
    assert brew.install_command(("gdal",), site) == ("brew", "install", "gdal")
    assert brew.install_command(("gdal",), site, unattended=True) == ("brew", "install", "gdal")
    assert dict(brew.environment)["HOMEBREW_NO_ASK"] == "1"
    assert brew.refresh_command(site) == ("brew", "update")
    assert not brew.needs_elevation(site)


@pytest.mark.parametrize(
    "message",
    [
        "Error: Operation already in progress for gdal\nAnother active Homebrew process is already using gdal.",
        "Error: A `brew install gdal` process has already locked /opt/homebrew/Cellar/gdal.",
    ],
)
def test_another_brew_at_work(message: str) -> None:
    assert re.search(Brew().lock_message, message)


@each
def test_what_can_be_had(name: str) -> None:
    host = load_host(name)
    available = Brew().find_available(("gdal", "nosuch", "openssl@3", "macfuse"), make_site(host))
    assert available.problem == ""
    assert available.packages == {
        "gdal": (PackageVersion(name="gdal", version="3.10.0_2", origin="homebrew/core"),),
        "openssl@3": (PackageVersion(name="openssl@3", version="3.4.0", origin="homebrew/core"),),
        "macfuse": (PackageVersion(name="macfuse", version="4.8.2", origin="homebrew/cask"),),
    }
    assert len(host.runs) == 3
    assert Brew().find_version(make_site(host)).startswith(name.rpartition("-")[2])


@each
def test_what_is_disabled_cannot_be_had(name: str) -> None:
    available = Brew().find_available(("oldlib", "zlib"), make_site(load_host(name)))
    assert set(available.packages) == {"zlib"}


def test_an_alias_can_be_had() -> None:
    found = json.loads(info_of("openssl@3").stdout)
    found["formulae"][0]["aliases"] = ["openssl"]
    host = RecordedHost(
        files={"/home/a/.cache/Homebrew/api/formula_aliases.txt": "openssl|openssl@3\n"},
        environ={"HOME": "/home/a"},
        commands={
            ("brew", "formulae"): Completed(returncode=0, stdout="openssl@3\n"),
            ("brew", "casks"): Completed(returncode=0, stdout=""),
            (*INFO, "openssl"): Completed(returncode=0, stdout=json.dumps(found)),
        },
    )
    assert Brew().find_available(("openssl",), make_site(host)).packages["openssl"][0].name == "openssl@3"


@each
def test_what_would_change(name: str) -> None:
    host = load_host(name)
    preview = Brew().preview(("gdal", "openssl@3", "macfuse"), make_site(host))
    assert preview == Preview(
        changes=(
            Change(kind="upgrade", package="openssl@3", before="3.3.2", after="3.4.0"),
            Change(kind="upgrade", package="postgis", before="3.5.0", after="3.5.0_1"),
            Change(kind="upgrade", package="proj", before="9.4.1", after="9.5.0"),
            Change(kind="install", package="gdal", after="3.10.0_2"),
            Change(kind="install", package="geos", after="3.13.0"),
            Change(kind="install", package="macfuse", after="4.8.2"),
        )
    )
    assert len(host.runs) == 4
    assert Brew().preview(("zlib",), make_site(host)) == Preview()


@each
def test_an_unknown_formula(name: str) -> None:
    preview = Brew().preview(("nosuch",), make_site(load_host(name)))
    assert preview == Preview(problem='`brew info`: No available formula with the name "nosuch".')


@pytest.mark.parametrize(
    ("stdout", "packages"),
    [
        ("==> Would install 1 formula:\nx\n", ["x"]),
        ("==> Would install 1 formula:\nx 1.0\n", ["x"]),
        ("\x1b[34m==>\x1b[0m \x1b[1mWould install 1 formula:\x1b[0m\nx\n", ["x"]),
        ("==> Would install 2 formulae:\nx y\n", ["x", "y"]),
        ("==> Would install 2 formulae:\nx 1.0\ny 1.0\n", ["x", "y"]),
        (
            "==> Would install 1 formula:\nx\n==> Would install 2 dependencies for x:\ny 0.9 -> 1.0\nz\n",
            ["x", "y", "z"],
        ),
        (
            "==> Would install 1 formula:\nx\n==> Would upgrade 2 dependents of upgraded formula:\ny 1 -> 2, z 1\n",
            "xyz",
        ),
    ],
)
def test_the_forms_of_a_dry_run(stdout: str, packages: list[str]) -> None:
    commands = {(*INFO, "x"): info_of("x"), (*DRY_RUN, "x"): Completed(returncode=0, stdout=stdout)}
    commands |= {(*INFO, "y"): info_of("y"), (*INFO, "y", "z"): info_of("y", "z")}
    preview = Brew().preview(("x",), make_site(RecordedHost(commands=commands)))
    assert preview.problem == ""
    assert [change.package for change in preview.changes] == list(packages)


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (Completed(returncode=0, stdout=""), "`brew install --dry-run` says nothing of x"),
        (
            Completed(returncode=0, stdout="==> Würde 1 Formel installieren:\nx\n"),
            "`brew install --dry-run` says nothing",
        ),
        (Completed(returncode=0, stdout="==> Would install 3 formulae:\nx\n"), "`brew install --dry-run` printed what"),
        (Completed(returncode=1, stdout="", stderr=ROOT), "brew refuses to work as root; it is to be run by the user"),
        (
            Completed(returncode=1, stdout="", stderr="Error: x: no bottle available!\nIf you must, ...\n"),
            "`brew install --dry-run`: x: no bottle available!",
        ),
        (
            Completed(returncode=0, stdout="", fault="it took longer than 300 s"),
            "`brew install --dry-run` gave no answer",
        ),
    ],
)
def test_a_dry_run_that_is_none(done: Completed, problem: str) -> None:
    preview = preview_of(done)
    assert preview.problem.startswith(problem)
    assert preview.changes == ()


@pytest.mark.parametrize(
    "stdout", ["", "null", "[]", "{}", '{"formulae": [{}], "casks": []}', "<html>", '{"formulae": 1}']
)
def test_what_is_no_information(stdout: str) -> None:
    host = RecordedHost(commands={(*INFO, "x"): Completed(returncode=0, stdout=stdout)})
    assert Brew().preview(("x",), make_site(host)).problem == "`brew info` printed what cannot be read"


def test_questions_without_an_answer() -> None:
    assert Brew().find_available(("x",), make_site()).problem == (
        "`brew formulae` gave no answer: it cannot be run here"
    )
    root: dict[tuple[str, ...], Completed] = {
        ("brew", "formulae"): Completed(returncode=1, stdout="", stderr=ROOT),
    }
    assert Brew().find_available(("x",), make_site(RecordedHost(commands=root))).problem == (
        "brew refuses to work as root; it is to be run by the user whom it belongs to"
    )
    empty: dict[tuple[str, ...], Completed] = {
        ("brew", "formulae"): Completed(returncode=0, stdout=""),
        ("brew", "casks"): Completed(returncode=0, stdout=""),
    }
    assert Brew().find_available(("x",), make_site(RecordedHost(commands=empty))).problem == (
        "`brew formulae` lists nothing"
    )


@pytest.mark.parametrize("count", [1, 50])
def test_a_fixed_number_of_processes(count: int) -> None:
    names = tuple(f"x{number}" for number in range(count))
    listed = f"==> Would install {count} formula:\n" + "".join(f"{name} 1.0\n" for name in names)
    host = RecordedHost(
        commands={
            ("brew", "formulae"): Completed(returncode=0, stdout="\n".join(names)),
            ("brew", "casks"): Completed(returncode=0, stdout=""),
            (*INFO, *names): info_of(*names),
            (*DRY_RUN, *names): Completed(returncode=0, stdout=listed),
        }
    )
    assert len(Brew().find_available(names, make_site(host)).packages) == count
    assert len(Brew().preview(names, make_site(host)).changes) == count
    assert len(host.runs) == 5


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("/Users/a/Library/Caches/Homebrew/downloads/x", False),
        ("/Users/a/Library/Caches/Homebrew/api/formula.jws.json", True),
        ("/Users/a/Library/Caches/Homebrew/api/internal/packages.arm64_tahoe.jws.json", True),
        ("/opt/homebrew/Library/Taps/homebrew/homebrew-core/.git/FETCH_HEAD", True),
    ],
)
def test_when_the_index_was_fetched(path: str, there: bool) -> None:
    host = RecordedHost(empty=[path], environ={"HOME": "/Users/a"}, system="Darwin")
    assert (Brew().find_index_time(make_site(host)) is not None) == there
