"""pacman itself, with repositories and a root that are made here."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.database.pacman import Pacman as Database
from extdeps.interpreter import Interpreter
from extdeps.manager.interface import Manager, Site
from extdeps.manager.table import get_manager, has_stale_index
from extdeps.model.transaction import Change, PackageVersion, Preview
from support.pacmanroot import PacmanHost

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.13.5")
PACMAN: Manager = get_manager("pacman")


@pytest.fixture
def host(tmp_path: Path) -> PacmanHost:
    """Two repositories, and a machine with older packages."""
    host = PacmanHost(tmp_path)
    make = host.make_package
    host.install_files(
        make("zlib", "1:1.1-1"), make("app", "1.0-1"), make("user", "1-1", depend=["app"]), make("newest", "9-1")
    )
    host.add_repository(
        "core",
        make("zlib", "1:1.3-1", provides=["libz.so=1-64"]),
        make("app-ng", "3.0-1", provides=["app=3.0"], conflict=["app"]),
        make("app-else", "3.0-1", conflict=["app"]),
        make("jre", "21-1", provides=["java-runtime=21"]),
        make("broken", "1-1", depend=["nosuch>=3"]),
        make("newest", "8-1"),
    )
    host.add_repository(
        "extra",
        make("zlib", "1:1.2-1"),
        make("tool", "2.0-1", depend=["zlib>=1:1.3", "java-runtime"]),
        make("jre17", "17-1", provides=["java-runtime=17"]),
    )
    return host


@pytest.fixture
def site(host: PacmanHost) -> Site:
    """A machine whose index is fetched; `-Sy` alone is enough for that, as nothing is there to be upgraded."""
    assert host.run(("pacman", "-Sy")).is_success
    host.runs.clear()
    return Site(host=host, interpreter=PYTHON)


def run(host: PacmanHost, command: tuple[str, ...]) -> Completed:
    return host.run(command, timeout=60.0, environ=dict(PACMAN.environment))


def versions(host: PacmanHost, *names: str) -> dict[str, str]:
    found = Database(host, PYTHON).find(names)
    assert found is not None
    return {name: f"{item.name} {item.packaged}" for name, item in found.items()}


def test_it_tells_its_version(site: Site) -> None:
    assert re.fullmatch(r"[67]\.\d+\.\d+", PACMAN.find_version(site))


def test_what_it_has(host: PacmanHost, site: Site) -> None:
    available = PACMAN.find_available(("zlib", "java-runtime", "libz.so", "app", "nosuch"), site)
    assert available.problem == ""
    assert available.packages == {
        "zlib": (
            PackageVersion(name="zlib", version="1:1.3-1", origin="core"),
            PackageVersion(name="zlib", version="1:1.2-1", origin="extra"),
        ),
        "java-runtime": (
            PackageVersion(name="jre", version="21-1", origin="core"),
            PackageVersion(name="jre17", version="17-1", origin="extra"),
        ),
        "libz.so": (PackageVersion(name="zlib", version="1:1.3-1", origin="core"),),
        "app": (PackageVersion(name="app-ng", version="3.0-1", origin="core"),),
    }
    assert len(host.runs) == 1


def test_preview_install_probe_and_again(host: PacmanHost, site: Site) -> None:
    preview = PACMAN.preview(("tool",), site)
    assert preview.problem == ""
    assert preview.changes == (
        Change(kind="upgrade", package="zlib", before="1:1.1-1", after="1:1.3-1"),
        Change(kind="install", package="jre", after="21-1"),
        Change(kind="install", package="tool", after="2.0-1"),
    )
    sizes = [(host.repositories / f"{name}-any.pkg.tar.gz").stat().st_size for name in ("jre-21-1", "tool-2.0-1")]
    assert preview.download == sum(sizes) + (host.repositories / "zlib-1:1.3-1-any.pkg.tar.gz").stat().st_size
    assert versions(host, "tool", "zlib") == {"zlib": "zlib 1:1.1-1"}
    assert run(host, PACMAN.install_command(("tool",), site, unattended=True)).is_success
    assert versions(host, "tool", "zlib", "java-runtime") == {
        "tool": "tool 2.0-1",
        "zlib": "zlib 1:1.3-1",
        "java-runtime": "jre 21-1",
    }
    assert PACMAN.preview(("tool",), site) == Preview(download=0)
    again = run(host, PACMAN.install_command(("tool",), site, unattended=True))
    assert again.is_success
    assert "there is nothing to do" in again.stdout


def test_a_removal_is_shown_and_refused_until_it_is_allowed(host: PacmanHost, site: Site) -> None:
    preview = PACMAN.preview(("app-ng",), site)
    assert preview.problem == ""
    assert preview.changes == (
        Change(kind="remove", package="app", before="1.0-1"),
        Change(kind="install", package="app-ng", after="3.0-1"),
    )
    refused = run(host, PACMAN.install_command(("app-ng",), site, unattended=True))
    assert not refused.is_success
    assert versions(host, "app-ng", "app") == {"app": "app 1.0-1"}
    allowed = run(host, PACMAN.install_command(("app-ng",), site, unattended=True, allow_removals=True))
    assert allowed.is_success
    assert versions(host, "app-ng", "app") == {"app-ng": "app-ng 3.0-1", "app": "app-ng 3.0-1"}


def test_a_removal_that_breaks_another_package(host: PacmanHost, site: Site) -> None:
    problem = "removing `app` breaks the dependency `app` of `user`"
    assert PACMAN.preview(("app-else",), site).problem == problem
    allowed = run(host, PACMAN.install_command(("app-else",), site, unattended=True, allow_removals=True))
    assert not allowed.is_success
    assert "breaks dependency 'app' required by user" in allowed.stdout + allowed.stderr


def test_a_downgrade_is_shown(site: Site) -> None:
    change = Change(kind="downgrade", package="newest", before="9-1", after="8-1")
    assert PACMAN.preview(("newest",), site).losses == (change,)


@pytest.mark.parametrize(
    ("names", "problem"),
    [
        (("zlib", "nosuch"), "target not found: nosuch"),
        (
            ("broken",),
            "failed to prepare transaction (could not satisfy dependencies); "
            "unable to satisfy dependency 'nosuch>=3' required by broken",
        ),
        (("app-ng", "app-else"), "`app-else` and `app-ng` are in conflict"),
    ],
)
def test_what_it_refuses(site: Site, names: tuple[str, ...], problem: str) -> None:
    assert PACMAN.preview(names, site).problem == problem


def test_a_package_that_vanished_after_the_preview(host: PacmanHost, site: Site) -> None:
    assert PACMAN.preview(("jre",), site).problem == ""
    (host.repositories / "jre-21-1-any.pkg.tar.gz").unlink()
    assert not run(host, PACMAN.install_command(("jre",), site, unattended=True)).is_success
    assert versions(host, "jre") == {}


def test_the_index(host: PacmanHost) -> None:
    site = Site(host=host, interpreter=PYTHON)
    assert PACMAN.find_index_time(site) is None
    assert PACMAN.find_available(("zlib",), site).problem == "pacman has fetched no index yet"
    assert PACMAN.preview(("zlib",), site).problem == "target not found: zlib"
    assert has_stale_index(PACMAN, site)
    assert run(host, (*PACMAN.refresh_command(site), *PACMAN.refresh_answers)).is_success
    assert not has_stale_index(PACMAN, site)
    assert versions(host, "zlib") == {"zlib": "zlib 1:1.3-1"}  # the system is upgraded with it
    sync = f"{host.root}/var/lib/pacman/sync"
    os.utime(sync, (0, time.time() - 2 * 24 * 3600))
    assert has_stale_index(PACMAN, site)
    assert run(host, (*PACMAN.refresh_command(site), *PACMAN.refresh_answers)).is_success
    assert not has_stale_index(PACMAN, site)  # although the repositories are as they were


def test_a_database_that_is_locked(host: PacmanHost, site: Site) -> None:
    lock = Path(host.root) / "var/lib/pacman/db.lck"
    lock.touch()
    refresh = (*PACMAN.refresh_command(site), *PACMAN.refresh_answers)
    for command in (PACMAN.install_command(("jre",), site, unattended=True), refresh):
        done = run(host, command)
        assert not done.is_success
        assert re.search(PACMAN.lock_message, done.stdout + done.stderr)
    assert PACMAN.preview(("jre",), site).problem == ""  # a question needs no lock
    assert PACMAN.repair_commands(site) == ()  # without /proc nobody knows who holds it
    (Path(host.root) / "proc/1").mkdir(parents=True)
    (Path(host.root) / "proc/1/comm").write_text("systemd\n")
    assert PACMAN.repair_commands(site) == (("rm", "/var/lib/pacman/db.lck"),)
    (Path(host.root) / "proc/1/comm").write_text("pacman\n")
    assert PACMAN.repair_commands(site) == ()
    lock.unlink()
    assert PACMAN.repair_commands(site) == ()
