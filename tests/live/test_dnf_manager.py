"""dnf 4 itself: what it has and would change, below a directory, from a repository made here."""

from __future__ import annotations

import os
import re
import time
from pathlib import Path

import pytest

from extdeps.host import LocalHost
from extdeps.manager.interface import Site
from extdeps.manager.table import find_managers, get_manager, has_stale_index
from extdeps.model.transaction import Change, PackageVersion
from support.recorded import make_site
from support.rpmbuilt import BelowHost, build_rpm_repository, do, installed, need

DNF = get_manager("dnf")
LONG = "a-package-with-a-rather-long-name-that-fills-its-column"


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_rpm_repository(tmp_path_factory.mktemp("rpm"))


@pytest.fixture
def site(tmp_path: Path, repository: Path) -> Site:
    """A place without any package, with one repository that was not fetched yet."""
    need("dnf")
    root = tmp_path / "root"
    (root / "etc/yum.repos.d").mkdir(parents=True)
    (root / "etc/yum.repos.d/t.repo").write_text(f"[t]\nname=t\nbaseurl=file://{repository}\ngpgcheck=0\n")
    options = {"dnf": ("--installroot", str(root), "--releasever=1"), "rpm": ("--root", str(root))}
    return make_site(BelowHost(root, options))


def install(site: Site, *names: str, allow_removals: bool = False, returncode: int = 0) -> str:
    command = DNF.install_command(names, site, unattended=True, allow_removals=allow_removals)
    return do(site, DNF, command, returncode=returncode)


def test_it_is_here() -> None:
    assert "dnf" in [manager.name for manager in find_managers(LocalHost({"PATH": "/usr/bin"}))]
    assert DNF.find_version(make_site(LocalHost({"PATH": "/usr/bin"}))).startswith("4.")


def test_from_an_empty_place_to_installed_packages(site: Site) -> None:
    assert has_stale_index(DNF, site)
    assert "`dnf makecache --refresh` fetches it" in DNF.find_available(["libfoo"], site).problem
    assert "`dnf makecache --refresh` fetches it" in DNF.preview(("libfoo",), site).problem
    do(site, DNF, DNF.refresh_command(site))
    fetched = DNF.find_index_time(site)
    assert fetched is not None
    assert abs(time.time() - fetched) < 60
    assert not has_stale_index(DNF, site)

    virtual = ("pkgconfig(foo)", "libfoo.so.1()(64bit)")
    available = DNF.find_available(["libfoo-devel", *virtual, "/usr/bin/libfoo-tool", "nosuch"], site)
    first, second = (
        PackageVersion(name="libfoo-devel", version=version, origin="t") for version in ("2:1.0-1", "2:1.2~rc1-1")
    )
    library = (PackageVersion(name="libfoo", version="1.0-1", origin="t"),)
    assert available.problem == ""
    assert dict(available.packages) == {
        "libfoo-devel": (second, first),
        "pkgconfig(foo)": (second, first),
        "libfoo.so.1()(64bit)": library,
        "/usr/bin/libfoo-tool": library,
    }

    preview = DNF.preview(("libfoo-devel",), site)
    assert preview.problem == ""
    assert preview.changes == (
        Change(kind="install", package="libfoo", after="1.0-1"),
        Change(kind="install", package="libfoo-devel", after="2:1.2~rc1-1"),
    )
    assert preview.download == 0  # the packages lie here
    install(site, "libfoo-devel")
    names = ("libfoo", "libfoo-devel", "pkgconfig(foo)")
    assert installed(site, *names) == dict(zip(names, ("1.0-1", "2:1.2~rc1-1", "2:1.2~rc1-1"), strict=True))
    assert DNF.preview(("libfoo-devel", "libfoo"), site).changes == ()
    assert "Nothing to do." in install(site, "libfoo-devel", "libfoo")


def test_an_older_one_is_upgraded(site: Site) -> None:
    do(site, DNF, DNF.refresh_command(site))
    install(site, "libfoo-devel-2:1.0")
    assert DNF.preview(("libfoo-devel",), site).changes == (
        Change(kind="upgrade", package="libfoo-devel", before="2:1.0-1", after="2:1.2~rc1-1"),
    )
    install(site, "libfoo-devel")
    assert installed(site, "libfoo-devel") == {"libfoo-devel": "2:1.2~rc1-1"}


def test_what_would_be_lost(site: Site) -> None:
    do(site, DNF, DNF.refresh_command(site))
    install(site, "old-lib", "libfoo-devel", "legacy-lib-1")
    before = installed(site, "old-lib", "libfoo-devel", "legacy-lib")
    assert len(before) == 3
    assert DNF.preview((LONG,), site).losses == (Change(kind="remove", package="old-lib", before="0.9-1"),)
    assert DNF.preview(("needs-first-foo",), site).losses == (
        Change(kind="downgrade", package="libfoo-devel", before="2:1.2~rc1-1", after="2:1.0-1"),
    )
    assert DNF.preview(("modern-lib",), site).losses == (Change(kind="remove", package="legacy-lib", before="1-1"),)
    assert "conflicts with old-lib" in install(site, LONG, returncode=1)
    assert installed(site, "old-lib", "libfoo-devel", "legacy-lib") == before
    install(site, LONG, allow_removals=True)
    assert installed(site, "old-lib", LONG) == {LONG: "1-1"}


def test_what_cannot_be(site: Site) -> None:
    do(site, DNF, DNF.refresh_command(site))
    assert "nothing provides nosuch-thing >= 3" in DNF.preview(("broken-devel",), site).problem
    assert DNF.preview(("libfoo", "nosuch"), site).problem == "No match for argument: nosuch"
    assert "No match for argument: nosuch" in install(site, "libfoo", "nosuch", returncode=1)


def test_a_package_that_vanished(site: Site, tmp_path: Path) -> None:
    do(site, DNF, DNF.refresh_command(site))
    (tmp_path / "root/etc/yum.repos.d/t.repo").write_text(f"[t]\nname=t\nbaseurl=file://{tmp_path}/no\ngpgcheck=0\n")
    install(site, "libfoo", returncode=1)


def test_another_process_has_the_lock(site: Site, tmp_path: Path) -> None:
    do(site, DNF, DNF.refresh_command(site))
    locks = tmp_path / "root/var/cache/dnf"
    (locks / "metadata_lock.pid").write_text(str(os.getpid()))
    text = install(site, "libfoo", returncode=200)
    assert re.search(DNF.lock_message, text)
