"""`environment.yml` and `pixi.toml`, read by what reads them: YAML and TOML parsers, rattler, and its solver."""

from __future__ import annotations

import asyncio
import io
import re
import tomllib
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from packaging.requirements import Requirement
from rattler import MatchSpec, NamelessMatchSpec, Subdir, solve
from ruamel.yaml import YAML

from extdeps.model.condarange import format_conda_range
from extdeps.model.constraint import parse_constraints
from extdeps.model.plan import Decision, Plan
from extdeps.model.requirement import Phase
from extdeps.render.formats.quoting import format_key, format_yaml, quote_text
from extdeps.render.formats.table import FORMATS
from support.condachannel import index_channel, write_package
from support.plans import NASTY, SAMPLES, decide, make_plan, make_unmet


def want(name: str, phase: Phase, *packages: str, asks: tuple[tuple[str, str], ...] = (("", "spam"),)) -> Decision:
    return decide(name, phase, *packages, source="conda", ecosystem="conda-forge", asks=asks)


def conda_plan(*decisions: Decision, subjects: tuple[str, ...] = ("spam",), **more: Any) -> Plan:
    return make_plan(*decisions, ecosystem="conda-forge", subjects=subjects, is_verified=False, **more)


PROJ = conda_plan(
    want("dep:virtual/compiler/cxx", "build", "cxx-compiler", asks=((">=2017", "spam"),)),
    want("proj", "host", "proj", asks=((">=9.2", "spam"), ("<10", "eggs"))),
    want("proj", "run", "proj", asks=((">=9.2", "spam"),)),
    want("opencl", "run", "ocl-icd", "opencl-headers", asks=((">=2", "eggs"),)),
    want("gdal", "run", "libgdal-core", asks=(("==3.6.*", "eggs"),)),
    subjects=("eggs[fast]>=1", "Spam"),
    unmet=(make_unmet("eggs"),),
    notes=("the versions are those of today",),
)

ENVIRONMENT = """\
# Made by `extdeps plan 'eggs[fast]>=1' Spam --format environment.yml`.
# Left out: libeggs>=9 (run) for eggs: nobody has eggs
#   detail eggs
#   remedy eggs
# Not known to be met: dep:virtual/compiler/cxx@>=2017 for spam, opencl>=2 for eggs.
# Note: the versions are those of today
name: extdeps
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python
  - cxx-compiler
  - libgdal-core =3.6
  - ocl-icd
  - opencl-headers
  - proj >=9.2,<10
  - pip
  - pip:
      - "eggs[fast]>=1"
      - spam
"""

WORKSPACE = """\
# Made by `extdeps plan 'eggs[fast]>=1' Spam --format pixi.toml`.
# Left out: libeggs>=9 (run) for eggs: nobody has eggs
#   detail eggs
#   remedy eggs
# Not known to be met: dep:virtual/compiler/cxx@>=2017 for spam, opencl>=2 for eggs.
# Note: the versions are those of today
[workspace]
name = "extdeps"
channels = ["conda-forge"]
platforms = ["linux-64"]

[dependencies]
cxx-compiler = "*"
libgdal-core = "=3.6"
ocl-icd = "*"
opencl-headers = "*"
proj = ">=9.2,<10"
python = "*"

[pypi-dependencies]
eggs = { version = ">=1", extras = ["fast"] }
spam = "*"
"""


def write_environment(plan: Plan) -> str:
    return FORMATS["environment.yml"].render((plan,))


def write_workspace(plan: Plan) -> str:
    return FORMATS["pixi.toml"].render((plan,))


def read_yaml(text: str) -> Any:
    """By PyYAML, which is YAML 1.1, and ruamel, which is 1.2; they have to agree."""
    document = yaml.safe_load(text)
    assert YAML(typ="safe", pure=True).load(io.StringIO(text)) == document
    return document


def match_specs(text: str) -> list[str]:
    return [item for item in read_yaml(text)["dependencies"] if isinstance(item, str)]


def test_environment() -> None:
    assert write_environment(PROJ) == ENVIRONMENT
    assert read_yaml(ENVIRONMENT)["dependencies"][-1] == {"pip": ["eggs[fast]>=1", "spam"]}
    for spec in match_specs(ENVIRONMENT):
        MatchSpec(spec, strict=True)


def test_workspace() -> None:
    assert write_workspace(PROJ) == WORKSPACE
    document = tomllib.loads(WORKSPACE)
    assert set(document) == {"workspace", "dependencies", "pypi-dependencies"}
    for version in document["dependencies"].values():
        NamelessMatchSpec(version, strict=True)


@pytest.mark.parametrize("name", SAMPLES)
def test_samples_are_read(name: str) -> None:
    plan = SAMPLES[name]
    wanted = {package for decision in plan.new for package in decision.packages}
    names = {spec.split()[0] for spec in match_specs(write_environment(plan))}
    assert names - {"python", "pip"} == wanted
    document = tomllib.loads(write_workspace(plan))
    assert set(document["dependencies"]) - {"python"} == wanted
    assert "pip" not in wanted


def test_nothing_of_others_gets_out_of_a_comment() -> None:
    plan = SAMPLES["nasty"]
    for text in (write_environment(plan), write_workspace(plan)):
        assert [line for line in text.splitlines() if "EOF" in line and not line.startswith("# ")] == []
    environment, workspace = read_yaml(write_environment(plan)), tomllib.loads(write_workspace(plan))
    assert environment["name"] == workspace["workspace"]["name"] == "extdeps"
    assert "pypi-dependencies" not in workspace


def test_a_subject_with_quotes_is_read_as_it_was_written() -> None:
    subjects = ("null<2,>=1", """spam; platform_version == 'a"b: [c], {d} #e' or sys_platform == "*'x'" """, "true")
    plan = conda_plan(subjects=subjects)
    (pip,) = (item["pip"] for item in read_yaml(write_environment(plan))["dependencies"] if isinstance(item, dict))
    assert list(map(Requirement, pip)) == list(map(Requirement, subjects))
    text = write_workspace(plan)
    assert tomllib.loads(text)["pypi-dependencies"] == {"null": "<2,>=1", "true": "*"}
    assert "# Left out: spam; platform_version" in text


def test_a_subject_of_two_lines_is_no_option_of_pip() -> None:
    """Conda hands the list to pip as a file of requirements, a line for each."""
    plan = conda_plan(subjects=("spam; os_name == 'a\\n--index-url=x\\n'", "eggs; os_name == 'a\n--index-url=x\n'"))
    for text in (write_environment(plan), write_workspace(plan)):
        assert not re.search(r"^[^#].*--index-url", text, re.MULTILINE)
    entries = [item["pip"] for item in read_yaml(write_environment(plan))["dependencies"] if isinstance(item, dict)]
    assert all(str.isprintable(item) for pip in entries for item in pip)


def test_what_pip_cannot_find_by_name_is_said() -> None:
    listed = (".", "./egg-1.0", "eggs @ https://example.org/eggs.zip#sha256=1", "https://example.org/ham.whl")
    unlisted = (
        "/home/ann/ham",
        "../ham",
        "./../ham",
        "./ham x",
        "file:///ham",
        "https://example.org/a #b",
        "-r",
        "C:\\x",
    )
    plan = conda_plan(subjects=(*listed, "spam", *unlisted))
    text = write_environment(plan)
    assert read_yaml(text)["dependencies"] == ["python", "pip", {"pip": ["spam", *listed]}]
    for argument in unlisted:
        assert f"# Left out: {argument}, which pip would not find from here\n" in text
    text = write_workspace(plan)
    for argument in (*listed, *unlisted):
        assert f"# Left out: {argument}, for which there is no place in this file\n" in text
    assert tomllib.loads(write_workspace(plan))["pypi-dependencies"] == {"spam": "*"}


def test_external_requirements_alone_need_no_python() -> None:
    plan = conda_plan(want("proj", "host", "proj", asks=((">=9", "--dep"),)), subjects=("--dep",))
    assert write_environment(plan) == (
        "# Made by `extdeps plan -d 'proj>=9' --format environment.yml`.\n"
        "name: extdeps\nchannels:\n  - conda-forge\n  - nodefaults\ndependencies:\n  - proj >=9\n"
    )
    assert tomllib.loads(write_workspace(plan))["dependencies"] == {"proj": ">=9"}


def test_the_only_project_gives_its_name() -> None:
    for subjects, name in ((("Spam.Eggs>=1", "spam-eggs<3"), "spam-eggs"), (("base",), "extdeps"), (("on",), "on")):
        plan = conda_plan(subjects=subjects)
        assert read_yaml(write_environment(plan))["name"] == name
        assert tomllib.loads(write_workspace(plan))["workspace"]["name"] == name
    assert tomllib.loads(write_workspace(conda_plan(subjects=("spam[b]>=1", "Spam[a]<3"))))["pypi-dependencies"] == {
        "spam": {"version": "<3,>=1", "extras": ["a", "b"]}
    }


def test_a_range_on_the_python_is_its_own() -> None:
    plan = conda_plan(want("python", "host", "python", asks=((">=3.11", "spam"),)))
    assert match_specs(write_environment(plan)) == ["python >=3.11", "pip"]


def test_many_subjects_are_cut() -> None:
    plan = conda_plan(subjects=tuple(f"p{index}" for index in range(40)))
    assert write_environment(plan).startswith(
        "# Made by `extdeps plan p0 p1 p2 p3 p4 p5 p6 p7 p8 p9 p10 p11 ... --format environment.yml`"
    )


@pytest.mark.parametrize(
    ("system", "machine", "platform"),
    [
        ("Linux", "x86_64", "linux-64"),
        ("Linux", "aarch64", "linux-aarch64"),
        ("Linux", "arm64", "linux-aarch64"),
        ("Linux", "ppc64le", "linux-ppc64le"),
        ("Darwin", "x86_64", "osx-64"),
        ("Darwin", "arm64", "osx-arm64"),
        ("Darwin", "aarch64", "osx-arm64"),
        ("Windows", "AMD64", "win-64"),
        ("Windows", "ARM64", "win-arm64"),
        ("", "", "linux-64"),
        ("FreeBSD", "amd64", "linux-64"),
    ],
)
def test_platforms(system: str, machine: str, platform: str) -> None:
    plan = replace(PROJ, host=replace(PROJ.host, system=system, machine=machine))
    assert tomllib.loads(write_workspace(plan))["workspace"]["platforms"] == [platform]
    assert str(Subdir(platform)) == platform


@pytest.mark.parametrize(
    ("constraints", "text"),
    [
        (">=9.2,<10", ">=9.2,<10"),
        (">=9.2,>=9.2", ">=9.2"),
        ("==3.6", "==3.6"),
        ("3.6", "==3.6"),
        ("==3.6.*", "=3.6"),
        (">3,==3.6.*", ">3,=3.6"),
        ("==1!2.0", "==1!2.0"),
        ("==1.0~rc1", ""),
        (">=1.0-2,<2", ""),
    ],
)
def test_ranges(constraints: str, text: str) -> None:
    assert format_conda_range(parse_constraints(constraints)) == text
    if text:
        MatchSpec(f"proj{text}", strict=True)
        MatchSpec(f"proj {text}", strict=True)


def test_a_version_that_conda_cannot_write_is_said() -> None:
    text = write_environment(conda_plan(want("proj", "host", "proj", asks=((">=9~rc1", "spam"),))))
    assert match_specs(text) == ["python", "proj", "pip"]
    assert "# Not known to be met: proj>=9~rc1 for spam.\n" in text


@given(st.text())
def test_any_text_is_read_as_itself(text: str) -> None:
    expected = "".join("\N{REPLACEMENT CHARACTER}" if 0xD800 <= ord(char) <= 0xDFFF else char for char in text)
    assert read_yaml(f"a:\n  - {format_yaml(text)}\n") == {"a": [expected]}
    assert tomllib.loads(f"[a]\n{format_key(text)} = {quote_text(text)}\n") == {"a": {expected: expected}}


@pytest.mark.parametrize(
    "text",
    ["yes", "No", "y", "null", "~", "1.0", "1e3", "0x10", "12:30:45", "2001-01-01", "=", "<<", "- a", "a: b", "a #b",
     "", "é", "[a]", "{a}", "*a", "&a", "!a", "%a", "@a", "`a", "a:", ".inf", "_1", "a >=1", NASTY],
)  # fmt: skip
def test_what_yaml_takes_for_something_else_is_quoted(text: str) -> None:
    assert read_yaml(f"- {format_yaml(text)}\n") == [text]


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("channel")
    for name, version in (
        ("python", "3.12"),
        ("pip", "25.0"),
        ("cxx-compiler", "1.9"),
        ("ocl-icd", "2.3"),
        ("opencl-headers", "2024.1"),
        ("proj", "9.1"),
        ("proj", "9.6"),
        ("proj", "10.0"),
        ("libgdal-core", "3.6"),
        ("libgdal-core", "3.6.4"),
        ("libgdal-core", "3.7.0"),
        ("libgdal-core", "3.61"),
    ):
        write_package(root, {f"share/{name}": b""}, name=name, version=version)
    index_channel(root)
    return root.as_uri()


def solved(channel: str, specs: Iterable[str]) -> dict[str, str]:
    records = asyncio.run(solve(sources=[channel], specs=[MatchSpec(spec, strict=True) for spec in specs]))
    return {record.name.normalized: str(record.version) for record in records}


def test_the_environment_can_be_solved(channel: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(tmp_path))
    expected = {
        "python": "3.12",
        "cxx-compiler": "1.9",
        "ocl-icd": "2.3",
        "opencl-headers": "2024.1",
        "proj": "9.6",
        "libgdal-core": "3.6.4",
    }
    assert solved(channel, match_specs(ENVIRONMENT)) == {**expected, "pip": "25.0"}
    dependencies = tomllib.loads(WORKSPACE)["dependencies"]
    assert solved(channel, (f"{name} {version}" for name, version in dependencies.items())) == expected
