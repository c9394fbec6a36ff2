"""The workflows of GitHub: well formed, modest in what they may do, and about ecosystems that there are."""

from __future__ import annotations

import re
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
import yaml

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.curate.index.interface import Source
from extdeps.curate.index.table import open_index
from extdeps.errors import FetchError, UsageError
from extdeps.fetch import Fetcher, Response
from support.checks import CATALOGUE
from support.recorded import RecordedHost

WORKFLOWS = sorted((Path(__file__).parents[2] / ".github" / "workflows").iterdir())
each = pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)


def load(name: str) -> dict[Any, Any]:
    path = next(path for path in WORKFLOWS if path.name == name)
    document: dict[Any, Any] = yaml.safe_load(path.read_text())
    return document


def steps(document: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in document["jobs"].values() for step in job["steps"]]


ROWS = load("verify.yml")["jobs"]["verify"]["strategy"]["matrix"]["include"]


class Unplugged(Fetcher):
    """Reaches nothing."""

    def fetch(self, url: str, *, accept: str = "*/*", limit: int = 0) -> Response:
        raise FetchError(f"`{url}` was not asked")


def open_unplugged(ecosystem: str) -> None:
    """Go as far as the index of an ecosystem; UsageError where nothing reads it, or its release is missing."""
    with suppress(FetchError):
        open_index(Source(ecosystem=parse_ecosystem(ecosystem), fetcher=Unplugged(), host=RecordedHost()))


def test_there_are_these() -> None:
    assert [path.name for path in WORKFLOWS] == ["ci.yml", "verify.yml"]


def test_they_follow_the_schema_of_workflows() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-workflows"]
    done = subprocess.run([*command, *map(str, WORKFLOWS)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@each
def test_they_may_only_read_and_end(path: Path) -> None:
    document = load(path.name)
    assert document["permissions"] == {"contents": "read"}
    assert all(0 < job["timeout-minutes"] <= 60 for job in document["jobs"].values())
    assert all("permissions" not in job for job in document["jobs"].values())


@each
def test_actions_are_github_s_own_and_pinned_by_major(path: Path) -> None:
    for step in steps(load(path.name)):
        assert re.fullmatch(r"actions/[a-z-]+@v\d+", step.get("uses", "actions/none@v1"))


@each
def test_no_expression_becomes_part_of_a_script(path: Path) -> None:
    assert not [step["run"] for step in steps(load(path.name)) if "${{" in step.get("run", "")]


def test_ci_runs_what_decides_whether_work_lands() -> None:
    document = load("ci.yml")
    assert steps(document)[-1]["run"] == ".ci/run"
    assert set(document[True]) == {"push", "pull_request"}  # YAML 1.1 reads `on` so


def test_verify_goes_on_after_a_fault_every_night() -> None:
    document = load("verify.yml")
    assert document["jobs"]["verify"]["strategy"]["fail-fast"] is False
    assert set(document[True]) == {"schedule", "workflow_dispatch"}
    assert steps(document)[-1]["run"] == '.venv/bin/extdeps mapping verify "$ECOSYSTEM" --format github'


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["ecosystem"])
def test_every_ecosystem_of_the_matrix_has_a_mapping_and_a_reader(row: dict[str, Any]) -> None:
    assert set(row) <= {"ecosystem", "keyring", "moving"}
    assert CATALOGUE.mapping(parse_ecosystem(row["ecosystem"])) is not None
    open_unplugged(row["ecosystem"])


def test_no_ecosystem_stands_there_twice() -> None:
    names = [row["ecosystem"] for row in ROWS]
    assert len(names) == len(set(names))


@pytest.mark.parametrize("ecosystem", ["plan9", "debian"])
def test_an_ecosystem_without_reader_or_release_would_be_noticed(ecosystem: str) -> None:
    with pytest.raises(UsageError):
        open_unplugged(ecosystem)
