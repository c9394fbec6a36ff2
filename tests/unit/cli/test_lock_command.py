"""`extdeps lock` and `extdeps check --locked`, as one types them."""

from __future__ import annotations

import argparse
import json
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from extdeps.cli.commands.lock import Locking, configure
from extdeps.cli.lockpath import find_lock_path
from extdeps.cli.main import main
from extdeps.cli.session import Session
from extdeps.lockfile.writing import HEAD, format_lock
from extdeps.model.plan import Plan
from support.locks import decide, lock_of, plan_of
from support.schemas import get_validator

Say = pytest.CaptureFixture[str]


@pytest.fixture(autouse=True)
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def lock(*plans: Plan, options: tuple[str, ...] = ()) -> tuple[int, tuple[str, ...]]:
    """Lock plans that were made by hand; the exit code, and the targets that were asked for."""
    parser = argparse.ArgumentParser()
    configure(parser)
    arguments = parser.parse_args(options)
    asked: list[tuple[str, ...]] = []

    def plan(_session: Session, _arguments: argparse.Namespace, targets: tuple[str, ...]) -> tuple[Plan, ...]:
        asked.append(targets)
        return plans

    code = Locking(arguments, Session(arguments), plan).run()
    return code, asked[0]


DEBIAN = plan_of(decide("zlib", "zlib1g-dev", version="1.2.13"))
FEDORA = plan_of(decide("zlib", "zlib-devel", ecosystem="fedora+42"), ecosystem="fedora+42")


def test_what_is_written_and_said(place: Path, capsys: Say) -> None:
    assert lock(DEBIAN) == (0, ())
    assert capsys.readouterr().out.splitlines()[2:] == [
        "  +  dep:generic/zlib  host  packages zlib1g-dev; version 1.2.13; for any version by spam",
        "",
        "extdeps.lock was written: 1 added; 1 locked for debian+12.",
    ]
    get_validator("lock").validate(tomllib.loads((place / "extdeps.lock").read_text()))
    assert lock(DEBIAN) == (0, ("debian+12",))
    assert capsys.readouterr().out == "extdeps.lock is as it has to be: 1 locked for debian+12.\n"
    changed = plan_of(decide("zlib", "zlib1g-dev", version="1.3.1"), decide("proj", "libproj-dev"))
    assert lock(changed, FEDORA)[0] == 0
    assert capsys.readouterr().out.splitlines()[:5] == [
        "debian+12",
        "  +  dep:generic/proj  host  packages libproj-dev; for any version by spam",
        "  ~  dep:generic/zlib  host  version 1.2.13 → version 1.3.1",
        "",
        "fedora+42",
    ]


def test_the_same_twice_is_the_same_to_the_byte(place: Path) -> None:
    lock(DEBIAN, FEDORA)
    first = (place / "extdeps.lock").read_bytes()
    (place / "extdeps.lock").unlink()
    lock(FEDORA, DEBIAN)
    assert (place / "extdeps.lock").read_bytes() == first


def test_check_writes_nothing(place: Path, capsys: Say) -> None:
    assert lock(DEBIAN, options=("--check",))[0] == 1
    assert capsys.readouterr().out.endswith("extdeps.lock would change: 1 added; 1 locked for debian+12.\n")
    assert not (place / "extdeps.lock").exists()
    lock(DEBIAN, options=("--quiet",))
    assert lock(DEBIAN, options=("--check",))[0] == 0
    crlf = (place / "extdeps.lock").read_bytes().replace(b"\n", b"\r\n")
    (place / "extdeps.lock").write_bytes(crlf)
    assert lock(DEBIAN, options=("--check",))[0] == 0


def test_the_targets_of_the_file_are_kept(place: Path) -> None:
    lock(DEBIAN, FEDORA)
    assert lock(DEBIAN, FEDORA)[1] == ("debian+12", "fedora+42")
    assert lock(DEBIAN, options=("--target", "arch", "--target", "alpine"))[1] == ("arch", "alpine")


def test_conflicts_are_settled_by_locking_anew(place: Path, capsys: Say) -> None:
    text = format_lock(lock_of(decide("zlib", "zlib1g-dev")))
    (place / "extdeps.lock").write_text(f"{text}<<<<<<< HEAD\n=======\n>>>>>>> feature\n")
    assert lock(DEBIAN) == (0, ("debian+12",))
    assert capsys.readouterr().err == "note: the merge conflicts of `extdeps.lock` are settled by locking anew\n"
    assert (place / "extdeps.lock").read_text().startswith(HEAD)
    assert "<<<<" not in (place / "extdeps.lock").read_text()


@pytest.mark.parametrize("content", ["version = 2\n", "[project]\nname = 'spam'\n", "<<<<<<< a\n=======\n>>>>>>> b\n"])
def test_what_is_no_lock_of_ours_is_left_alone(place: Path, content: str, capsys: Say) -> None:
    (place / "extdeps.lock").write_text(content)
    assert main(["lock", "-d", "zlib", "--target", "debian+12", "--offline"]) == 3
    assert (place / "extdeps.lock").read_text() == content
    assert capsys.readouterr().err.startswith("error[invalid-lock]: `extdeps.lock` has ")


def test_what_cannot_be_met(place: Path, capsys: Say) -> None:
    assert main(["lock", "-d", "no-such-library", "--target", "debian+12", "--offline"]) == 4
    assert capsys.readouterr().err == (
        "error[unsatisfiable]: 1 requirement cannot be met, and what cannot be met cannot be locked\n"
        "  debian+12: dep:generic/no-such-library (host), for --dep: nobody here has no-such-library (host for --dep)\n"
        "    no registry knows `dep:generic/no-such-library`; no package is known\n"
        "\n"
        "hint: nothing was written; `extdeps plan --target` tells what can be met\n"
    )
    assert not (place / "extdeps.lock").exists()


def test_beside_which_project(place: Path) -> None:
    (place / "spam").mkdir()
    (place / "spam" / "pyproject.toml").write_text("[project]\nname = 'spam'\n")
    for given, subjects, path in (
        ("", [], "extdeps.lock"),
        ("", ["."], "extdeps.lock"),
        ("", ["lxml"], "extdeps.lock"),
        ("", ["spam"], "spam/extdeps.lock"),
        ("", ["./spam/pyproject.toml"], "spam/extdeps.lock"),
        ("", ["spam", "lxml"], "extdeps.lock"),
        ("x.lock", ["spam"], "x.lock"),
    ):
        assert find_lock_path(given, subjects) == path


def check(capsys: Say, *arguments: str) -> tuple[int, Any]:
    code = main(["check", *arguments, "--offline", "--format", "json"])
    return code, json.loads(capsys.readouterr().out)


TARGET = ("--target", "debian+12", "--offline")


def test_locked_and_checked(capsys: Say) -> None:
    assert main(["lock", "-d", "zlib>=1.2", "-d", "python", "--phase", "host", *TARGET]) == 0
    capsys.readouterr()
    phase = ("--phase", "host", "--target", "debian+12", "--locked")
    code, document = check(capsys, "-d", "zlib>=1.2", "-d", "python", *phase)
    assert (code, document["drift"], document["summary"]["satisfied"]) == (0, [], True)
    assert document["lock"] == {"path": "extdeps.lock", "target": "debian+12", "same_mapping": True, "later": []}
    code, document = check(capsys, "-d", "zlib>=1.3", "-d", "python", *phase)
    assert (code, document["summary"]["satisfied"]) == (1, False)
    assert document["drift"] == [
        {
            "kind": "requirements",
            "identifier": "dep:generic/zlib",
            "phase": "host",
            "locked": ">=1.2 by --dep",
            "actual": ">=1.3 by --dep",
            "text": "dep:generic/zlib (host): asked for >=1.3 by --dep, locked for >=1.2 by --dep",
        }
    ]
    get_validator("check-report").validate(document)


def test_drift_is_told_apart_from_missing(place: Path, capsys: Say) -> None:
    (place / "x.lock").write_text(format_lock(lock_of(decide("python", "python3", phase="run", by=("--dep",)))))
    options = ("--phase", "run", "--target", "debian+12", "--lock-file", "x.lock", "--offline")
    assert main(["check", "-d", "python", *options]) == 0
    text = capsys.readouterr().out
    assert text.endswith(
        "\nNothing has drifted from x.lock (debian+12).\n"
        "note: the mapping of debian+12 is not the one that was locked\n"
    )
    assert main(["check", "-d", "python", "-d", "libpq>=15", *options]) == 1
    text = capsys.readouterr().out
    assert text.endswith(
        "\n2 external requirements, for a machine that was not probed.\n"
        "\n"
        "Drifted from x.lock (debian+12):\n"
        "  ≠  dep:generic/libpq  run  not locked, asked for >=15 by --dep\n"
        "note: the mapping of debian+12 is not the one that was locked\n"
        "\n"
        "`extdeps lock` settles on what is so now.\n"
    )


def test_missing_alone_is_no_drift(place: Path, capsys: Say) -> None:
    """On the machine itself: nothing of that name is here, and the lock knows of it."""
    code, document = check(capsys, "-d", "no-such-library")
    ecosystem = document["host"]["ecosystem"]
    assert "drift" not in document
    entry = decide("no-such-library", by=("--dep",), ecosystem=ecosystem)
    (place / "extdeps.lock").write_text(format_lock(lock_of(entry, ecosystem=ecosystem)))
    code, document = check(capsys, "-d", "no-such-library", "--locked")
    assert (code, document["findings"][0]["status"], document["drift"]) == (1, "missing", [])


def test_notes_of_the_plan(capsys: Say) -> None:
    noted = replace(DEBIAN, notes=("versions were not looked up", "b\x1bad"))
    lock(noted, replace(FEDORA, notes=noted.notes))
    wanted = "note: versions were not looked up\nnote: b\N{REPLACEMENT CHARACTER}ad\n"
    assert capsys.readouterr().err == wanted


def test_no_lock(capsys: Say) -> None:
    assert main(["check", "-d", "zlib", "--locked", *TARGET]) == 3
    assert capsys.readouterr().err == (
        "error[invalid-lock]: `extdeps.lock` cannot be read\n"
        "  No such file or directory\n"
        "\n"
        "hint: `extdeps lock` writes it\n"
    )


def test_a_machine_that_the_lock_does_not_have(place: Path, capsys: Say) -> None:
    (place / "extdeps.lock").write_text(format_lock(lock_of()))
    assert main(["check", "-d", "zlib", "--locked", "--target", "debian+13", "--offline"]) == 3
    assert capsys.readouterr().err == (
        "error[no-locked-target]: `extdeps.lock` has no target for `debian+13`\n"
        "  it has debian+12\n"
        "\n"
        "hint: the nearest is `debian+12`; `extdeps lock --target debian+13` locks it\n"
    )


def test_a_target_that_nobody_maps(capsys: Say) -> None:
    assert main(["lock", "-d", "zlib", "--target", "plan9", "--offline"]) == 2
    assert capsys.readouterr().err.startswith("error[usage]: no mapping for `plan9`\n")
