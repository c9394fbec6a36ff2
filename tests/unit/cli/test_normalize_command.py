"""`extdeps normalize`: what it prints is an [external] table of PEP 725, and means the same."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.declaration.external import parse_external
from extdeps.declaration.overlay import read_tables
from extdeps.render.external import normalize_table, render_table
from support.checks import CATALOGUE

Say = pytest.CaptureFixture[str]

PROJECT = """\
[project]
name = "demo"
version = "1"
[external]
build-requires = ["virtual:compiler/c"]
host-requires = ["zlib>=1.2", "mkl; cpu.level >= 'x86-64-v3' and platform_system == 'Linux'"]
[external.optional-dependencies]
gpu = ["cuda>=11; cuda.driver >= '12'"]
[external.dependency-groups]
docs = ["graphviz"]
"""
LEGACY = "`virtual:compiler/c` is the spelling of PEP 725's 2023 draft; today it is `dep:virtual/compiler/c`"


@pytest.fixture(autouse=True)
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pyproject.toml").write_text(PROJECT)


def test_the_table(capsys: Say) -> None:
    assert main(["normalize"]) == 0
    said = capsys.readouterr()
    assert tomllib.loads(said.out) == {
        "external": {
            "build-requires": ["dep:virtual/compiler/c"],
            "host-requires": [
                "dep:generic/zlib@>=1.2",
                "dep:generic/mkl; cpu.level >= 'x86-64-v3' and platform_system == 'Linux'",
            ],
            "optional-dependencies": {"gpu": ["dep:generic/cuda@>=11; cuda.driver >= '12'"]},
            "dependency-groups": {"docs": ["dep:generic/graphviz"]},
        }
    }
    assert said.err == f"note: ./pyproject.toml: external.build-requires[0]: {LEGACY}\n"


def test_for_a_reader_of_pep_725_alone(capsys: Say) -> None:
    assert main(["normalize", "--strict", "."]) == 0
    said = capsys.readouterr()
    external = tomllib.loads(said.out)["external"]
    assert external["host-requires"] == ["dep:generic/zlib@>=1.2", 'dep:generic/mkl; platform_system == "Linux"']
    assert external["optional-dependencies"] == {"gpu": ["dep:generic/cuda@>=11"]}
    assert said.err.splitlines()[1:] == [
        "note: `dep:generic/mkl; cpu.level >= 'x86-64-v3' and platform_system == 'Linux'` is demanded as "
        '`dep:generic/mkl; platform_system == "Linux"`',
        "note: `dep:generic/cuda@>=11; cuda.driver >= '12'` is demanded as `dep:generic/cuda@>=11`",
    ]


def test_requirements_by_themselves_and_a_document(capsys: Say) -> None:
    assert main(["normalize", "-d", "gdal>=3.4", "-d", "cmake", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "tables": [
            {
                "subject": "--dep",
                "external": {"host-requires": ["dep:generic/gdal@>=3.4"], "build-requires": ["dep:generic/cmake"]},
            }
        ]
    }


@pytest.mark.parametrize("name", CATALOGUE.projects())
def test_an_overlay_means_the_same_afterwards(name: str) -> None:
    for table in read_tables(CATALOGUE.project_files(name)):
        declaration = table.declare("1", "sdist", name)
        external = tomllib.loads(render_table(normalize_table(declaration, strict=True))).get("external")
        again = parse_external(external, subject=name, origin=declaration.origin, phases=declaration.phases)
        assert {(item.phase, str(item.requirement)) for item in again.requirements} == {
            (item.phase, str(item.requirement)) for item in declaration.requirements
        }
