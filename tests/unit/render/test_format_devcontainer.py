"""The plan as devcontainer.json: what reads JSON with comments gets the image and a command that a shell reads."""

from __future__ import annotations

import json
import shlex

import json5
import pytest

from extdeps.model.plan import Plan
from extdeps.render.formats.table import FORMATS
from support.plans import NASTY_WORDS, decide, make_plan, make_unmet
from support.shells import assert_readable

FAMILIES = FORMATS["devcontainer"].families
NASTY_PLAN = make_plan(
    decide("gdal", "host", *NASTY_WORDS),
    unmet=tuple(make_unmet(text) for text in NASTY_WORDS),
    notes=NASTY_WORDS,
    subjects=NASTY_WORDS,
)


def plan_for(ecosystem: str) -> Plan:
    return make_plan(decide("gdal", "host", "gdal", "g++", ecosystem=ecosystem), ecosystem=ecosystem)


def render(plan: Plan) -> str:
    return FORMATS["devcontainer"].render((plan,))


def load(plan: Plan) -> dict[str, str]:
    """Below its comments, which all stand at the top, it is plain JSON too."""
    text = render(plan)
    below = [line for line in text.splitlines() if not line.startswith("//")]
    document = json5.loads(text)
    assert document == json.loads("\n".join(below))
    assert isinstance(document, dict)
    return document


def test_a_file_as_a_person_would_write_it() -> None:
    assert render(plan_for("debian+12")) == (
        "// Made by `extdeps plan spam --target debian+12 --format devcontainer`.\n"
        "{\n"
        '  "image": "mcr.microsoft.com/devcontainers/python:3-bookworm",\n'
        '  "onCreateCommand": "sudo apt-get update && sudo apt-get install -y --no-install-recommends g++ gdal"\n'
        "}\n"
    )


@pytest.mark.parametrize("ecosystem", [*FAMILIES, "ubuntu+26.04", "debian+sid"])
def test_an_image_of_its_own_has_sudo_and_another_is_root(ecosystem: str) -> None:
    document = load(plan_for(ecosystem))
    assert document.keys() == {"image", "onCreateCommand"}
    words = shlex.split(document["onCreateCommand"])
    is_made_for_it = document["image"].startswith("mcr.microsoft.com/devcontainers/")
    assert ("sudo" in words) == is_made_for_it == (ecosystem in ("alpine", "debian", "ubuntu"))
    assert {"gdal", "g++"} < set(words)
    assert any(word.startswith("python") for word in (*words, document["image"].rpartition("/")[2]))


@pytest.mark.parametrize("plan", [*map(plan_for, FAMILIES), NASTY_PLAN], ids=[*FAMILIES, "nasty"])
def test_the_shell_reads_the_command(plan: Plan) -> None:
    assert_readable(load(plan)["onCreateCommand"])


def test_foreign_text_is_no_variable_and_stays_in_its_comment() -> None:
    text = render(NASTY_PLAN)
    head, _, body = text.partition("\n{\n")
    assert all(line.startswith("// ") or line == "// note:" for line in head.splitlines())
    assert "${" not in body
    document = load(NASTY_PLAN)
    assert "${{ github.token }} ${localEnv:HOME} {{ x }} %s \\" in shlex.split(document["onCreateCommand"])


def test_where_nothing_is_needed_there_is_no_command() -> None:
    assert load(make_plan()) == {"image": "mcr.microsoft.com/devcontainers/python:3-bookworm"}
