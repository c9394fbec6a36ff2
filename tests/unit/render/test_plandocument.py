"""The document of a plan against its schema."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from typing import Any

import pytest

from extdeps.model.evidence import InstallCommand
from extdeps.model.plan import Plan
from extdeps.model.step import Step
from extdeps.model.transaction import Change, Preview
from extdeps.render.plandocument import format_plan
from support.plans import PLAIN, SAMPLES, WITH_UNMET, make_plan
from support.schemas import get_validator

INSTALL = InstallCommand(
    manager="apt",
    ecosystem="debian+12",
    argv=("apt-get", "install", "--", "libproj-dev=9.*"),
    packages=("libproj-dev",),
    specs=("libproj-dev=9.*",),
    elevation="sudo",
)
STEPS = (
    Step(
        kind="refresh",
        command=replace(INSTALL, argv=("apt-get", "update"), packages=(), specs=(), elevation=""),
    ),
    Step(
        kind="install",
        command=INSTALL,
        preview=Preview(
            changes=(
                Change(kind="upgrade", package="libproj25", before="9.0", after="9.1.1", size=1_300_000),
                Change(kind="install", package="libproj-dev", after="9.1.1"),
            ),
            download=1_300_000,
        ),
    ),
    Step(kind="environment", command=replace(INSTALL, argv=("extdeps", "env"), packages=(), specs=(), elevation="")),
)
STEPPED = replace(PLAIN, steps=STEPS, notes=("a note",))
ELSEWHERE = replace(make_plan(ecosystem="", is_verified=False), subjects=(("spam", ""),))


def faults_of(document: object) -> list[str]:
    return [f"{error.json_path}: {error.message[:200]}" for error in get_validator("plan").iter_errors(document)]


@pytest.mark.parametrize("plan", [*SAMPLES.values(), STEPPED, ELSEWHERE], ids=[*SAMPLES, "steps", "elsewhere"])
def test_document_follows_the_schema(plan: Plan) -> None:
    document = format_plan(plan)
    assert faults_of(json.loads(json.dumps(document))) == []


def test_document() -> None:
    document = format_plan(STEPPED)
    assert list(document) == [
        "schema_version",
        "host",
        "ecosystem",
        "verified",
        "subjects",
        "decisions",
        "unmet",
        "steps",
        "notes",
    ]
    decisions: Any = document["decisions"]
    assert decisions[2] == {
        "identifier": "dep:generic/proj",
        "phase": "host",
        "asks": [
            {"requirement": "dep:generic/proj@>=9", "requested_by": "spam"},
            {"requirement": "dep:generic/proj", "requested_by": "eggs"},
        ],
        "provider": "dep:generic/proj",
        "source": "apt",
        "ecosystem": "debian+12",
        "version": "9.1.1",
        "packages": ["libproj-dev"],
    }
    steps: Any = document["steps"]
    assert [step["kind"] for step in steps] == ["refresh", "install", "environment"]
    assert steps[0]["preview"] is None
    assert steps[1] == {
        "kind": "install",
        "manager": "apt",
        "ecosystem": "debian+12",
        "argv": ["sudo", "apt-get", "install", "--", "libproj-dev=9.*"],
        "shell": "sudo apt-get install -- 'libproj-dev=9.*'",
        "packages": ["libproj-dev"],
        "elevated": True,
        "specs": ["libproj-dev=9.*"],
        "preview": {
            "simulated": True,
            "download": 1_300_000,
            "problem": "",
            "changes": [
                {"kind": "upgrade", "package": "libproj25", "before": "9.0", "after": "9.1.1", "size": 1_300_000},
                {"kind": "install", "package": "libproj-dev", "before": None, "after": "9.1.1", "size": None},
            ],
        },
    }


def test_what_is_not_known_is_null() -> None:
    document = format_plan(ELSEWHERE)
    assert (document["ecosystem"], document["verified"]) == (None, False)
    assert document["subjects"] == [{"name": "spam", "taken": None}]


def test_unmet() -> None:
    assert format_plan(WITH_UNMET)["unmet"] == [
        {
            "identifier": "dep:generic/libeggs",
            "phase": "run",
            "requirement": "dep:generic/libeggs@>=9",
            "requested_by": "libeggs",
            "reason": "nobody has libeggs",
            "details": ["detail libeggs"],
            "remedies": ["remedy libeggs"],
        }
    ]


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("schema_version", 2),
        ("extra", 1),
        ("ecosystem", "Debian 12"),
        ("ecosystem", ""),
        ("verified", None),
        ("host.root", "no"),
        ("subjects.0.taken", 1),
        ("decisions.0.identifier", "gcc"),
        ("decisions.0.phase", "test"),
        ("decisions.0.provider", ""),
        ("decisions.0.asks", []),
        ("decisions.0.asks.0.requirement", "gcc"),
        ("decisions.0.source", ""),
        ("decisions.0.version", ""),
        ("decisions.0.packages", [""]),
        ("decisions.1.ecosystem", ""),
        ("unmet", None),
        ("unmet", [{"identifier": "dep:generic/x"}]),
        ("steps.0.kind", "remove"),
        ("steps.0.argv", []),
        ("steps.1.specs", ["x", ""]),
        ("steps.1.preview.download", -1),
        ("steps.1.preview.problem", None),
        ("steps.1.preview.changes.0.kind", "purge"),
        ("steps.1.preview.changes.0.size", 0),
        ("notes", "a note"),
    ],
)
def test_schema_refuses(path: str, value: object) -> None:
    document = copy.deepcopy(format_plan(STEPPED))
    *parents, last = [int(part) if part.isdigit() else part for part in path.split(".")]
    place: Any = document
    for part in parents:
        place = place[part]
    place[last] = value
    assert faults_of(document)
