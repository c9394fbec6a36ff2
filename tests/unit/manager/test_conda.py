"""conda, mamba, micromamba and pixi: what they print, where they install, and what they are not to be told."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from extdeps.child import Completed
from extdeps.interpreter import Interpreter
from extdeps.manager.conda import Conda
from extdeps.manager.interface import Site
from extdeps.manager.mamba import Mamba
from extdeps.manager.micromamba import Micromamba
from extdeps.manager.pixi import Pixi
from extdeps.model.constraint import parse_constraints
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

DRY = ("--channel", "conda-forge", "--dry-run", "--json", "--")
PYTHON = Interpreter(
    executable="/opt/conda/bin/python",
    prefix="/opt/conda",
    base_prefix="/opt/conda",
    version="3.12.3",
    distributor="conda",
)
FAMILY: list[Conda] = [Conda(), Mamba(), Micromamba()]
family = pytest.mark.parametrize("manager", FAMILY, ids=lambda manager: manager.name)


def recorded(name: str) -> Site:
    return make_site(load_host(f"managers/{name}"))


def answering(argv: tuple[str, ...], stdout: str) -> Site:
    return make_site(RecordedHost(commands={argv: Completed(returncode=0, stdout=stdout)}))


def dry(manager: Conda) -> tuple[str, ...]:
    return (manager.name, "install", *DRY[:2], *manager.lose, *DRY[2:], "x")


def preview_of(manager: Conda, stdout: str) -> Preview:
    return manager.preview(("x",), answering(dry(manager), stdout))


def test_conda_24() -> None:
    site = recorded("conda-24.5")
    conda = Conda()
    assert conda.find_version(site) == "24.5.0"
    preview = conda.preview(("pytz", "zlib"), site)
    assert preview == Preview(
        changes=(
            Change(kind="remove", package="oldlib", before="3"),
            Change(kind="upgrade", package="pytz", before="2024.1", after="2024.2"),
            Change(kind="install", package="zlib", after="1.2.13"),
        ),
        download=188451 + 113344,
    )
    assert [change.package for change in preview.losses] == ["oldlib"]
    assert conda.preview(("pytz",), site) == Preview()
    assert conda.preview(("nosuch",), site) == Preview(
        problem="The following packages are not available from current channels: - nosuch"
    )
    origin = "https://repo.anaconda.com/pkgs/main/osx-arm64"
    assert conda.find_available(("pytz", "nosuch"), site) == Availability(
        packages={
            "pytz": (
                PackageVersion(name="pytz", version="2024.1", origin=origin),
                PackageVersion(name="pytz", version="2013b", origin=origin),
            )
        }
    )
    assert conda.find_available(("nosuch",), site) == Availability()
    assert conda.find_available((), site) == Availability()


def test_conda_of_other_times() -> None:
    site = recorded("conda-4.3")
    change = Change(kind="install", package="font-ttf-dejavu-sans-mono", after="2.37")
    assert Conda().preview(("rstudio",), site).changes == (change,)
    assert Conda().preview(("zlib",), site) == Preview()


def test_mamba_2() -> None:
    site = recorded("mamba-2.9")
    mamba = Mamba()
    assert mamba.find_version(site) == "2.9.0"
    change = Change(kind="upgrade", package="libiconv", before="1.17", after="1.18")
    assert mamba.preview(("libiconv",), site) == Preview(changes=(change,), download=750379)
    assert mamba.preview(("zstd",), site) == Preview()
    assert mamba.preview(("nosuch",), site).problem == "nothing provides requested nosuch"
    versions = mamba.find_available(("backports.zstd", "nosuch"), site).packages
    assert {name: [item.version for item in found] for name, found in versions.items()} == {
        "backports.zstd": ["1.10.0", "1.6.0"]
    }


def test_mamba_0() -> None:
    change = Change(kind="install", package="zlib", after="1.2.11")
    assert Mamba().preview(("zlib",), recorded("mamba-0.3")) == Preview(changes=(change,), download=103268)


def test_a_mamba_that_takes_one_query() -> None:
    argv = ("mamba", "repoquery", "search", "--json", "--channel", "conda-forge", "--", "a", "b")
    stdout = json.dumps({"query": {"query": "a"}, "result": {"pkgs": [{"name": "a", "version": "1"}]}})
    available = Mamba().find_available(("a", "b"), answering(argv, stdout))
    assert available.problem == "this version of mamba does not answer for several packages at once"


UNKNOWN = "`{}` said what it would change in a form that is not known"


@family
@pytest.mark.parametrize(
    ("stdout", "problem"),
    [
        ("", "`{}` printed no JSON"),
        ("Alles installiert.\n", "`{}` printed no JSON"),
        ('{"actions": {"LINK": [', "`{}` printed no JSON"),
        ("{}", "`{}` did not say what it would change"),
        ('{"success": true}', "`{}` did not say what it would change"),
        ('{"success": false}', "it would not succeed, and does not say why"),
        ('{"success": false, "message": "no\\n  way"}', "no way"),
        ('{"error": "CondaHTTPError: HTTP 000", "message": ""}', "CondaHTTPError: HTTP 000"),
        ('{"actions": {"LINK": [{"name": "x"}]}, "success": true}', UNKNOWN),
        ('{"actions": [7], "success": true}', UNKNOWN),
        ('{"actions": {"LINK": 7}, "success": true}', UNKNOWN),
    ],
)
def test_an_answer_that_is_none(manager: Conda, stdout: str, problem: str) -> None:
    assert preview_of(manager, stdout) == Preview(problem=problem.format(manager.name))


@family
@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (Completed(returncode=1, stdout='{"solver_problems": ["a", "b"], "success": false}'), "a; b"),
        (Completed(returncode=1, stdout='{"log_history": ["..."]}'), "`{}` failed with 1, and does not say why"),
        (Completed(returncode=1, stdout="", stderr="usage\nno such command\n"), "`{}` failed with 1: no such command"),
        (
            Completed(returncode=-9, stdout='{"success": true, "message": "x"}', fault="it took longer than 300 s"),
            "`{}` gave no answer: it took longer than 300 s",
        ),
    ],
)
def test_a_failure(manager: Conda, done: Completed, problem: str) -> None:
    site = make_site(RecordedHost(commands={dry(manager): done}))
    assert manager.preview(("x",), site) == Preview(problem=problem.format(manager.name))


@pytest.mark.parametrize(
    "stdout", ["", "nonsense", '{"x": 7}', '{"x": ["y"]}', '{"x": [{"name": "x"}]}', '{"error": "no network"}']
)
def test_a_search_that_fails(stdout: str) -> None:
    argv = ("conda", "search", "--json", "--channel", "conda-forge", "--", "^x$")
    assert Conda().find_available(("x",), answering(argv, stdout)).problem


def test_what_is_not_there_cannot_be_asked() -> None:
    site = make_site()
    for manager in (Conda(), Mamba(), Micromamba()):
        assert "cannot be run here" in manager.preview(("x",), site).problem
        assert "cannot be run here" in manager.find_available(("x",), site).problem
        assert manager.find_version(site) == ""


@family
def test_one_process_for_any_number(manager: Conda) -> None:
    for count in (1, 50):
        host = RecordedHost()
        names = tuple(f"x{number}" for number in range(count))
        manager.find_available(names, make_site(host))
        manager.preview(names, make_site(host))
        assert len(host.runs) == 2


@family
def test_the_command(manager: Conda) -> None:
    site = make_site()
    typed = (manager.name, "install", "--channel", "conda-forge")
    lose = ("--allow-uninstall", "--allow-downgrade") if manager.name == "micromamba" else ()
    keep = tuple(f"--no-{option[2:]}" for option in lose) or ("--freeze-installed",)
    assert manager.install_command(("a",), site) == (*typed, "a")
    assert manager.install_command(("a",), site, unattended=True) == (*typed, "--yes", *keep, "--", "a")
    assert manager.install_command(("a",), site, unattended=True, allow_removals=True) == (
        *typed,
        "--yes",
        *lose,
        "--",
        "a",
    )
    new = replace(site, prefix="/new")
    create = (manager.name, "create", "--prefix", "/new", "--channel", "conda-forge", "--yes", "--", "a")
    assert manager.install_command(("a",), new, unattended=True) == create
    chosen = replace(site, channels=("file:///c", "bioconda"))
    options = ("--override-channels", "--channel", "file:///c", "--channel", "bioconda")
    assert manager.install_command(("a",), chosen) == (typed[0], "install", *options, "a")
    assert not manager.needs_elevation(site)
    assert manager.refresh_command(site) == ()


@pytest.mark.parametrize(
    ("prefix", "python", "active", "there", "options"),
    [
        ("", None, "", [], ("install",)),
        ("", None, "/opt/conda", ["/opt/conda"], ("install",)),
        ("", PYTHON, "", ["/opt/conda"], ("install", "--prefix", "/opt/conda")),
        ("", PYTHON, "/opt/conda", ["/opt/conda"], ("install",)),
        ("", PYTHON, "/envs/other", ["/opt/conda"], ("install", "--prefix", "/opt/conda")),
        ("/p", PYTHON, "/opt/conda", ["/p"], ("install", "--prefix", "/p")),
        ("/p", PYTHON, "/opt/conda", [], ("create", "--prefix", "/p")),
    ],
)
def test_the_environment(
    prefix: str, python: Interpreter | None, active: str, there: list[str], options: tuple[str, ...]
) -> None:
    host = RecordedHost(
        environ={"CONDA_PREFIX": active} if active else {}, empty=[f"{path}/conda-meta/history" for path in there]
    )
    site = make_site(host, prefix=prefix)
    site = replace(site, interpreter=python or site.interpreter)
    assert Conda().install_command(("a",), site) == ("conda", *options, "--channel", "conda-forge", "a")


def test_a_directory_of_something_else_is_left_alone() -> None:
    host = RecordedHost(empty=["/p/src/main.c"])
    problem = "`/p` is not empty and no conda environment"
    assert Conda().preview(("a",), make_site(host, prefix="/p")).problem == problem
    assert host.runs == []


def test_match_specs() -> None:
    for manager in (Conda(), Mamba(), Micromamba(), Pixi()):
        assert manager.constrain("gdal", parse_constraints(">=3.4,<4")) == "gdal>=3.4,<4"
        assert manager.constrain("gdal", parse_constraints("==3.4.*")) == "gdal=3.4"
        assert manager.constrain("gdal", ()) == "gdal"
        assert not any(map(manager.accepts, ("-o", "a*", "./x.conda", "x.conda", "x.tar.bz2", "@x", "a[b=c]", "a::b")))


def test_pixi() -> None:
    pixi = Pixi()
    site = make_site()
    assert pixi.install_command(("a", "b>=1"), site) == ("pixi", "add", "a", "b>=1")
    assert pixi.install_command(("a",), site, unattended=True) == ("pixi", "add", "--", "a")
    preview = pixi.preview(("a",), site)
    assert not preview.is_simulated
    assert preview.changes == (Change(kind="install", package="a"),)
    assert pixi.preview(("a",), make_site(prefix="/p")).problem
    assert pixi.find_available(("a",), site).problem == "pixi cannot be asked what it has"


@pytest.mark.parametrize(
    ("file", "active", "options"),
    [
        ("/w/pixi.toml", "", ("--manifest-path", "/w/pixi.toml")),
        ("/w/pyproject.toml", "", ("--manifest-path", "/w/pyproject.toml")),
        ("/w/pixi.toml", "/w/pixi.toml", ()),
        ("/w/other.toml", "", ()),
    ],
)
def test_the_project_of_a_pixi_environment(file: str, active: str, options: tuple[str, ...]) -> None:
    host = RecordedHost(empty=[file], environ={"PIXI_PROJECT_MANIFEST": active} if active else {})
    python = replace(PYTHON, prefix="/w/.pixi/envs/default")
    site = Site(host=host, interpreter=python)
    assert Pixi().install_command(("a",), site) == ("pixi", "add", *options, "a")
