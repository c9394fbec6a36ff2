"""Plans that were saved: each fault with its place, several at once, and machines of another kind."""

from __future__ import annotations

import argparse
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extdeps.cli.commands.install import configure
from extdeps.cli.main import main
from extdeps.cli.planningchoice import make_planning
from extdeps.cli.session import Session
from extdeps.errors import DocumentError, ExtdepsError, OtherMachineError
from extdeps.machine import gather_facts
from extdeps.model.plan import HERE
from extdeps.render.json import format_host
from extdeps.render.plandocument import format_plan
from extdeps.resolve.planfile import SavedPlan, read_plan, require_same_machine
from support.plans import decide, make_host, make_plan

PLAN = make_plan(
    decide("zlib", "host", "zlib1g-dev", source=HERE, version="1.2.13"),
    decide("gdal", "host", "libgdal-dev", version="3.6.2", asks=((">=3.4", "spam"), ("", "--dep"))),
)
Document = dict[str, Any]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def save(change: Callable[[Document], object] = lambda document: None) -> str:
    document: Document = json.loads(json.dumps(format_plan(PLAN)))
    change(document)
    Path("plan.json").write_text(json.dumps(document))
    return "plan.json"


def fail(content: str | bytes | None = None) -> tuple[str, tuple[str, ...], str]:
    if content is not None:
        Path("plan.json").write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(DocumentError) as caught:
        read_plan("plan.json")
    return caught.value.message, caught.value.context, caught.value.hint


def test_what_was_saved_is_read() -> None:
    plan = read_plan(save())
    assert (plan.sources, plan.is_verified) == (("apt",), True)
    assert list(plan.fixed) == [("host", "dep:generic/gdal")]
    assert [(item.subject, [str(one.requirement) for one in item.requirements]) for item in plan.declarations()] == [
        ("spam", ["dep:generic/zlib", "dep:generic/gdal@>=3.4"]),
        ("--dep", ["dep:generic/gdal"]),
    ]


WRITER = "`extdeps plan --format json` writes one"


@pytest.mark.parametrize(
    ("content", "message", "context"),
    [
        (None, "`plan.json` cannot be read", ("No such file or directory",)),
        ("", "`plan.json` is not JSON", ("Expecting value: line 1 column 1 (char 0)",)),
        ("{", "`plan.json` is not JSON", None),
        (b"\xff", "`plan.json` is not JSON", None),
        ("[" * 200_000, "`plan.json` is not JSON", None),
        ("[]", "`plan.json` is no plan", ()),
        ('{"schema_version": 1, "findings": []}', "`plan.json` is no plan", ()),
    ],
)
def test_no_plan_at_all(content: str | bytes | None, message: str, context: tuple[str, ...] | None) -> None:
    said, lines, hint = fail(content)
    assert said == message
    assert context is None or lines == context
    assert hint == ("" if content is None else WRITER)


@pytest.mark.parametrize("version", [0, 2, None, "1"])
def test_another_schema_version(version: object) -> None:
    """Nothing else is said of it: what it holds may mean something else."""
    save(lambda document: document.update(schema_version=version, decisions=None))
    assert fail() == (f"`plan.json` is of schema version {version}; this extdeps reads 1", (), "plan again")


def decision(**fields: object) -> Callable[[Document], object]:
    return lambda document: document["decisions"][1].update(fields)


ASK = {"requirement": "dep:generic/gdal", "requested_by": "spam"}


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (lambda document: document.update(decisions={}), "`decisions`: not a list"),
        (lambda document: document["decisions"].append(3), "`decisions[2]`: not an object"),
        (decision(identifier=None), "`decisions[1]`: `identifier` is not a text"),
        (decision(provider=3), "`decisions[1]`: `provider` is not a text"),
        (decision(source=[]), "`decisions[1]`: `source` is not a text"),
        (decision(phase="test"), "`decisions[1]`: `phase` is not build, host or run"),
        (decision(phase=["host"]), "`decisions[1]`: `phase` is not build, host or run"),
        (decision(packages="libgdal-dev"), "`decisions[1]`: `packages` is not a list of texts"),
        (decision(packages=[None]), "`decisions[1]`: `packages` is not a list of texts"),
        (decision(asks={}), "`decisions[1]`: `asks` is not a list of `requirement` and `requested_by`"),
        (
            decision(asks=[{**ASK, "requested_by": None}]),
            "`decisions[1]`: `asks` is not a list of `requirement` and `requested_by`",
        ),
        (lambda document: document.update(verified="yes"), "`verified`: neither true nor false"),
        (
            lambda document: document.update(host=None),
            "`host`: needs `system`, `machine`, `ecosystem`, each a text",
        ),
        (
            lambda document: document["host"].pop("machine"),
            "`host`: needs `system`, `machine`, `ecosystem`, each a text",
        ),
    ],
)
def test_each_fault(change: Callable[[Document], object], fault: str) -> None:
    save(change)
    assert fail() == ("`plan.json` is no plan that could be run", (fault,), "plan again")


@pytest.mark.parametrize(
    ("fields", "start"),
    [
        ({"identifier": "dep:"}, "`decisions[1]`: `identifier` is no identifier: "),
        ({"provider": "no such; thing"}, "`decisions[1]`: `provider` is no identifier: "),
        ({"asks": [ASK, {**ASK, "requirement": "gdal>>3"}]}, "`decisions[1]`: `asks[1]` is no requirement: "),
    ],
)
def test_texts_that_are_no_requirements(fields: Document, start: str) -> None:
    save(decision(**fields))
    message, (fault,), _ = fail()
    assert message == "`plan.json` is no plan that could be run"
    assert fault.startswith(start)
    assert len(fault) > len(start)


def test_several_faults_at_once() -> None:
    def change(document: Document) -> None:
        document.update(host=3, verified=None)
        document["decisions"][0].update(phase="", packages=None)
        document["decisions"][1].update(source=None)

    save(change)
    assert fail()[1] == (
        "`host`: needs `system`, `machine`, `ecosystem`, each a text",
        "`verified`: neither true nor false",
        "`decisions[0]`: `phase` is not build, host or run",
        "`decisions[1]`: `source` is not a text",
    )


def refuse(plan: SavedPlan, **fields: object) -> tuple[str, tuple[str, ...], str]:
    with pytest.raises(OtherMachineError) as caught:
        require_same_machine(plan, {**format_host(make_host()), **fields})
    return caught.value.message, caught.value.context, caught.value.hint


def test_another_machine_with_all_differences() -> None:
    plan = read_plan(save())
    require_same_machine(plan, format_host(make_host()))
    require_same_machine(plan, format_host(make_host(python_version="3.11.9")))
    python = {"executable": "/opt/python", "version": "3.13.1", "distributor": "conda"}
    assert refuse(plan, system="Darwin", machine="arm64", ecosystem="homebrew", python=python) == (
        "`plan.json` is for another kind of machine",
        (
            "system: the plan has `Linux`, this machine `Darwin`",
            "machine: the plan has `x86_64`, this machine `arm64`",
            "ecosystem: the plan has `debian+12`, this machine `homebrew`",
            "Python: the plan has `3.11`, this machine `3.13`",
            "Python of: the plan has `system`, this machine `conda`",
        ),
        "plan again here",
    )


def test_of_a_target_only_the_ecosystem_is_compared() -> None:
    plan = read_plan(save(lambda document: document.update(verified=False)))
    python = {"executable": "/opt/python", "version": "3.13.1", "distributor": "conda"}
    require_same_machine(plan, {**format_host(make_host()), "machine": "aarch64", "python": python})
    assert refuse(plan, machine="aarch64", ecosystem="debian+13")[1] == (
        "ecosystem: the plan has `debian+12`, this machine `debian+13`",
    )


def test_what_no_manager_would_take() -> None:
    """A name that could be an option, and a manager that is none; the file is not to be trusted with them."""
    parser = argparse.ArgumentParser()
    configure(parser)
    session = Session(parser.parse_args([]))

    def change(document: Document) -> None:
        document["host"] = format_host(gather_facts(session.machine))
        document["host"]["ecosystem"] = document["host"]["ecosystem"] or ""
        document["decisions"][0].update(source="rm")
        document["decisions"][1].update(packages=["--allow-unauthenticated", "a b"])

    arguments = parser.parse_args(["--plan", save(change)])
    with pytest.raises(ExtdepsError) as caught:
        make_planning(Session(arguments), arguments)
    assert caught.value.message == "`plan.json` is no plan that could be run"
    assert caught.value.context == (
        "dep:generic/zlib (host): `rm` is not a package manager",
        "dep:generic/gdal (host): `--allow-unauthenticated` is no name of a package of apt",
        "dep:generic/gdal (host): `a b` is no name of a package of apt",
    )


def test_as_it_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    save(lambda document: document.update(verified=None))
    assert main(["install", "--plan", "plan.json"]) == 3
    assert capsys.readouterr().err == (
        "error[invalid-document]: `plan.json` is no plan that could be run\n"
        "  `verified`: neither true nor false\n"
        "\n"
        "hint: plan again\n"
    )
    assert main(["install", "--plan", "plan.json", "zlib"]) == 2
    assert capsys.readouterr().err == (
        "error[usage]: `--plan` says what is asked for\n\nhint: name no subject beside it\n"
    )
