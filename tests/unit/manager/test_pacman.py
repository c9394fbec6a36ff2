"""pacman: what it answers, as two versions of it print that, and what is made of faults."""

from __future__ import annotations

import re

import pytest

from extdeps.child import Completed
from extdeps.manager.alpm import (
    AlpmPackage,
    are_in_conflict,
    find_broken,
    find_clash,
    find_removals,
    read_packages,
    satisfies,
)
from extdeps.manager.pacman import Pacman, PacmanOfMsys2
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

PACMAN = Pacman()


class Windows(RecordedHost):
    """A machine whose paths begin with the letter of a drive, and are as they are."""

    def real_path(self, path: str, /) -> str:
        return path


VERSIONS = ("6.0.2", "7.1.0")
SIMULATION = ("pacman", "-S", "--print", "--needed", "--noconfirm", "--print-format", "target %r %n %v %s", "--")
each_version = pytest.mark.parametrize("version", VERSIONS)


def recorded(version: str) -> RecordedHost:
    return load_host(f"managers/pacman-{version}")


def answering(*answers: tuple[tuple[str, ...], Completed]) -> RecordedHost:
    return RecordedHost(commands=dict(answers))


@each_version
def test_its_version(version: str) -> None:
    assert PACMAN.find_version(make_site(recorded(version))) == version


@each_version
def test_what_it_has(version: str) -> None:
    host = recorded(version)
    available = PACMAN.find_available(("zlib", "java-runtime", "libz.so", "nosuch"), make_site(host))
    zlib = PackageVersion(name="zlib", version="1:1.3-1", origin="core")
    assert available == Availability(
        packages={
            "zlib": (zlib, PackageVersion(name="zlib", version="1:1.2-1", origin="extra")),
            "java-runtime": (
                PackageVersion(name="jre", version="21-1", origin="core"),
                PackageVersion(name="jre17", version="17-1", origin="extra"),
            ),
            "libz.so": (zlib,),
        }
    )


@each_version
def test_the_number_of_names_makes_no_difference_to_that_of_processes(version: str) -> None:
    counts = []
    for names in (("zlib",), ("zlib", *(f"nosuch-{number}" for number in range(49)))):
        host = recorded(version)
        assert "zlib" in PACMAN.find_available(names, make_site(host)).packages
        counts.append(len(host.runs))
    assert counts == [1, 1]
    host = recorded(version)
    assert PACMAN.find_available((), make_site(host)) == Availability()
    assert host.runs == []


@each_version
def test_a_preview(version: str) -> None:
    host = recorded(version)
    preview = PACMAN.preview(("tool",), make_site(host))
    assert (preview.problem, preview.is_simulated) == ("", True)
    assert preview.changes == (
        Change(kind="upgrade", package="zlib", before="1:1.1-1", after="1:1.3-1"),
        Change(kind="install", package="jre", after="21-1"),
        Change(kind="install", package="tool", after="2.0-1"),
    )
    assert preview.download is not None
    assert preview.download > 300
    assert len(host.runs) == 3


@each_version
@pytest.mark.parametrize(
    ("name", "losses", "problem"),
    [
        ("app-ng", (Change(kind="remove", package="app", before="1.0-1"),), ""),
        (
            "app-else",
            (Change(kind="remove", package="app", before="1.0-1"),),
            "removing `app` breaks the dependency `app` of `user`",
        ),
        ("newest", (Change(kind="downgrade", package="newest", before="9-1", after="8-1"),), ""),
        ("nosuch", (), "target not found: nosuch"),
        (
            "broken",
            (),
            "failed to prepare transaction (could not satisfy dependencies); "
            "unable to satisfy dependency 'nosuch>=3' required by broken",
        ),
    ],
)
def test_what_a_preview_warns_of(version: str, name: str, losses: tuple[Change, ...], problem: str) -> None:
    preview = PACMAN.preview((name,), make_site(recorded(version)))
    assert (preview.losses, preview.problem) == (losses, problem)


@each_version
def test_what_it_says_of_a_lock(version: str) -> None:
    host = recorded(version)
    for argv in (("pacman", "-S", "--needed", "--noconfirm", "--", "jre"), ("pacman", "-Syu", "--noconfirm")):
        done = host.run(argv)
        assert done
        assert re.search(PACMAN.lock_message, done.stderr)
    refused = host.run(("pacman", "-S", "--needed", "--noconfirm", "--", "app-ng"))
    assert refused
    assert not re.search(PACMAN.lock_message, refused.stderr)


GARBAGE = Completed(returncode=0, stdout="\x00\xff<html>")
NOTHING = Completed(returncode=0, stdout="")
SLOW = Completed(returncode=-9, stdout="target core zlib 1-1 5\n", fault="it took longer than 60 s")
FLOOD = Completed(returncode=-9, stdout="", fault="it printed more than 256 MiB")
FOREIGN = Completed(returncode=1, stdout="", stderr="Fehler: Ziel nicht gefunden: zlib\n")
PARTIAL = Completed(returncode=0, stdout="target core zlib 1-1 5\n", stderr="error: could not open file\n")
UNREAD = "`pacman` printed nothing that can be read"


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (GARBAGE, UNREAD),
        (NOTHING, UNREAD),
        (SLOW, "`pacman` gave no answer: it took longer than 60 s"),
        (FLOOD, "`pacman` gave no answer: it printed more than 256 MiB"),
        (FOREIGN, "`pacman` failed with 1: Fehler: Ziel nicht gefunden: zlib"),
        (PARTIAL, "could not open file"),
    ],
)
def test_faults_of_a_simulation(done: Completed, problem: str) -> None:
    host = answering(((*SIMULATION, "zlib"), done), (("pacman", "-Qi"), Completed(returncode=1, stdout="")))
    assert PACMAN.preview(("zlib",), make_site(host)) == Preview(problem=problem)


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (GARBAGE, UNREAD),
        (NOTHING, UNREAD),
        (SLOW, "`pacman` gave no answer: it took longer than 60 s"),
        (FOREIGN, "`pacman` failed with 1: Fehler: Ziel nicht gefunden: zlib"),
    ],
)
def test_faults_of_the_other_questions(done: Completed, problem: str) -> None:
    target = ((*SIMULATION, "zlib"), Completed(returncode=0, stdout="target core zlib 1-1 5\n"))
    empty = (("pacman", "-Qi"), Completed(returncode=1, stdout=""))
    described = answering(target, empty, (("pacman", "-Si", "--", "core/zlib"), done))
    assert PACMAN.preview(("zlib",), make_site(described)) == Preview(problem=problem)
    if done not in (NOTHING, FOREIGN):  # with 1 and no package it says that none is installed
        installed = answering(target, (("pacman", "-Qi"), done))
        assert PACMAN.preview(("zlib",), make_site(installed)) == Preview(problem=problem)
    available = PACMAN.find_available(("zlib",), make_site(answering((("pacman", "-Si"), done))))
    assert available == Availability(problem=problem)


def test_without_pacman() -> None:
    problem = "`pacman` gave no answer: it cannot be run here"
    assert PACMAN.find_available(("zlib",), make_site()).problem == problem
    assert PACMAN.preview(("zlib",), make_site()).problem == problem
    assert PACMAN.find_version(make_site()) == ""


def test_a_machine_on_which_nothing_is_installed() -> None:
    host = answering(
        ((*SIMULATION, "zlib"), Completed(returncode=0, stdout="target core zlib 1-1 5\n")),
        (("pacman", "-Qi"), Completed(returncode=1, stdout="")),
        (("pacman", "-Si", "--", "core/zlib"), Completed(returncode=0, stdout="Name : zlib\nVersion : 1-1\n")),
    )
    change = Change(kind="install", package="zlib", after="1-1")
    assert PACMAN.preview(("zlib",), make_site(host)) == Preview(changes=(change,), download=5)


@each_version
def test_what_is_there_needs_nothing(version: str) -> None:
    installed = recorded(version).run(("pacman", "-Qi"))
    assert installed
    host = answering(((*SIMULATION, "zlib", "app"), NOTHING), (("pacman", "-Qi"), installed))
    assert PACMAN.preview(("zlib", "app"), make_site(host)) == Preview(download=0)


@pytest.mark.parametrize(
    ("unattended", "allow_removals", "command"),
    [
        (False, False, "pacman -S --needed a b"),
        (True, False, "pacman -S --needed --noconfirm -- a b"),
        (True, True, "pacman -S --needed --noconfirm --ask 4 -- a b"),
    ],
)
def test_commands(unattended: bool, allow_removals: bool, command: str) -> None:
    made = PACMAN.install_command(("a", "b"), make_site(), unattended=unattended, allow_removals=allow_removals)
    assert made == tuple(command.split())


@pytest.mark.parametrize("name", ["@group", "-o", "--needed", "core/zlib", "zlib>=1", "./zlib.pkg.tar.zst", "a*", ".x"])
def test_what_is_no_name(name: str) -> None:
    assert not PACMAN.accepts(name)


def test_the_index() -> None:
    sync = "/var/lib/pacman/sync"
    assert PACMAN.find_index_time(make_site()) is None
    assert PACMAN.find_index_time(make_site(RecordedHost(empty=[f"{sync}/core.files"]))) is None
    assert PACMAN.find_index_time(make_site(RecordedHost(empty=[f"{sync}/core.db"]))) is not None
    assert (*PACMAN.refresh_command(make_site()), *PACMAN.refresh_answers) == ("pacman", "-Syu", "--noconfirm")


LOCK = "/var/lib/pacman/db.lck"


@pytest.mark.parametrize(
    ("files", "is_stale"),
    [
        ({LOCK: "", "/proc/1/comm": "systemd\n"}, True),
        ({LOCK: "", "/proc/1/comm": "systemd\n", "/proc/7/comm": "pacman\n"}, False),
        ({LOCK: "", "/proc/1/comm": "systemd\n", "/proc/7/comm": "python3\n"}, True),
        ({LOCK: "", "/proc/7/comm": "x\n", "/proc/7/maps": "7f00-7f01 r-xp 0 0:1 2 /usr/lib/libalpm.so.15\n"}, False),
        ({LOCK: ""}, False),  # without /proc nobody can tell
        ({"/proc/1/comm": "systemd\n"}, False),
    ],
)
def test_a_lock_that_was_left_behind(files: dict[str, str], is_stale: bool) -> None:
    commands = PACMAN.repair_commands(make_site(RecordedHost(files=files)))
    assert commands == ((("rm", LOCK),) if is_stale else ())


def test_an_index_of_which_a_part_is_broken() -> None:
    stderr = "error: database 'core' is not valid (invalid or corrupted database)\n"
    done = Completed(returncode=0, stdout="Name : zlib\nVersion : 1-1\n", stderr=stderr)
    available = PACMAN.find_available(("zlib",), make_site(answering((("pacman", "-Si"), done))))
    assert available == Availability(problem=stderr.removeprefix("error: ").strip())


@pytest.mark.parametrize("root", ["C:/msys64", "D:/tools/msys2"])
def test_the_index_of_msys2_lies_below_its_directory(root: str) -> None:
    files = (f"{root}/var/lib/pacman/local/ALPM_DB_VERSION", f"{root}/var/lib/pacman/sync/ucrt64.db")
    site = make_site(Windows(empty=files), python=f"{root}/ucrt64/bin/python.exe")
    assert PacmanOfMsys2().find_index_time(site) is not None
    assert PacmanOfMsys2().repair_commands(site) == ()


def test_msys2_needs_no_root() -> None:
    site = make_site(RecordedHost(is_root=False))
    assert PACMAN.needs_elevation(site)
    assert not PacmanOfMsys2().needs_elevation(site)
    assert PacmanOfMsys2().install_command(("a",), site) == PACMAN.install_command(("a",), site)


# what packages have against each other


def package(name: str, version: str = "1-1", **fields: tuple[str, ...]) -> AlpmPackage:
    return AlpmPackage(name=name, version=version, **fields)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("offer", "dependency", "answers"),
    [
        (package("zlib", "1.3-2"), "zlib", True),
        (package("zlib", "1.3-2"), "zlib=1.3", True),
        (package("zlib", "1.3-2"), "zlib=1.3-1", False),
        (package("zlib", "1.3-2"), "zlib>=1.3", True),
        (package("zlib", "1.3-2"), "zlib>1.3", False),
        (package("zlib", "1.3-2"), "zlib<1:1.0", True),
        (package("zlib", "1:1.0-2"), "zlib<=1.3", False),
        (package("zlib"), "zlib-ng", False),
        (package("ng", provides=("zlib",)), "zlib", True),
        (package("ng", provides=("zlib",)), "zlib>=1", False),
        (package("ng", provides=("zlib=1.3",)), "zlib>=1", True),
        (package("ng", provides=("zlib=1.3",)), "zlib>=2", False),
        (package("ng", provides=("libz.so=1-64",)), "libz.so=1-64", True),
        (package("ng", provides=("libz.so=1-64",)), "libz.so=1-32", False),
        (package("zlib"), "", False),
        (package("zlib"), "zlib >= 1", False),
    ],
)
def test_dependencies(offer: AlpmPackage, dependency: str, answers: bool) -> None:
    assert satisfies(offer, dependency) == answers


def test_conflicts() -> None:
    app = package("app", "1.0-1")
    old, new = package("ng", conflicts=("app<1",)), package("ng", conflicts=("app",), provides=("app=2",))
    assert not are_in_conflict(old, app)
    assert are_in_conflict(new, app)
    assert are_in_conflict(app, new)
    assert not are_in_conflict(new, new)
    assert find_removals((new,), (app, package("other"))) == (app,)
    assert find_removals((new, package("app", "2-1")), (app,)) == ()  # it is replaced by a version of itself
    assert find_clash((new, package("other"))) == ""
    assert find_clash((new, app)) == "`app` and `ng` are in conflict"


def test_what_a_removal_breaks() -> None:
    app, user = package("app", "1.0-1"), package("user", depends=("app>=1", "zlib"))
    stranger = package("ng", conflicts=("app",))
    heir = package("ng", conflicts=("app",), provides=("app=2",))
    assert find_broken((stranger,), (app, user), (app,)) == "removing `app` breaks the dependency `app>=1` of `user`"
    assert find_broken((heir,), (app, user), (app,)) == ""
    assert find_broken((stranger,), (app, user), (app, user)) == ""
    assert find_broken((stranger,), (user,), ()) == ""  # what was broken before is none of our doing


def test_text_that_is_no_list_of_packages() -> None:
    assert list(read_packages("")) == []
    assert list(read_packages("Name : x\n\nVersion : 1\n\n\x00")) == []
