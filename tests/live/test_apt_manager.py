"""The real apt, in a Debian of its own with a repository that is made here."""

from __future__ import annotations

import fcntl
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.database.table import get_database
from extdeps.host import RootHost
from extdeps.manager.interface import Site
from extdeps.manager.table import find_managers, get_manager, has_stale_index
from extdeps.model.transaction import Change
from support.debrepository import (
    REPOSITORY,
    ChrootHost,
    Deb,
    clear_lists,
    make_debian,
    write_repository,
)
from support.recorded import make_site

APT = get_manager("apt")
KILLS_DPKG = "[ -e /srv/{0} ] || {{ touch /srv/{0}; kill -KILL $PPID; exit 0; }}"
PACKAGES = (
    Deb(name="xx-lib", version="1.0-1", fields="Provides: xx-abi (= 1), xx-virtual\n"),
    Deb(name="xx-lib", version="1:2.0-1", fields="Provides: xx-abi (= 2), xx-virtual\n"),
    Deb(name="xx-other", version="0.5", fields="Provides: xx-virtual, xx-single\n"),
    Deb(name="xx-dev", version="1.0-1", fields="Depends: xx-lib (>= 1:2)\n"),
    Deb(name="xx-rival", fields="Conflicts: xx-dev\n"),
    Deb(name="xx-unmet", fields="Depends: xx-nosuch (>= 3)\n"),
    Deb(name="xx-held", version="1"),
    Deb(name="xx-held", version="2"),
    Deb(name="xx-phased", version="1"),
    Deb(name="xx-phased", version="2", indexed="Phased-Update-Percentage: 20\n"),
    Deb(name="xx-fails", scripts={"postinst": "[ -e /srv/mended ] || { echo sorry >&2; exit 3; }"}),
    Deb(name="xx-killed", scripts={"postinst": KILLS_DPKG.format("killed")}),
    Deb(name="xx-half", scripts={"preinst": KILLS_DPKG.format("half")}),
    Deb(name="xx-hangs", scripts={"postinst": "[ -e /srv/awake ] || exec sleep 600"}),
    Deb(name="xx-foreign", architecture="i386"),
    Deb(name="xx-vanishes"),
    Deb(name="xx-fetched"),
    Deb(name="xx-asks", version="1", files={"/etc/xx-asks": "1\n"}),
    Deb(name="xx-asks", version="2", files={"/etc/xx-asks": "2\n"}),
    Deb(name="xx-locked"),
    Deb(name="xx-plain"),
    Deb(name="y12.0-dev"),
    Deb(name="z12x0-dev"),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Debian with a repository and an index of it; each test has packages of its own."""
    assert shutil.which("debootstrap"), "install debootstrap"
    root = tmp_path_factory.mktemp("apt") / "root"
    make_debian(root, "bookworm")
    write_repository(root, PACKAGES)
    refresh(make_site(ChrootHost(root)))
    return root


@pytest.fixture
def site(root: Path) -> Site:
    return make_site(ChrootHost(root))


def run(site: Site, argv: tuple[str, ...], *, timeout: float = 60.0) -> tuple[Completed, str]:
    """Run a command that changes the system as a plan would be."""
    lines: list[str] = []
    done = site.host.follow(
        argv, on_line=lines.append, timeout=timeout, environ={**site.host.environ, **dict(APT.environment)}
    )
    assert done
    return done, "\n".join(lines)


def succeed(site: Site, argv: tuple[str, ...]) -> str:
    done, said = run(site, argv)
    assert done.is_success, said
    return said


def refresh(site: Site) -> None:
    succeed(site, APT.refresh_command(site))


def install(site: Site, *names: str, allow_removals: bool = False) -> tuple[Completed, str]:
    return run(site, APT.install_command(names, site, unattended=True, allow_removals=allow_removals))


def installed(site: Site, *names: str) -> dict[str, str]:
    """The versions that the database has of packages."""
    database = get_database("debian", RootHost(site.host.name), site.interpreter)
    found = database.find(names) if database else None
    assert found is not None
    return {name: item.packaged for name, item in found.items()}


def is_locked(said: str) -> bool:
    return re.search(APT.lock_message, said) is not None


@contextmanager
def hold_lock(root: Path, path: str) -> Iterator[None]:
    """Hold a lock as another package manager would."""
    with (root / path).open("r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        yield


def test_what_there_is(site: Site) -> None:
    assert "apt" in {found.name for found in find_managers(site.host)}
    assert APT.find_version(site).startswith("2.6")
    assert not has_stale_index(APT, site)
    assert not APT.needs_elevation(site)


def test_what_can_be_had(site: Site) -> None:
    names = ("xx-lib", "xx-virtual", "xx-abi", "xx-single", "xx-nosuch", "xx-phased", "y12.0-dev", "z12.0-dev", "apt")
    available = APT.find_available(names, site)
    assert available.problem == ""
    origins = {item.origin for found in available.packages.values() for item in found if item.name != "apt"}
    assert origins == {"./"}
    found = {name: [(item.name, item.version) for item in items] for name, items in available.packages.items()}
    assert found.pop("apt")[0][0] == "apt"
    assert sorted(found.pop("xx-virtual")) == [("xx-lib", "1:2.0-1"), ("xx-other", "0.5")]
    assert found == {
        "xx-lib": [("xx-lib", "1:2.0-1"), ("xx-lib", "1.0-1")],
        "xx-abi": [("xx-lib", "1:2.0-1")],
        "xx-single": [("xx-other", "0.5")],
        "xx-phased": [("xx-phased", "2"), ("xx-phased", "1")],
        "y12.0-dev": [("y12.0-dev", "1.0")],
    }


def test_from_the_preview_to_the_second_run(root: Path, site: Site) -> None:
    names = ("xx-dev", "xx-single")
    assert installed(site, *names, "xx-lib") == {}
    preview = APT.preview(names, site)
    assert (preview.problem, preview.losses, preview.is_simulated) == ("", (), True)
    assert [(change.kind, change.package, change.after) for change in preview.changes] == [
        ("install", "xx-dev", "1.0-1"),
        ("install", "xx-lib", "1:2.0-1"),
        ("install", "xx-other", "0.5"),
    ]
    archives = ("xx-dev_1.0-1", "xx-lib_1:2.0-1", "xx-other_0.5")
    place = root / REPOSITORY.lstrip("/")
    assert preview.download == sum((place / f"{name}_all.deb").stat().st_size for name in archives)
    assert installed(site, *names, "xx-lib") == {}
    done, said = install(site, *names)
    assert done.is_success, said
    assert installed(site, *names, "xx-lib", "xx-virtual") == {
        "xx-dev": "1.0-1",
        "xx-single": "0.5",
        "xx-lib": "1:2.0-1",
        "xx-virtual": "1:2.0-1",
    }
    again = APT.preview(("xx-dev", "xx-single"), site)
    assert (again.changes, again.download, again.problem) == ((), 0, "")
    done, said = install(site, *names)
    assert done.is_success
    assert "0 upgraded, 0 newly installed, 0 to remove" in said
    assert APT.repair_commands(site) == ()


def test_a_removal_is_refused_until_it_is_allowed(site: Site) -> None:
    install(site, "xx-dev")
    preview = APT.preview(("xx-rival",), site)
    assert preview.losses == (Change(kind="remove", package="xx-dev", before="1.0-1"),)
    assert preview.changes == (*preview.losses, Change(kind="install", package="xx-rival", after="1.0"))
    done, said = install(site, "xx-rival")
    assert not done.is_success
    assert "Packages need to be removed but remove is disabled" in said
    assert installed(site, "xx-dev", "xx-rival") == {"xx-dev": "1.0-1"}
    done, said = install(site, "xx-rival", allow_removals=True)
    assert done.is_success, said
    assert installed(site, "xx-dev", "xx-rival") == {"xx-rival": "1.0"}


def test_a_downgrade_is_refused_until_it_is_allowed(root: Path, site: Site) -> None:
    install(site, "xx-phased")
    assert installed(site, "xx-phased") == {"xx-phased": "2"}
    pin = root / "etc/apt/preferences.d/test"
    pin.write_text("Package: xx-phased\nPin: version 1\nPin-Priority: 1001\n")
    preview = APT.preview(("xx-phased",), site)
    assert preview.losses == (Change(kind="downgrade", package="xx-phased", before="2", after="1"),)
    assert preview.download
    done, said = install(site, "xx-phased")
    assert not done.is_success
    assert "Packages were downgraded and -y was used without --allow-downgrades" in said
    done, said = install(site, "xx-phased", allow_removals=True)
    assert done.is_success, said
    assert installed(site, "xx-phased") == {"xx-phased": "1"}
    pin.unlink()


def test_what_is_held_stays(site: Site) -> None:
    succeed(site, ("apt-get", "install", "--yes", "xx-held=1"))
    succeed(site, ("apt-mark", "hold", "xx-held"))
    preview = APT.preview(("xx-held",), site)
    assert preview.problem.startswith("Held packages were changed and -y was used")
    for allow_removals in (False, True):
        done, _ = install(site, "xx-held", allow_removals=allow_removals)
        assert not done.is_success
    assert installed(site, "xx-held") == {"xx-held": "1"}
    succeed(site, ("apt-mark", "unhold", "xx-held"))


def test_what_cannot_be_had(site: Site) -> None:
    assert APT.preview(("xx-plain", "xx-absent"), site).problem == "Unable to locate package xx-absent"
    assert APT.preview(("xx-plain", "xx-nosuch"), site).problem == "Package 'xx-nosuch' has no installation candidate"
    unmet = APT.preview(("xx-unmet",), site).problem
    assert unmet.startswith("Unable to correct problems, you have held broken packages.; xx-unmet : Depends: xx-nosuch")
    assert APT.preview(("xx-virtual",), site).problem == "Package 'xx-virtual' has no installation candidate"
    done, _ = install(site, "xx-plain", "xx-absent")
    assert not done.is_success
    assert installed(site, "xx-plain") == {}


@pytest.mark.parametrize("name", ["z12.0-dev", "z1.*", "xx-plai."])
def test_a_name_is_no_pattern(site: Site, name: str) -> None:
    """By itself apt-get would install `z12x0-dev`."""
    assert APT.preview((name,), site).problem.startswith(f"Unable to locate package {name}; Couldn't find any package")
    done, _ = install(site, name)
    assert not done.is_success
    assert installed(site, "z12x0-dev", "xx-plain") == {}


def test_names_that_apt_takes_for_something_else(site: Site) -> None:
    """Why the grammar has them not; what passes it is passed behind `--` all the same."""
    install(site, "xx-dev", allow_removals=True)
    succeed(site, ("apt-get", "install", "--yes", "--", "xx-dev-"))
    assert installed(site, "xx-dev") == {}
    assert not APT.accepts("xx-dev-")
    for name in ("-oDebug::NoLocking", "--purge"):
        done, said = install(site, name)
        assert not done.is_success
        assert f"Unable to locate package {name}" in said


def test_a_foreign_architecture(root: Path, site: Site) -> None:
    succeed(site, ("dpkg", "--add-architecture", "i386"))
    refresh(site)
    assert APT.find_available(("xx-foreign",), site).packages == {}
    preview = APT.preview(("xx-foreign",), site)
    assert preview.changes == (Change(kind="install", package="xx-foreign:i386", after="1.0"),)
    succeed(site, ("dpkg", "--remove-architecture", "i386"))
    refresh(site)


def test_an_ordinary_user_may_ask(root: Path, site: Site) -> None:
    theirs = make_site(ChrootHost(root, user="nobody"))
    assert APT.needs_elevation(theirs)
    with hold_lock(root, "var/lib/dpkg/lock-frontend"), hold_lock(root, "var/cache/apt/archives/lock"):
        assert APT.preview(("xx-plain",), theirs) == APT.preview(("xx-plain",), site)
        assert APT.find_available(("xx-plain",), theirs) == APT.find_available(("xx-plain",), site)
    done, said = install(theirs, "xx-plain")
    assert not done.is_success
    assert "are you root?" in said
    assert not is_locked(said)


INSTALL = APT.install_command(("xx-locked",), make_site(), unattended=True)
CONFIGURE = ("dpkg", "--configure", "--pending")


@pytest.mark.parametrize(
    ("path", "argv"),
    [
        ("var/lib/dpkg/lock-frontend", INSTALL),
        ("var/lib/dpkg/lock", INSTALL),
        ("var/cache/apt/archives/lock", INSTALL),
        ("var/lib/apt/lists/lock", APT.refresh_command(make_site())),
        ("var/lib/dpkg/lock-frontend", CONFIGURE),
        ("var/lib/dpkg/lock", CONFIGURE),
    ],
)
def test_a_lock_that_another_holds(root: Path, site: Site, path: str, argv: tuple[str, ...]) -> None:
    with hold_lock(root, path):
        done, said = run(site, argv)
        assert not done.is_success
        assert is_locked(said)
        assert not APT.preview(("xx-locked",), site).problem
    succeed(site, argv)


@pytest.mark.parametrize("name", ["xx-killed", "xx-half"])
def test_an_interrupted_run_is_finished(site: Site, name: str) -> None:
    done, _ = install(site, name)
    assert not done.is_success
    assert installed(site, name) == {}
    done, said = install(site, "xx-plain")
    assert not done.is_success
    assert "dpkg was interrupted" in said
    commands = APT.repair_commands(site)
    assert [command[0] for command in commands] == ["dpkg", "apt-get"]
    for command in commands:
        succeed(site, command)
    assert installed(site, name) == {name: "1.0"}
    assert APT.repair_commands(site) == ()


def test_a_script_that_fails(root: Path, site: Site) -> None:
    done, said = install(site, "xx-fails")
    assert not done.is_success
    assert "sorry" in said.splitlines()
    assert installed(site, "xx-fails") == {}
    commands = APT.repair_commands(site)
    done, _ = run(site, commands[0])
    assert not done.is_success
    (root / "srv/mended").touch()
    for command in commands:
        succeed(site, command)
    assert installed(site, "xx-fails") == {"xx-fails": "1.0"}
    assert APT.repair_commands(site) == ()


def test_a_script_that_hangs(root: Path, site: Site) -> None:
    command = APT.install_command(("xx-hangs",), site, unattended=True)
    done, _ = run(site, command, timeout=4)
    assert done.fault == "it took longer than 4 s"
    assert installed(site, "xx-hangs") == {}
    (root / "srv/awake").touch()
    for command in APT.repair_commands(site):
        succeed(site, command)
    assert installed(site, "xx-hangs") == {"xx-hangs": "1.0"}


def test_a_changed_configuration_file_is_kept(root: Path, site: Site) -> None:
    succeed(site, ("apt-get", "install", "--yes", "xx-asks=1"))
    (root / "etc/xx-asks").write_text("mine\n")
    done, said = install(site, "xx-asks")
    assert done.is_success, said
    assert installed(site, "xx-asks") == {"xx-asks": "2"}
    assert (root / "etc/xx-asks").read_text() == "mine\n"


def test_a_package_that_vanished(root: Path, site: Site) -> None:
    """First its file, while the index still has it, then its entry."""
    assert APT.find_available(("xx-vanishes",), site).packages
    (root / REPOSITORY.lstrip("/") / "xx-vanishes_1.0_all.deb").unlink()
    assert not APT.preview(("xx-vanishes",), site).problem
    done, said = install(site, "xx-vanishes", "xx-fetched")
    assert not done.is_success
    assert "Failed to fetch" in said
    assert installed(site, "xx-vanishes", "xx-fetched") == {}
    install(site, "xx-fetched")
    write_repository(root, [item for item in PACKAGES if item.name not in ("xx-vanishes", "xx-fetched")])
    refresh(site)
    available = APT.find_available(("xx-vanishes", "xx-fetched"), site)
    assert set(available.packages) == {"xx-fetched"}
    assert available.packages["xx-fetched"][0].origin == ""  # only installed
    assert APT.preview(("xx-vanishes",), site).problem == "Unable to locate package xx-vanishes"
    done, said = install(site, "xx-vanishes")
    assert not done.is_success
    assert "Unable to locate package xx-vanishes" in said
    write_repository(root, PACKAGES)
    refresh(site)


def test_a_fresh_container(root: Path, site: Site) -> None:
    clear_lists(root)
    assert APT.find_index_time(site) is None
    assert has_stale_index(APT, site)
    assert APT.find_available(("xx-plain",), site).packages == {}
    assert APT.preview(("xx-plain",), site).problem == "Unable to locate package xx-plain"
    refresh(site)
    assert not has_stale_index(APT, site)
    assert APT.find_available(("xx-plain",), site).packages


def test_as_many_questions_for_many_names(root: Path) -> None:
    counts = []
    for names in (PACKAGES[:1], PACKAGES):
        host = ChrootHost(root)
        APT.find_available([item.name for item in names], make_site(host))
        counts.append(len(host.runs))
    assert counts[0] == 1
    assert counts[1] <= 3


def test_english_whatever_the_language_is(site: Site) -> None:
    """The machine's is German, and apt has that."""
    spoken: list[str] = []
    site.host.follow(("apt-get", "check"), on_line=spoken.append, timeout=10)
    assert "Paketlisten werden gelesen" in "\n".join(spoken)
    assert "Reading package lists" in succeed(site, ("apt-get", "check"))
