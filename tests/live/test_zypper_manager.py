"""zypper itself: what it has and would change, below a directory, from a repository made here."""

from __future__ import annotations

import os
import re
import subprocess
import time
from pathlib import Path

import pytest

from extdeps.host import LocalHost
from extdeps.manager.interface import Site
from extdeps.manager.table import find_managers, get_manager, has_stale_index
from extdeps.model.transaction import Change, PackageVersion
from support.recorded import make_site
from support.rpmbuilt import BelowHost, build_rpm_repository, do, installed, need

ZYPPER = get_manager("zypper")
LONG = "a-package-with-a-rather-long-name-that-fills-its-column"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_rpm_repository(tmp_path_factory.mktemp("rpm"))


@pytest.fixture
def site(tmp_path: Path, repository: Path) -> Site:
    """A place without any package, with one repository that was not fetched yet."""
    root = tmp_path / "root"
    root.mkdir()
    add = [need("zypper"), "--root", str(root), "--non-interactive", "addrepo", "--no-gpgcheck"]
    subprocess.run([*add, f"dir://{repository}", "t"], check=True, capture_output=True)
    options = {"zypper": ("--root", str(root)), "rpm": ("--root", str(root))}
    return make_site(BelowHost(root, options))


def install(site: Site, *names: str, allow_removals: bool = False, returncode: int = 0) -> str:
    command = ZYPPER.install_command(names, site, unattended=True, allow_removals=allow_removals)
    return do(site, ZYPPER, command, returncode=returncode)


def test_it_is_here() -> None:
    assert "zypper" in [manager.name for manager in find_managers(LocalHost({"PATH": "/usr/bin"}))]
    assert ZYPPER.find_version(make_site(LocalHost({"PATH": "/usr/bin"}))).startswith("1.")


def test_from_an_empty_place_to_installed_packages(site: Site) -> None:
    assert has_stale_index(ZYPPER, site)
    assert "`zypper refresh` fetches it" in ZYPPER.find_available(["libfoo"], site).problem
    assert "`zypper refresh` fetches it" in ZYPPER.preview(("libfoo",), site).problem
    do(site, ZYPPER, ZYPPER.refresh_command(site))
    fetched = ZYPPER.find_index_time(site)
    assert fetched is not None
    assert abs(time.time() - fetched) < 60
    assert not has_stale_index(ZYPPER, site)

    available = ZYPPER.find_available(["libfoo-devel", "pkgconfig(foo)", "libfoo.so.1()(64bit)", "nosuch"], site)
    first, second = (
        PackageVersion(name="libfoo-devel", version=version, origin="t") for version in ("2:1.0-1", "2:1.2~rc1-1")
    )
    assert available.problem == ""
    assert dict(available.packages) == {
        "libfoo-devel": (second, first),
        "pkgconfig(foo)": (second, first),
        "libfoo.so.1()(64bit)": (PackageVersion(name="libfoo", version="1.0-1", origin="t"),),
    }
    assert dict(ZYPPER.find_available(["nosuch"], site).packages) == {}

    preview = ZYPPER.preview(("libfoo-devel",), site)
    assert preview.problem == ""
    assert preview.changes == (
        Change(kind="install", package="libfoo", after="1.0-1"),
        Change(kind="install", package="libfoo-devel", after="2:1.2~rc1-1"),
    )
    assert preview.download
    install(site, "libfoo-devel")
    names = ("libfoo", "libfoo-devel", "pkgconfig(foo)")
    assert installed(site, *names) == dict(zip(names, ("1.0-1", "2:1.2~rc1-1", "2:1.2~rc1-1"), strict=True))
    assert ZYPPER.preview(("libfoo-devel", "libfoo"), site).changes == ()
    assert "Nothing to do." in install(site, "libfoo-devel", "libfoo")


def test_what_would_be_lost(site: Site) -> None:
    do(site, ZYPPER, ZYPPER.refresh_command(site))
    install(site, "old-lib", "libfoo-devel", "legacy-lib")
    before = installed(site, "old-lib", "libfoo-devel", "legacy-lib")
    assert len(before) == 3
    assert ZYPPER.preview((LONG,), site).losses == (Change(kind="remove", package="old-lib", before="0.9-1"),)
    assert ZYPPER.preview(("needs-first-foo",), site).losses == (
        Change(kind="downgrade", package="libfoo-devel", before="2:1.2~rc1-1", after="2:1.0-1"),
    )
    assert ZYPPER.preview(("modern-lib",), site).losses == (Change(kind="remove", package="legacy-lib", before="1-1"),)
    assert "conflicts with old-lib" in install(site, LONG, returncode=4)
    assert "downgrade of libfoo-devel" in install(site, "needs-first-foo", returncode=4)
    assert installed(site, "old-lib", "libfoo-devel", "legacy-lib") == before
    install(site, LONG, allow_removals=True)
    assert installed(site, "old-lib", LONG) == {LONG: "1-1"}


def test_what_cannot_be(site: Site) -> None:
    do(site, ZYPPER, ZYPPER.refresh_command(site))
    assert "nothing provides nosuch-thing >= 3" in ZYPPER.preview(("broken-devel",), site).problem
    assert ZYPPER.preview(("libfoo", "nosuch"), site).problem == "No provider of 'nosuch' found."
    assert "No provider of 'nosuch' found." in install(site, "libfoo", "nosuch", returncode=104)


def test_another_process_has_the_lock(site: Site, tmp_path: Path) -> None:
    do(site, ZYPPER, ZYPPER.refresh_command(site))
    (tmp_path / "root/run").mkdir(exist_ok=True)
    (tmp_path / "root/run/zypp.pid").write_text(f"{os.getpid()}\n")
    assert re.search(ZYPPER.lock_message, install(site, "libfoo", returncode=7))
    assert "System management is locked" in ZYPPER.preview(("libfoo",), site).problem
