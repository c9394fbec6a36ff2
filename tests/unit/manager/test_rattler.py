"""py-rattler as a manager: the program that it runs, and what that one answers."""

from __future__ import annotations

import json
import sys
from dataclasses import replace

import pytest

from extdeps.child import Completed
from extdeps.manager.interface import Site
from extdeps.manager.rattler import Rattler, find_rattler
from extdeps.manager.table import choose_manager, find_managers, get_manager
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, make_site

PROGRAM = (sys.executable, "-P", "-m", "extdeps.condaprefix")
WHERE = ("--prefix", "/p", "--channel", "conda-forge")
PLAN = (*PROGRAM, "plan", *WHERE, "--", "x")
SEARCH = (*PROGRAM, "search", "--channel", "conda-forge", "--", "x")


def answering(argv: tuple[str, ...], done: Completed) -> Site:
    return make_site(RecordedHost(commands={argv: done}), prefix="/p")


def test_the_command() -> None:
    rattler = Rattler()
    site = make_site(prefix="/p")
    command = (*PROGRAM, "install", *WHERE, "--", "a", "b>=1")
    assert rattler.install_command(("a", "b>=1"), site) == command
    assert rattler.install_command(("a", "b>=1"), site, unattended=True) == command
    allowed = (*PROGRAM, "install", *WHERE, "--allow-removals", "--", "a")
    assert rattler.install_command(("a",), site, unattended=True, allow_removals=True) == allowed
    several = replace(site, channels=("file:///c", "d"))
    assert rattler.install_command(("a",), several)[4:10] == (
        "install",
        "--prefix",
        "/p",
        "--channel",
        "file:///c",
        "--channel",
    )
    assert not rattler.needs_elevation(make_site(RecordedHost(is_root=False), prefix="/p"))
    assert rattler.accepts("zlib")
    assert not rattler.accepts("-o")


def test_it_is_no_program_of_a_machine() -> None:
    assert get_manager("rattler").ecosystems == ("conda-forge",)
    assert find_managers(RecordedHost()) == ()
    chosen = choose_manager("conda-forge", ())
    assert chosen
    assert chosen.name == "conda"
    assert find_rattler().endswith("rattler/__init__.py")
    assert Rattler().find_version(make_site())[0].isdigit()


def test_a_plan() -> None:
    changes = [
        {"kind": "install", "package": "x", "before": "", "after": "2", "size": 70},
        {"kind": "remove", "package": "y", "before": "1", "after": "", "size": 0},
    ]
    done = Completed(returncode=0, stdout=json.dumps({"schema_version": 1, "changes": changes}))
    assert Rattler().preview(("x",), answering(PLAN, done)) == Preview(
        changes=(Change(kind="remove", package="y", before="1"), Change(kind="install", package="x", after="2")),
        download=70,
    )


def test_versions() -> None:
    done = Completed(returncode=0, stdout='{"packages": {"x": {"2": "c", "1": "c"}, "other": {}}}')
    assert Rattler().find_available(("x",), answering(SEARCH, done)) == Availability(
        packages={"x": tuple(PackageVersion(name="x", version=version, origin="c") for version in ("2", "1"))}
    )
    assert Rattler().find_available((), make_site()) == Availability()


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (Completed(returncode=0, stdout=""), "py-rattler printed no JSON"),
        (Completed(returncode=0, stdout="[]"), "py-rattler answered in a form that is not known"),
        (Completed(returncode=0, stdout="{}"), "py-rattler answered in a form that is not known"),
        (Completed(returncode=0, stdout='{"changes": [7], "packages": {"x": 7}}'), "py-rattler answered in a form"),
        (Completed(returncode=4, stdout="", stderr="error: no way\n\nhint: none\n"), "no way"),
        (
            Completed(returncode=-11, stdout="", stderr="Fatal\n"),
            "`python -m extdeps.condaprefix` failed with -11: Fatal",
        ),
        (Completed(returncode=-9, stdout="", fault="it took longer than 300 s"), "it took longer than 300 s"),
    ],
)
def test_faults(done: Completed, problem: str) -> None:
    assert problem in Rattler().preview(("x",), answering(PLAN, done)).problem
    assert problem in Rattler().find_available(("x",), answering(SEARCH, done)).problem


def test_it_needs_a_prefix() -> None:
    host = RecordedHost()
    assert Rattler().preview(("x",), make_site(host)).problem == "py-rattler installs only into a directory of its own"
    assert host.runs == []


def test_an_interrupted_run_is_finished() -> None:
    journal = RecordedHost(empty=["/p/conda-meta/extdeps.journal"])
    assert Rattler().repair_commands(make_site(journal, prefix="/p")) == ((*PROGRAM, "repair", *WHERE),)
    assert Rattler().repair_commands(make_site(journal)) == ()
    assert Rattler().repair_commands(make_site(RecordedHost(), prefix="/p")) == ()


def test_one_process_for_any_number() -> None:
    for count in (1, 50):
        host = RecordedHost()
        names = tuple(f"x{number}" for number in range(count))
        Rattler().find_available(names, make_site(host, prefix="/p"))
        Rattler().preview(names, make_site(host, prefix="/p"))
        assert len(host.runs) == 2
