"""The build backend before the real ones of PyPI, through the front ends that people use."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from uv import find_uv_bin

from extdeps.checker import Selection, check
from extdeps.declaration.direct import declare
from extdeps.host import LocalHost
from extdeps.machine import describe_machine
from support.checks import CATALOGUE
from support.finished import check_record

pytestmark = [pytest.mark.network, pytest.mark.usefixtures("with_dependencies")]
ROOT = Path(__file__).parents[2]
UV = find_uv_bin()

FIELDS = [
    "Requires-External-Dep: dep:generic/no-such-program",
    "Provides-External-Extra: geo",
    "Requires-External-Dep: dep:generic/gdal@>=3.4; (sys_platform == \"linux\") and extra == 'geo'",
]
EXTERNAL = """
[external]
build-requires = ["dep:generic/python"]
dependencies = ["no-such-program"]
[external.optional-dependencies]
geo = ["gdal>=3.4; sys_platform == 'linux'"]
"""
FRESH = ("--refresh-package", "extdeps")  # uv keeps a wheel of the same version, whatever is in it
PROJECT = '[project]\nname = "spam"\nversion = "1.0"\ndescription = "Demo"\n'


@dataclass(frozen=True, kw_only=True)
class Backend:
    """A real backend, and a project that it builds."""

    name: str
    requires: tuple[str, ...]
    hooks: str
    project: str = PROJECT
    files: dict[str, str] = field(default_factory=lambda: {"spam/__init__.py": '"""Demo."""\n'})


BACKENDS = (
    Backend(name="setuptools", requires=("setuptools",), hooks="setuptools.build_meta"),
    Backend(name="hatchling", requires=("hatchling",), hooks="hatchling.build"),
    Backend(name="flit-core", requires=("flit_core",), hooks="flit_core.buildapi"),
    Backend(name="poetry-core", requires=("poetry-core",), hooks="poetry.core.masonry.api"),
    Backend(name="pdm-backend", requires=("pdm-backend",), hooks="pdm.backend"),
    Backend(
        name="scikit-build-core",
        requires=("scikit-build-core",),
        hooks="scikit_build_core.build",
        files={
            "CMakeLists.txt": "cmake_minimum_required(VERSION 3.15)\nproject(spam LANGUAGES NONE)\n"
            "install(FILES spam/__init__.py DESTINATION spam)\n",
            "spam/__init__.py": "",
        },
    ),
    Backend(
        name="meson-python",
        requires=("meson-python",),
        hooks="mesonpy",
        files={
            "meson.build": "project('spam', version: '1.0')\npy = import('python').find_installation()\n"
            "py.install_sources('spam/__init__.py', subdir: 'spam')\n",
            "spam/__init__.py": "",
        },
    ),
)


@pytest.fixture(scope="session")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory with the wheel of this checkout."""
    target = tmp_path_factory.mktemp("wheels")
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return target


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an empty environment."""
    place = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", str(place)], check=True)
    return place / "bin/python"


def write_project(directory: Path, backend: Backend, external: str = EXTERNAL) -> None:
    requires = ", ".join(f'"{name}"' for name in ("extdeps", *backend.requires))
    system = f'[build-system]\nrequires = [{requires}]\nbuild-backend = "extdeps.backend"\n'
    tool = f'[tool.extdeps]\nbuild-backend = "{backend.hooks}"\n'
    files = {"pyproject.toml": system + backend.project + tool + external, **backend.files}
    for name, text in files.items():
        path = directory / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    for command in ("init -q", "add .", "-c user.name=x -c user.email=x commit -q -m x"):  # an sdist of meson is of git
        subprocess.run(["git", *command.split()], cwd=directory, check=True)


def run(wheels: Path, directory: Path, *argv: str, **environ: str) -> subprocess.CompletedProcess[str]:
    links = {"PIP_FIND_LINKS": f"{os.environ.get('PIP_FIND_LINKS', '')} {wheels}", "UV_FIND_LINKS": str(wheels)}
    others = ("VIRTUAL_ENV", "CONDA_PREFIX", "EXTDEPS_ON_MISSING", "FORCE_COLOR")
    variables = {name: value for name, value in os.environ.items() if name not in others}
    variables |= {**links, "NO_COLOR": "1", "COLUMNS": "500", **environ}  # uv breaks lines at that width
    return subprocess.run(argv, cwd=directory, capture_output=True, text=True, env=variables, check=False)


def fields_of(metadata: str) -> list[str]:
    header = metadata.partition("\n\n")[0]
    return [line for line in header.splitlines() if line.startswith(("Requires-External", "Provides-External"))]


def read_wheel(path: Path) -> str:
    """The METADATA of a wheel whose RECORD is right."""
    check_record(path)
    with zipfile.ZipFile(path) as wheel:
        (name,) = (name for name in wheel.namelist() if name.endswith(".dist-info/METADATA"))
        return wheel.read(name).decode()


@pytest.mark.parametrize("backend", BACKENDS, ids=lambda backend: backend.name)
def test_what_is_built_says_what_it_needs(backend: Backend, wheels: Path, python: Path, tmp_path: Path) -> None:
    write_project(tmp_path, backend)
    done = run(wheels, tmp_path, sys.executable, "-m", "build", ".")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "missing-dependencies" not in done.stdout + done.stderr
    (wheel,) = tmp_path.glob("dist/*.whl")
    (sdist,) = tmp_path.glob("dist/*.tar.gz")
    assert fields_of(read_wheel(wheel)) == FIELDS
    with tarfile.open(sdist) as archive:
        file = archive.extractfile("spam-1.0/PKG-INFO")
        assert file
        assert fields_of(file.read().decode()) == FIELDS

    done = run(wheels, tmp_path, str(python), "-m", "pip", "install", "--force-reinstall", "--editable", ".")
    assert done.returncode == 0, done.stdout + done.stderr
    (installed,) = python.parents[1].glob("lib/*/site-packages/spam-1.0.dist-info/METADATA")
    assert fields_of(installed.read_text()) == FIELDS


@pytest.mark.parametrize("backend", [BACKENDS[0], BACKENDS[-1]], ids=lambda backend: backend.name)
def test_the_same_again_is_the_same(backend: Backend, wheels: Path, tmp_path: Path) -> None:
    """Whatever is built twice is the same, byte for byte, if it is so with the real backend alone."""
    write_project(tmp_path, backend)
    found = []
    for count in ("1", "2"):
        done = run(wheels, tmp_path, UV, "build", *FRESH, "--out-dir", count, ".", SOURCE_DATE_EPOCH="1700000000")
        assert done.returncode == 0, done.stderr
        found.append({path.name: path.read_bytes() for path in sorted((tmp_path / count).iterdir())})
        shutil.rmtree(tmp_path / "build", ignore_errors=True)
    names = [name for name in found[0] if backend.name != "setuptools" or name.endswith(".whl")]
    assert [name for name in names if found[0][name] != found[1][name]] == []


FRONT_ENDS = {
    "pip": ("{python}", "-m", "pip", "install", "."),
    "pip-editable": ("{python}", "-m", "pip", "install", "--editable", "."),
    "build": (sys.executable, "-m", "build", "--wheel", "."),
    "uv-build": (UV, "build", *FRESH, "--wheel", "."),
    "uv-pip": (UV, "pip", "install", *FRESH, "--python", "{python}", "."),
}
MISSING = '\n[external]\nhost-requires = ["leptonica>=1.70", "no-such-library"]\n'


def expected_message(kind: str = "error") -> list[str]:
    """What a front end has to show, by the check of this process."""
    machine = describe_machine(LocalHost(), CATALOGUE.ecosystems(), sys.executable)
    declaration = declare(("leptonica>=1.70", "no-such-library"), CATALOGUE, ("host",))
    report = check([declaration], machine, CATALOGUE, Selection())
    if len([finding for finding in report.findings if finding.needs_action]) < 2 or not report.commands:
        pytest.skip("leptonica is here, or cannot be had")
    command = " && ".join(map(str, report.commands))
    hint = "hint: `EXTDEPS_ON_MISSING=warn` builds without; so does `--config-settings extdeps-on-missing=warn`"
    return [
        f"{kind}[missing-dependencies]: `spam` needs 2 external dependencies to be built: 2 missing",
        "  spam",
        "    ✗  leptonica>=1.70  host  missing: external.host-requires[0]",
        "    ✗  no-such-library  host  missing: external.host-requires[1]; "
        "no registry knows `dep:generic/no-such-library`",
        "",
        f"  note: no package of {machine.ecosystem} is known for no-such-library",
        "",
        "  To get what is missing:",
        "",
        f"      {command}",
        *(["", hint] if kind == "error" else []),
    ]


def shown(said: str, first: str, count: int) -> list[str]:
    """So many lines from one that ends in a text, without what a front end puts before each."""
    lines = said.splitlines()
    start = next((index for index, line in enumerate(lines) if line.endswith(first)), None)
    assert start is not None, said
    indent = len(lines[start]) - len(first)
    return [line[indent:].rstrip() for line in lines[start : start + count]]


@pytest.mark.parametrize("name", FRONT_ENDS)
@pytest.mark.parametrize("backend", [BACKENDS[0], BACKENDS[-1]], ids=lambda backend: backend.name)
def test_what_is_missing_is_shown_whole(
    name: str, backend: Backend, wheels: Path, python: Path, tmp_path: Path
) -> None:
    expected = expected_message()
    write_project(tmp_path, backend, MISSING)
    done = run(wheels, tmp_path, *(word.format(python=python) for word in FRONT_ENDS[name]))
    said = done.stdout + done.stderr
    assert done.returncode != 0
    assert shown(said, expected[0], len(expected)) == expected
    assert "Traceback" not in said
    assert not (tmp_path / "build").exists()  # the real backend was not asked


def test_who_wants_it_all_the_same_is_warned(wheels: Path, tmp_path: Path) -> None:
    expected = expected_message("warning")
    write_project(tmp_path, BACKENDS[1], MISSING)
    settings = ("--config-setting", "extdeps-on-missing=warn")
    done = run(wheels, tmp_path, UV, "build", *FRESH, "--wheel", *settings, ".", EXTDEPS_ON_MISSING="error")
    assert done.returncode == 0, done.stderr
    assert shown(done.stderr, expected[0], len(expected)) == expected
    done = run(wheels, tmp_path, UV, "build", *FRESH, "--wheel", ".", EXTDEPS_ON_MISSING="ignore")
    assert (done.returncode, "missing-dependencies" in done.stderr) == (0, False)


@pytest.mark.skipif(not shutil.which("cargo"), reason="maturin asks cargo")
def test_metadata_of_maturin(wheels: Path, python: Path, tmp_path: Path) -> None:
    """Nothing is compiled: what maturin prepares has the fields, and no hook is there that maturin does not have."""
    files = {
        "Cargo.toml": '[package]\nname = "spam"\nversion = "1.0.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n',
        "src/lib.rs": "",
    }
    backend = Backend(name="maturin", requires=("maturin",), hooks="maturin", files=files)
    write_project(tmp_path, backend)
    place = tmp_path / "site"
    install = (UV, "pip", "install", *FRESH, "--python", str(python), "--target", str(place), "extdeps", "maturin")
    assert run(wheels, tmp_path, *install).returncode == 0
    program = (
        "import extdeps.backend as ours, maturin as real; from extdeps.backend.offer import HOOKS;"
        "assert [hasattr(ours, name) for name in HOOKS] == [hasattr(real, name) for name in HOOKS];"
        "print('at', ours.prepare_metadata_for_build_wheel('out', None))"
    )
    (tmp_path / "out").mkdir()
    path = f"{place / 'bin'}:{os.environ['PATH']}"
    done = run(wheels, tmp_path, str(python), "-c", program, PYTHONPATH=str(place), PATH=path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1] == "at spam-1.0.dist-info"
    assert fields_of((tmp_path / "out/spam-1.0.dist-info/METADATA").read_text()) == FIELDS
