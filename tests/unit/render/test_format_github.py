"""The plan as a step: YAML, the schema of workflows, the shell that runs it, and no expression of anybody else's."""

from __future__ import annotations

import json
import os
import shlex
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from extdeps.model.plan import Plan
from extdeps.render.formats.table import FORMATS
from support.plans import NASTY_WORDS, decide, make_plan, make_unmet
from support.shells import assert_readable

WORKFLOW = json.loads(
    (files("check_jsonschema") / "builtin_schemas" / "vendor" / "github-workflows.json").read_text(encoding="utf-8")
)
FAMILIES = FORMATS["github"].families


def plan_for(ecosystem: str, *packages: str, **others: Any) -> Plan:
    return make_plan(decide("gdal", "host", *packages, ecosystem=ecosystem), ecosystem=ecosystem, **others)


PLANS = {
    **{family: plan_for(family, "gdal", "g++") for family in FAMILIES},
    "empty": make_plan(ecosystem="ubuntu+24.04"),
    "nasty": plan_for(
        "ubuntu+24.04",
        *NASTY_WORDS,
        unmet=tuple(make_unmet(text) for text in NASTY_WORDS),
        notes=NASTY_WORDS,
        subjects=NASTY_WORDS,
    ),
}


def render(plan: Plan) -> str:
    return FORMATS["github"].render((plan,))


def load_step(plan: Plan) -> dict[str, str]:
    (step,) = yaml.safe_load(render(plan))
    assert isinstance(step, dict)
    return step


def test_a_step_as_a_person_would_write_it() -> None:
    assert render(plan_for("ubuntu+24.04", "libgdal-dev", "gcc")) == (
        "# Made by `extdeps plan spam --target ubuntu+24.04 --format github`.\n"
        "# For a job with `runs-on: ubuntu-24.04`.\n"
        "- name: Install external dependencies\n"
        "  run: |\n"
        "    sudo apt-get update\n"
        "    sudo apt-get install -y --no-install-recommends \\\n"
        "      gcc \\\n"
        "      libgdal-dev\n"
    )


@pytest.mark.parametrize("name", PLANS)
def test_a_workflow_with_it_is_one(name: str) -> None:
    indented = "".join(f"      {line}\n" for line in render(PLANS[name]).splitlines())
    text = f"name: ci\non: push\njobs:\n  test:\n    runs-on: ubuntu-24.04\n    steps:\n{indented}"
    workflow = yaml.safe_load(text)
    workflow["on"] = workflow.pop(True)  # YAML 1.1 has `on` for true, and GitHub has not
    Draft7Validator(WORKFLOW).validate(workflow)
    (step,) = workflow["jobs"]["test"]["steps"]
    assert step == load_step(PLANS[name])


@pytest.mark.parametrize("name", PLANS)
def test_its_shell_reads_it(name: str) -> None:
    assert_readable(load_step(PLANS[name])["run"], "bash")


def test_foreign_text_is_no_expression_and_no_command(tmp_path: Path) -> None:
    step = load_step(PLANS["nasty"])
    assert step.keys() == {"name", "run"}
    assert "${{" not in step["run"]
    log = tmp_path / "log"
    sudo = tmp_path / "sudo"
    sudo.write_text(f"#!{sys.executable}\nimport sys\nopen({str(log)!r}, 'a').write(repr(sys.argv[1:]) + '\\n')\n")
    sudo.chmod(0o755)
    environ = {"PATH": f"{tmp_path}:{os.environ['PATH']}", "LC_ALL": "C.UTF-8"}
    subprocess.run(["bash", "-e", "-c", step["run"]], cwd=tmp_path, env=environ, check=True)
    assert {entry.name for entry in tmp_path.iterdir()} == {"log", "sudo"}
    update, install = log.read_text().splitlines()
    assert update == "['apt-get', 'update']"
    assert repr("${{ github.token }} ${localEnv:HOME} {{ x }} %s \\") in install


@pytest.mark.parametrize(
    ("family", "label", "command"),
    [
        ("chocolatey", "windows-latest", "choco install --yes --no-progress --ignore-package-exit-codes g++ gdal"),
        ("homebrew", "macos-latest", "brew install g++ gdal"),
        ("ubuntu", "ubuntu-24.04", "sudo apt-get install -y --no-install-recommends g++ gdal"),
    ],
)
def test_each_runner_has_its_manager(family: str, label: str, command: str) -> None:
    step = load_step(PLANS[family])
    joined = step["run"].replace("\\\n", "").splitlines()[-1]
    assert shlex.split(joined) == shlex.split(command)
    assert f"# For a job with `runs-on: {label}`.\n" in render(PLANS[family])
    assert step.get("shell") == ("bash" if family == "chocolatey" else None)


def test_an_empty_plan_says_so() -> None:
    assert load_step(PLANS["empty"])["run"] == "echo 'There is nothing to install.'"
