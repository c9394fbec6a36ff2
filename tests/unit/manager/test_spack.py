"""Spack: solutions and lists of two versions, and every way in which they can fail."""

from __future__ import annotations

import json

import pytest

from extdeps.child import Completed
from extdeps.manager.spack import Spack
from extdeps.model.constraint import parse_constraints
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

ZLIB = ("spack", "spec", "--json", "zlib")


def test_a_preview_names_what_is_not_there() -> None:
    site = make_site(load_host("managers/spack-0.22"))
    # gcc-runtime is installed, and gmake is that of the system
    assert Spack().preview(("openmpi",), site).changes == (Change(kind="install", package="openmpi", after="4.1.6"),)
    assert Spack().preview(("nope",), site) == Preview(problem="Package 'nope' not found.")
    assert Spack().find_version(site) == "0.22.0"


def test_several_solutions_are_one_preview() -> None:
    site = make_site(load_host("managers/spack-1.0"))
    assert Spack().preview(("zlib", "libpng"), site).changes == (
        Change(kind="install", package="libpng", after="1.6.47"),
        Change(kind="install", package="zlib", after="1.3.1"),
    )
    assert Spack().find_version(site) == "1.0.0"


def test_the_version_that_would_be_taken_is_first() -> None:
    site = make_site(load_host("managers/spack-0.22"))
    versions = [PackageVersion(name="zlib", version=text) for text in ("1.3.1", "develop", "1.3", "1.2.13")]
    found = Spack().find_available(("zlib", "xopenmpi"), site)
    assert found == Availability(packages={"zlib": tuple(versions)})
    assert Spack().find_available((), site) == Availability()


def test_a_virtual_package_is_known_without_a_version() -> None:
    found = Spack().find_available(("zlib", "mpi"), make_site(load_host("managers/spack-0.22"))).packages
    assert found["mpi"] == (PackageVersion(name="mpi", version=""),)
    assert [item.version for item in found["zlib"]] == ["1.3.1", "1.3"]


@pytest.mark.parametrize("count", [1, 50])
def test_the_number_of_processes_does_not_grow(count: int) -> None:
    names = tuple(f"a{number}" for number in range(count))
    patterns = tuple(f"?{name[1:]}" for name in names)
    host = RecordedHost(
        commands={
            ("spack", "list", "--format", "version_json", *patterns): Completed(returncode=0, stdout="[\n\n]\n"),
            ("spack", "list", "--virtuals", *patterns): Completed(returncode=0, stdout=""),
            ("spack", "spec", "--json", *names): Completed(returncode=0, stdout='{"spec": {"nodes": []}}'),
        }
    )
    assert Spack().find_available(names, make_site(host)) == Availability()
    assert Spack().preview(names, make_site(host)) == Preview()
    assert len(host.runs) == 3


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (Completed(returncode=0, stdout="==> ok\n"), "`spack` answered with what is no list or solution"),
        (Completed(returncode=0, stdout=""), "`spack` answered with what is no list or solution"),
        (Completed(returncode=0, stdout='{"spec": {}}'), "`spack` answered with what is no list or solution"),
        (
            Completed(returncode=0, stdout='{"spec": {"nodes": []}}\n==> Error: x'),
            "`spack` answered with what is no list or solution",
        ),
        (
            Completed(returncode=0, stdout='{"spec": {"nodes": [1]}}'),
            "`spack` answered with what is no list or solution",
        ),
        (
            Completed(returncode=1, stdout="", stderr="==> Error: Timed out waiting for a write lock.\n"),
            "Timed out waiting for a write lock.",
        ),
        (
            Completed(returncode=-9, stdout="", fault="it took longer than 600 s"),
            "`spack` gave no answer: it took longer than 600 s",
        ),
        (
            Completed(returncode=127, stdout="", stderr="python3: not found\n"),
            "`spack` failed with 127: python3: not found",
        ),
    ],
)
def test_no_answer_is_a_problem(done: Completed, problem: str) -> None:
    assert Spack().preview(("zlib",), make_site(RecordedHost(commands={ZLIB: done}))) == Preview(problem=problem)


@pytest.mark.parametrize("stdout", ["", "{}", "[1]", '[{"name": "zlib"}]', "список"])
def test_no_list_is_a_problem(stdout: str) -> None:
    command = ("spack", "list", "--format", "version_json", "?lib")
    host = RecordedHost(commands={command: Completed(returncode=0, stdout=stdout)})
    problem = "`spack` answered with what is no list or solution"
    assert Spack().find_available(("zlib",), make_site(host)) == Availability(problem=problem)


def test_a_lock_is_told_by_its_message() -> None:
    import re

    assert re.search(Spack().lock_message, "==> Error: Timed out waiting for a write lock after 1.200ms.")


def test_commands() -> None:
    site = make_site()
    assert Spack().install_command(("zlib",), site) == ("spack", "install", "zlib")
    assert Spack().install_command(("zlib@1.2:",), site, unattended=True) == (
        "spack",
        "install",
        "--yes-to-all",
        "zlib@1.2:",
    )
    assert Spack().refresh_command(site) == ()
    assert not Spack().needs_elevation(site)


@pytest.mark.parametrize(
    ("constraints", "spec"),
    [
        (">=3.4,<4", "gdal@3.4:3"),
        (">=3.4,<4.0", "gdal@3.4:3"),
        (">=3.4,<4.1", "gdal@3.4:4.0"),
        ("<=4.1", "gdal@:4.1"),
        (">3.4", "gdal@3.4:"),
        (">=3.4,>=3.10", "gdal@3.10:"),
        ("==3.4", "gdal@3.4"),
        ("==3.4.*", "gdal@3.4"),
        ("<0", "gdal"),
        (">=1.0rc1", "gdal"),
        ("==1.0rc1", "gdal"),
    ],
)
def test_ranges(constraints: str, spec: str) -> None:
    assert Spack().constrain("gdal", parse_constraints(constraints)) == spec


def test_a_solution_may_be_for_what_is_not_asked_here() -> None:
    nodes = [{"name": "zlib", "version": "1.3", "hash": "abc"}, {"name": "zlib", "version": "1.2", "hash": "def"}]
    done = Completed(returncode=0, stdout=json.dumps({"spec": {"nodes": nodes}}))
    changes = Spack().preview(("zlib",), make_site(RecordedHost(commands={ZLIB: done}))).changes
    assert [change.after for change in changes] == ["1.3", "1.2"]


@pytest.mark.parametrize("name", ["", "-y", "zlib@1", "zlib%gcc", "zlib+pic", "a b", "a*", "/hash", "^x", "./x", "a_b"])
def test_what_is_no_name_of_a_package(name: str) -> None:
    assert not Spack().accepts(name)
    assert Spack().accepts("4ti2")
