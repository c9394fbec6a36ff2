"""What is in the wheel and the sdist."""

from __future__ import annotations

import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    target = tmp_path_factory.mktemp("dist")
    command = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(target), str(ROOT)]
    subprocess.run(command, check=True, capture_output=True)
    return target


def test_wheel_holds_the_package_and_the_data(built: Path) -> None:
    (wheel,) = built.glob("*.whl")
    names = set(zipfile.ZipFile(wheel).namelist())
    expected = {
        f"extdeps/{path.relative_to(ROOT / 'src' / 'extdeps').as_posix()}"
        for path in (ROOT / "src" / "extdeps").rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    expected |= {
        f"extdeps/mappings/{path.relative_to(ROOT / 'mappings').as_posix()}"
        for path in (ROOT / "mappings").rglob("*")
        if path.is_file()
    }
    info = {name for name in names if ".dist-info/" in name}
    assert names - info == expected
    assert {name.partition("/")[2] for name in info} == {
        "METADATA",
        "RECORD",
        "WHEEL",
        "entry_points.txt",
        "licenses/LICENSE",
    }
    assert wheel.stat().st_size < 5_000_000


def test_sdist_builds_and_tests_by_itself(built: Path) -> None:
    (sdist,) = built.glob("*.tar.gz")
    with tarfile.open(sdist) as archive:
        names = {name.partition("/")[2] for name in archive.getnames()}
    for name in (
        "pyproject.toml",
        "LICENSE",
        "README.md",
        "src/extdeps/py.typed",
        "mappings/registry.json",
        "docs/api.md",
        "docs/generate_api.py",
        "docs/installers.md",
        "PKG-INFO",
    ):
        assert name in names
    assert any(name.startswith("tests/unit/") for name in names)
    assert any(name.startswith("pep_draft/schemas/") for name in names)
