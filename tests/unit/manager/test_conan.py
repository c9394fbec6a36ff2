"""Conan: its lists and graphs, recorded of two versions, and every way in which they can fail."""

from __future__ import annotations

import json

import pytest

from extdeps.child import Completed
from extdeps.manager.conan import Conan
from extdeps.model.constraint import parse_constraints
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

both = pytest.mark.parametrize("name", ["conan-2.8.1", "conan-2.34.0"])
LIST = ("conan", "list", "*", "--format=json", "--cache")
REMOTES = (*LIST, "--remote=*")
PROFILE = "/home/u/.conan2/profiles/default"


def info(*requires: str) -> tuple[str, ...]:
    answers = ("--build=missing", "--core-conf=core:non_interactive=True", "--format=json")
    fields = ("--filter=ref", "--filter=binary", "--filter=recipe")
    return ("conan", "graph", "info", *(f"--requires={spec}" for spec in requires), *answers, *fields)


def host_with(commands: dict[tuple[str, ...], Completed]) -> RecordedHost:
    return RecordedHost(environ={"HOME": "/home/u"}, empty=[PROFILE], commands=commands)


def graph(*nodes: tuple[str, str, str]) -> Completed:
    """A graph of references with what happens to their binaries and recipes."""
    listed = {str(i): dict(zip(("ref", "binary", "recipe"), node, strict=True)) for i, node in enumerate(nodes)}
    return Completed(returncode=0, stdout=json.dumps({"graph": {"nodes": listed}}))


@both
def test_a_preview_names_what_is_built(name: str) -> None:
    site = make_site(load_host(f"managers/{name}"))
    assert Conan().preview(("bar",), site).changes == (Change(kind="install", package="bar", after="2.0"),)
    assert Conan().preview(("foo/[>=1.0 <1.1]",), site).changes == (Change(kind="install", package="foo", after="1.0"),)
    assert Conan().preview(("foo",), site) == Preview()
    assert Conan().preview(("nope",), site).problem.startswith("Package 'nope/[*]' not resolved: Version range '*'")
    assert Conan().find_version(site) == name.removeprefix("conan-")


@both
def test_versions_in_the_cache(name: str) -> None:
    site = make_site(load_host(f"managers/{name}"))
    newest, older = (PackageVersion(name="foo", version=version, origin="Local Cache") for version in ("1.1", "1.0"))
    assert Conan().find_available(("foo", "nope"), site) == Availability(packages={"foo": (newest, older)})
    assert Conan().find_available((), site) == Availability()


def test_the_cache_is_looked_in_before_the_remotes() -> None:
    answer: dict[str, dict[str, dict[str, str]]] = {
        "Local Cache": {"foo/1.0": {}, "foo/9.0@team/beta": {}},
        "center": {"foo/1.0": {}, "foo/1.10": {}, "foo/1.9": {}},
    }
    host = host_with({REMOTES: Completed(returncode=0, stdout=json.dumps(answer))})
    found = Conan().find_available(("foo",), make_site(host)).packages["foo"]
    versions = [(item.origin, item.version) for item in found]
    assert versions == [("Local Cache", "1.0"), ("center", "1.10"), ("center", "1.9"), ("center", "1.0")]


def test_a_remote_that_does_not_answer_is_a_problem() -> None:
    answer: dict[str, object] = {"Local Cache": {"foo/1.0": {}}, "center": {"error": "Unable to connect\nto center"}}
    host = host_with({REMOTES: Completed(returncode=0, stdout=json.dumps(answer))})
    problem = "the remote `center` gave no answer: Unable to connect to center"
    assert Conan().find_available(("foo",), make_site(host)) == Availability(problem=problem)


@pytest.mark.parametrize("count", [1, 50])
def test_the_number_of_processes_does_not_grow(count: int) -> None:
    names = tuple(f"foo{number}" for number in range(count))
    host = host_with(
        {
            REMOTES: Completed(
                returncode=1, stdout="", stderr="ERROR: Remotes for pattern '*' can't be found or are disabled\n"
            ),
            LIST: Completed(returncode=0, stdout='{"Local Cache": {}}'),
            info(*(f"{name}/[*]" for name in names)): graph(),
        }
    )
    assert Conan().find_available(names, make_site(host)) == Availability()
    assert Conan().preview(names, make_site(host)) == Preview()
    assert len(host.runs) == 3


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (Completed(returncode=0, stdout="Fehler"), "`conan` answered with what is no list or graph"),
        (Completed(returncode=0, stdout="[]"), "`conan` answered with what is no list or graph"),
        (Completed(returncode=0, stdout='{"graph": {}}'), "`conan` answered with what is no graph"),
        (Completed(returncode=0, stdout='{"graph": {"nodes": {"0": 1}}}'), "`conan` answered with what is no graph"),
        (
            Completed(returncode=-9, stdout="", fault="it took longer than 300 s"),
            "`conan` gave no answer: it took longer than 300 s",
        ),
        (Completed(returncode=1, stdout="", stderr="ERROR: database is locked\n"), "database is locked"),
        (
            Completed(
                returncode=0,
                stdout='{"graph": {"nodes": {}, "error": {"type": "missing"}}}',
                stderr="ERROR: not resolved\n",
            ),
            "not resolved",
        ),
        (Completed(returncode=1, stdout="", stderr="oops\n"), "`conan` failed with 1: oops"),
        (graph(("foo/1.0#abc", "Missing", "Cache")), "`foo/1.0` has no binary package that fits for this profile"),
        (
            graph(("foo/1.0#abc", "Invalid", "Cache"), ("bar/1.0", "Build", "Cache")),
            "`foo/1.0` cannot be built for this profile",
        ),
    ],
)
def test_no_answer_is_a_problem(done: Completed, problem: str) -> None:
    host = host_with({info("foo/[*]"): done})
    assert Conan().preview(("foo",), make_site(host)) == Preview(problem=problem)


def test_one_package_may_be_in_a_graph_twice() -> None:
    done = graph(
        ("conanfile", "", "Cli"),
        ("cmake/3.30#a", "Download", "Downloaded"),
        ("cmake/3.30#a", "Download", "Downloaded"),
        ("foo/1.0#b", "Update", "Cache"),
        ("own/1.0@team/beta#d", "Build", "Cache"),
        ("skipped/1.0#c", "Skip", "Cache"),
    )
    assert Conan().preview(("foo",), make_site(host_with({info("foo/[*]"): done}))).changes == (
        Change(kind="reinstall", package="foo", before="1.0", after="1.0"),
        Change(kind="install", package="cmake", after="3.30"),
        Change(kind="install", package="own", after="1.0"),
    )


def test_a_profile_is_made_first() -> None:
    fresh = make_site(RecordedHost(environ={"HOME": "/home/u"}))
    assert Conan().repair_commands(fresh) == (("conan", "profile", "detect"),)
    assert Conan().preview(("foo",), fresh).problem == "Conan has no profile yet: `conan profile detect` makes one"
    assert Conan().repair_commands(make_site(host_with({}))) == ()
    assert Conan().repair_commands(make_site(RecordedHost(environ={"CONAN_DEFAULT_PROFILE": "ci"}))) == ()
    named = RecordedHost(environ={"CONAN_HOME": "/c"}, files={"/c/global.conf": "core:default_profile = ci\n"})
    assert Conan().repair_commands(make_site(named)) == ()


def test_commands() -> None:
    site = make_site(host_with({}))
    answers = ("--build=missing", "--core-conf=core:non_interactive=True")
    assert Conan().install_command(("zlib", "bzip2"), site) == (
        "conan",
        "install",
        "--requires=zlib/[*]",
        "--requires=bzip2/[*]",
    )
    unattended = Conan().install_command(("zlib/[>=1.2 <2]",), site, unattended=True)
    assert unattended == ("conan", "install", *answers, "--requires=zlib/[>=1.2 <2]", "--envs-generation=false")
    own = Conan().install_command(("zlib",), make_site(host_with({}), prefix="/srv/env"), unattended=True)
    assert own[-3:] == ("--requires=zlib/[*]", "--output-folder=/srv/env", "--generator=PkgConfigDeps")
    assert not Conan().needs_elevation(site)


@pytest.mark.parametrize(
    ("constraints", "spec"),
    [
        (">=3.4,<4", "gdal/[>=3.4 <4]"),
        ("==3.4.*", "gdal/[~3.4]"),
        ("3.4", "gdal/[=3.4]"),
        (">=1.0-rc1,<2", "gdal/[<2]"),
        (">=1.0~rc1", "gdal"),
    ],
)
def test_ranges(constraints: str, spec: str) -> None:
    assert Conan().constrain("gdal", parse_constraints(constraints)) == spec


@pytest.mark.parametrize(
    "name", ["", "-o", "--build=*", "zlib/1.3", "a b", "a*", "./conanfile.py", "Zlib", "a@b", "[x]", "a;b", ".x"]
)
def test_what_is_no_name_of_a_recipe(name: str) -> None:
    assert not Conan().accepts(name)
    assert Conan().accepts("nlohmann_json")
