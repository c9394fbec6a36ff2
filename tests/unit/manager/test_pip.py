"""pip: its simulation and its answers, recorded of two versions and of uv, and what is in its way."""

from __future__ import annotations

from dataclasses import replace

import pytest

from extdeps.child import Completed
from extdeps.interpreter import Interpreter
from extdeps.manager.interface import Site
from extdeps.manager.pip import Pip
from extdeps.model.constraint import parse_constraints
from extdeps.model.transaction import Availability, Change, PackageVersion, Preview
from support.recorded import RecordedHost, load_host, make_site

PYTHON = "/srv/venv/bin/python"
PACKAGES = "/srv/venv/lib/python3.11/site-packages"
VENV = Interpreter(
    executable=PYTHON, prefix="/srv/venv", base_prefix="/usr", version="3.11.7", site=(PACKAGES,), distributor="system"
)
INSTALL = (PYTHON, "-m", "pip", "install", "--no-input", "--disable-pip-version-check", "--only-binary", ":all:")
SIMULATE = (*INSTALL, "--dry-run", "--quiet", "--report", "-")

both = pytest.mark.parametrize("name", ["pip-23.2.1", "pip-26.3"])
DOWNGRADE = Preview(
    changes=(
        Change(kind="downgrade", package="demo-lib", before="2.0", after="1.0"),
        Change(kind="install", package="demo-tool", after="1.0"),
    )
)


def recorded(name: str) -> Site:
    return Site(host=load_host(f"managers/{name}"), interpreter=VENV)


def answering(done: Completed, *packages: str) -> Site:
    """An environment with pip, which answers the simulation of packages so."""
    host = RecordedHost(commands={(*SIMULATE, "--", *packages): done}, empty=[f"{PACKAGES}/pip/__init__.py"])
    return Site(host=host, interpreter=VENV)


@both
def test_a_preview_names_what_is_lost(name: str) -> None:
    preview = Pip().preview(("demo-tool",), recorded(name))
    assert preview == DOWNGRADE
    assert [change.package for change in preview.losses] == ["demo-lib"]


@both
def test_nothing_to_do_is_no_problem(name: str) -> None:
    assert Pip().preview(("demo-lib",), recorded(name)) == Preview()


@both
def test_a_range_is_part_of_the_question(name: str) -> None:
    changes = Pip().preview(("demo-lib>=2", "demo-tool"), recorded(name)).changes
    assert changes == (Change(kind="install", package="demo-tool", after="0.9"),)


@both
def test_an_unknown_name_is_a_problem(name: str) -> None:
    assert Pip().preview(("nope",), recorded(name)).problem == "No matching distribution found for nope"


@both
def test_versions_that_would_be_taken(name: str) -> None:
    site = recorded(name)
    tool, lib = (
        PackageVersion(name=f"demo-{part}", version=version) for part, version in (("tool", "1.0"), ("lib", "2.0"))
    )
    known = {"demo-tool": (tool,), "demo-lib": (lib,)}
    assert Pip().find_available(("demo-tool", "demo-lib"), site) == Availability(packages=known)
    assert Pip().find_available(("demo-tool", "nope", "demo-lib"), site) == Availability(packages=known)
    assert Pip().find_available(("gone",), site) == Availability()
    assert Pip().find_available((), site) == Availability()


@both
def test_with_two_unknown_names_nothing_is_known(name: str) -> None:
    site = recorded(name)
    assert Pip().find_available(("nope", "gone"), site).problem == "No matching distribution found for gone"
    assert Pip().find_version(site) == name.removeprefix("pip-")


@pytest.mark.parametrize("count", [1, 50])
def test_the_number_of_processes_does_not_grow(count: int) -> None:
    names = tuple(f"demo-{number}" for number in range(count))
    site = answering(Completed(returncode=0, stdout='{"version": "1", "install": []}'), *names)
    host = site.host
    assert isinstance(host, RecordedHost)
    assert Pip().preview(names, site) == Preview()
    assert len(host.runs) == 1
    Pip().find_available(names, site)
    assert len(host.runs) == 2


@pytest.mark.parametrize(
    ("done", "problem"),
    [
        (Completed(returncode=0, stdout="все хорошо"), "`pip` answered with what is no report of its own"),
        (Completed(returncode=0, stdout=""), "`pip` answered with what is no report of its own"),
        (Completed(returncode=0, stdout="[]"), "`pip` answered with what is no report of its own"),
        (Completed(returncode=0, stdout='{"version": "2"}'), "`pip` answered with what is no report of its own"),
        (
            Completed(returncode=0, stdout='{"version": "1", "install": [{"metadata": {}}]}'),
            "`pip` answered with what is no report of its own",
        ),
        (
            Completed(returncode=0, stdout="", stderr="ERROR: something\n"),
            "`pip` answered with what is no report of its own",
        ),
        (
            Completed(returncode=-9, stdout="", fault="it took longer than 300 s"),
            "`pip` gave no answer: it took longer than 300 s",
        ),
        (
            Completed(returncode=-9, stdout="", fault="it printed more than 256 MiB"),
            "`pip` gave no answer: it printed more than 256 MiB",
        ),
        (Completed(returncode=2, stdout="", stderr="Killed\n"), "`pip` failed with 2: Killed"),
        (Completed(returncode=1, stdout="", stderr=""), "`pip` failed with 1: it printed nothing"),
    ],
)
def test_no_answer_is_a_problem(done: Completed, problem: str) -> None:
    assert Pip().preview(("cmake",), answering(done, "cmake")) == Preview(problem=problem)


def test_a_program_that_cannot_be_run_is_a_problem() -> None:
    problem = "`pip` gave no answer: it cannot be run here"
    assert Pip().preview(("cmake",), make_site()) == Preview(problem=problem)
    assert Pip().find_available(("cmake",), make_site()) == Availability(problem=problem)


def test_commands() -> None:
    site = answering(Completed(returncode=0, stdout=""))
    assert Pip().install_command(("cmake", "ninja"), site) == ("pip", "install", "cmake", "ninja")
    command = Pip().install_command(("cmake>=3.20", "ninja"), site, unattended=True)
    assert command == (*INSTALL, "--", "cmake>=3.20", "ninja")
    assert not Pip().needs_elevation(site)


@pytest.mark.parametrize("directory", ["/usr/lib/python3.11", "/usr/lib64/python3.11"])
def test_a_python_of_the_system_takes_no_packages(directory: str) -> None:
    host = RecordedHost(empty=[f"{directory}/EXTERNALLY-MANAGED", f"{PACKAGES}/pip/__init__.py"])
    system = replace(VENV, executable="/usr/bin/python3", prefix="/usr")
    preview = Pip().preview(("cmake",), Site(host=host, interpreter=system))
    assert preview.problem == (
        "`/usr/bin/python3` belongs to the system and takes no packages from PyPI (PEP 668): "
        "make a virtual environment, and give its Python"
    )
    assert Pip().find_available(("cmake",), Site(host=host, interpreter=system)).problem == preview.problem
    assert host.runs == []
    Pip().preview(("cmake",), Site(host=host, interpreter=VENV))
    assert len(host.runs) == 1  # an environment of that Python is asked


def test_an_environment_without_pip() -> None:
    site = Site(host=RecordedHost(empty=[f"{PACKAGES}/demo.py"]), interpreter=VENV)
    assert Pip().preview(("cmake",), site).problem == f"`{PYTHON}` has no pip, and uv is not on PATH"


def test_uv_installs_where_there_is_no_pip() -> None:
    site = recorded("uv-0.13.9")
    assert Pip().preview(("demo-tool",), site) == DOWNGRADE
    assert Pip().preview(("demo-lib",), site) == Preview()
    problem = Pip().preview(("nope",), site).problem
    assert problem.startswith(
        "No solution found when resolving dependencies; Because nope was not found in the provided"
    )
    assert Pip().find_version(site) == "0.13.9"
    assert Pip().find_available(("cmake",), site).problem == "uv cannot be asked which versions there are"
    command = ("uv", "pip", "install", "--python", PYTHON, "--only-binary", ":all:", "--", "cmake")
    assert Pip().install_command(("cmake",), site, unattended=True) == command
    assert Pip().install_command(("cmake",), site) == ("pip", "install", "cmake")


@pytest.mark.parametrize(
    ("stderr", "preview"),
    [
        ("garbage\n", Preview(problem="`uv` answered with what is no plan")),
        (
            "Would uninstall 1 package\n - old==1.0\n ~ same==2.0\n",
            Preview(
                changes=(
                    Change(kind="remove", package="old", before="1.0"),
                    Change(kind="reinstall", package="same", before="2.0", after="2.0"),
                )
            ),
        ),
    ],
)
def test_plans_of_uv(stderr: str, preview: Preview) -> None:
    command = ("uv", "pip", "install", "--python", PYTHON, "--only-binary", ":all:", "--dry-run", "--", "x")
    done = Completed(returncode=0, stdout="", stderr=stderr)
    host = RecordedHost(executables=["/usr/bin/uv"], commands={command: done}, empty=[f"{PACKAGES}/demo.py"])
    assert Pip().preview(("x",), Site(host=host, interpreter=VENV)) == preview


@pytest.mark.parametrize(
    ("constraints", "spec"),
    [
        (">=3.20,<4", "cmake>=3.20,<4"),
        ("==3.20.*", "cmake==3.20.*"),
        ("3.20", "cmake==3.20"),
        (">=9e", "cmake"),
        (">=1.0~rc1,<2", "cmake<2"),
    ],
)
def test_ranges(constraints: str, spec: str) -> None:
    assert Pip().constrain("cmake", parse_constraints(constraints)) == spec


@pytest.mark.parametrize("name", ["cmake", "ninja", "nvidia-cublas-cu12", "cuda-toolkit[nvcc]", "Cython", "a.b_c"])
def test_names_of_projects(name: str) -> None:
    assert Pip().accepts(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "-r",
        "--index-url=x",
        "./x.whl",
        "x.whl",
        "x.tar.gz",
        "a b",
        "a;b",
        "a*",
        "@group",
        "a@b",
        "a>=1",
        "git+x",
        "x-",
    ],
)
def test_what_is_no_name_of_a_project(name: str) -> None:
    assert not Pip().accepts(name)
