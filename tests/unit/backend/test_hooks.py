"""The hooks before real and small backends, in the process that a front end would start."""

from __future__ import annotations

import os
import subprocess
import sys
import tarfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from pyproject_hooks import BuildBackendHookCaller

from extdeps.backend.metadata import ORIGINAL
from support.finished import check_record

EXTERNAL = """
[external]
build-requires = ["dep:generic/python"]
dependencies = ["git"]
[external.optional-dependencies]
Geo = ["gdal>=3.4"]
"""
FIELDS = [
    "Requires-External-Dep: dep:generic/git",
    "Provides-External-Extra: geo",
    "Requires-External-Dep: dep:generic/gdal@>=3.4; extra == 'geo'",
]

SMALL = '''
"""A backend that says what it was given, and has no more hooks than it must."""
import os, sys, zipfile

METADATA = "Metadata-Version: 2.1\\nName: spam\\nVersion: 1\\n"

def build_sdist(sdist_directory, config_settings=None):
    raise SystemExit("there is no sdist")

def build_wheel(wheel_directory, config_settings=None, metadata_directory=None):
    print("settings", config_settings)
    if metadata_directory:
        with open(metadata_directory + "/METADATA") as file:
            print("given", sorted(os.listdir(metadata_directory)), file.read() == METADATA)
    if config_settings and "fail" in config_settings:
        raise ValueError("the backend's own fault")
    with zipfile.ZipFile(os.path.join(wheel_directory, "spam-1-py3-none-any.whl"), "w") as wheel:
        wheel.writestr("spam-1.dist-info/METADATA", METADATA)
        wheel.writestr("spam-1.dist-info/RECORD", "spam-1.dist-info/METADATA,,\\nspam-1.dist-info/RECORD,,\\n")
    return "spam-1-py3-none-any.whl"
'''
PREPARES = """
def prepare_metadata_for_build_wheel(metadata_directory, config_settings=None):
    os.mkdir(os.path.join(metadata_directory, "spam-1.dist-info"))
    for name, text in (("METADATA", METADATA), ("RECORD", "spam-1.dist-info/METADATA,,\\n")):
        with open(os.path.join(metadata_directory, "spam-1.dist-info", name), "w") as file:
            file.write(text)
    return "spam-1.dist-info"
"""


class Process:
    """Runs hooks, and keeps what they print and how they end."""

    def __init__(self) -> None:
        self.out = ""
        self.err = ""
        self.code = 0

    def __call__(self, cmd: Sequence[str], cwd: str | None = None, extra_environ: Any = None) -> None:
        environ = {**os.environ, **(extra_environ or {})}
        done = subprocess.run(cmd, cwd=cwd, env=environ, capture_output=True, text=True, check=False)
        self.out, self.err, self.code = done.stdout, done.stderr, done.returncode
        done.check_returncode()


@pytest.fixture
def process() -> Process:
    return Process()


def call(directory: Path, process: Process, *, table: str = EXTERNAL, backend: str = SMALL) -> BuildBackendHookCaller:
    """The hooks of a project whose backend is this text."""
    tool = '[tool.extdeps]\nbuild-backend = "small"\nbackend-path = ["."]\n'
    (directory / "pyproject.toml").write_text(f'[project]\nname = "spam"\n{tool}{table}')
    (directory / "small.py").write_text(backend)
    return BuildBackendHookCaller(str(directory), "extdeps.backend", runner=process, python_executable=sys.executable)


def fields_of(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith(("Requires-External", "Provides-External"))]


def read_metadata(wheel: Path) -> str:
    import zipfile

    with zipfile.ZipFile(wheel) as archive:
        (name,) = (name for name in archive.namelist() if name.endswith(".dist-info/METADATA"))
        return archive.read(name).decode()


def test_a_small_backend(tmp_path: Path, process: Process) -> None:
    hooks = call(tmp_path, process)
    assert hooks._supported_features() == []
    assert hooks.get_requires_for_build_wheel({"extdeps-on-missing": "error"}) == []
    name = hooks.build_wheel(str(tmp_path), {"extdeps-on-missing": "error", "x": ["y"]})
    assert process.out == "settings {'x': ['y']}\n"
    assert process.err == ""
    assert fields_of(read_metadata(tmp_path / name)) == FIELDS
    check_record(tmp_path / name)


def test_metadata_before_the_wheel(tmp_path: Path, process: Process) -> None:
    """The real backend finds what it has prepared itself, and both have the fields."""
    hooks = call(tmp_path, process, backend=SMALL + PREPARES)
    (tmp_path / "out").mkdir()
    prepared = tmp_path / "out" / hooks.prepare_metadata_for_build_wheel(str(tmp_path / "out"), {})
    assert fields_of((prepared / "METADATA").read_text()) == FIELDS
    assert sorted(os.listdir(prepared)) == ["METADATA", ORIGINAL]
    name = hooks.build_wheel(str(tmp_path), None, str(prepared))
    assert process.out == "settings None\ngiven ['METADATA'] True\n"
    assert read_metadata(tmp_path / name) == (prepared / "METADATA").read_text()


def test_editable(tmp_path: Path, process: Process) -> None:
    hooks = call(tmp_path, process, backend=f"{SMALL}build_editable = build_wheel\n")
    assert hooks._supported_features() == ["build_editable"]
    assert fields_of(read_metadata(tmp_path / hooks.build_editable(str(tmp_path)))) == FIELDS


def test_without_a_table_nothing_is_touched(tmp_path: Path, process: Process) -> None:
    hooks = call(tmp_path, process, table="")
    name = hooks.build_wheel(str(tmp_path), {"extdeps-on-missing": "wrong"})
    assert process.out == "settings {}\n"
    assert fields_of(read_metadata(tmp_path / name)) == []


def test_what_the_backend_has_written_is_replaced(tmp_path: Path, process: Process) -> None:
    own = "Requires-External-Dep: dep:generic/git\\nRequires-External-Dep: dep:generic/old\\n"
    hooks = call(tmp_path, process, backend=SMALL.replace("Version: 1\\n", f"Version: 1\\n{own}"))
    assert fields_of(read_metadata(tmp_path / hooks.build_wheel(str(tmp_path)))) == FIELDS


def test_missing(tmp_path: Path, process: Process) -> None:
    hooks = call(tmp_path, process, table='[external]\nhost-requires = ["no-such-library"]')
    with pytest.raises(subprocess.CalledProcessError):
        hooks.build_wheel(str(tmp_path))
    assert (process.code, process.out) == (1, "")
    assert process.err.startswith(
        "error[missing-dependencies]: `spam` needs 1 external dependency to be built: 1 missing\n"
    )
    assert "Traceback" not in process.err


def test_that_the_backends_own_fault_is_its_own(tmp_path: Path, process: Process) -> None:
    with pytest.raises(subprocess.CalledProcessError):
        call(tmp_path, process).build_wheel(str(tmp_path), {"fail": ""})
    assert process.err.endswith("ValueError: the backend's own fault\n")


@pytest.mark.parametrize("hook", ["get_requires_for_build_wheel", "get_requires_for_build_sdist"])
def test_a_wrong_table_is_told_at_the_first_hook(hook: str, tmp_path: Path, process: Process) -> None:
    hooks = call(tmp_path, process, table='[external]\nhost-requires = ["a/b"]')
    with pytest.raises(subprocess.CalledProcessError):
        getattr(hooks, hook)()
    assert process.code == 3
    assert process.err == (
        "error[invalid-declaration]: the `[external]` table of `pyproject.toml` has 1 fault\n"
        "  pyproject.toml: external.host-requires[0]: `a/b` is neither a short name with a version range nor a `dep:` "
        "URL\n"
        "\nhint: the table is specified in PEP 725: https://peps.python.org/pep-0725/\n"
    )


def test_ranges_that_have_nothing_in_common(tmp_path: Path, process: Process) -> None:
    hooks = call(tmp_path, process, table='[external]\nhost-requires = ["zlib>=2", "zlib<1"]')
    with pytest.raises(subprocess.CalledProcessError):
        hooks.build_wheel(str(tmp_path))
    assert (process.code, process.err.partition(":")[0]) == (3, "error[contradictory-ranges]")


def test_hatchling(tmp_path: Path, process: Process) -> None:
    """A real backend; the same project gives the same files."""
    source = tmp_path / "source"
    (source / "spam").mkdir(parents=True)
    (source / "spam/__init__.py").touch()
    project = '[project]\nname = "spam"\nversion = "1.0"\n[tool.extdeps]\nbuild-backend = "hatchling.build"\n'
    (source / "pyproject.toml").write_text(project + EXTERNAL)
    hooks = BuildBackendHookCaller(str(source), "extdeps.backend", runner=process, python_executable=sys.executable)
    assert hooks._supported_features() == ["build_editable"]
    found = []
    for name in ("1", "2"):
        target = tmp_path / name
        target.mkdir()
        found.append([target / hooks.build_wheel(str(target)), target / hooks.build_sdist(str(target))])
    for first, second in zip(*found, strict=True):
        assert first.read_bytes() == second.read_bytes()
    wheel, sdist = found[0]
    check_record(wheel)
    assert fields_of(read_metadata(wheel)) == FIELDS
    with tarfile.open(sdist) as archive:
        file = archive.extractfile("spam-1.0/PKG-INFO")
        assert file
        assert fields_of(file.read().decode()) == FIELDS


def test_hooks_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import extdeps.backend

    monkeypatch.chdir(tmp_path)
    with pytest.raises(AttributeError, match=r"module 'extdeps\.backend' has no attribute 'nosuch'"):
        extdeps.backend.nosuch  # noqa: B018
    assert callable(extdeps.backend.build_wheel)  # there is no project, which is told when it is called
