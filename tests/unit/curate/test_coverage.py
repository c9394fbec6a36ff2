"""Coverage: the state of every identifier, and of every project what a check would find."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.curate.coverage import Cell, Coverage, Lack, Wanted, measure
from extdeps.host import LocalHost
from extdeps.machine import describe_machine
from support.documents import load_catalogue, write_catalogue
from support.overlays import write_overlay

VERIFIED = {"verified": "2026-11-22"}
REGISTRY = [
    {"id": "dep:generic/a"},
    {"id": "dep:generic/b"},
    {"id": "dep:generic/c"},
    {"id": "dep:generic/cc", "provides": "dep:virtual/compiler/c"},
    {"id": "dep:generic/old-a", "provides": "dep:generic/a"},
    {"id": "dep:generic/python"},
    {"id": "dep:virtual/compiler/c"},
]
PYTHON: dict[str, object] = {"id": "dep:generic/python", "specs": "python3"}
MAPPINGS: dict[str, list[dict[str, object]]] = {
    "debian": [
        {"id": "dep:generic/a", "specs": {"build": [], "host": ["a-dev"], "run": []}, "extra_metadata": VERIFIED},
        {"id": "dep:generic/b", "specs": []},
        {"id": "dep:generic/cc", "specs": "gcc", "extra_metadata": VERIFIED},
        PYTHON,
    ],
    "debian+12": [{"id": "dep:generic/b", "specs": "-rf"}, {"id": "dep:generic/c", "specs": "c1"}],
    "homebrew": [{"id": "dep:virtual/compiler/c", "specs": []}, PYTHON],
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    directory = write_catalogue(tmp_path / "mappings", definitions=REGISTRY, mappings=MAPPINGS)
    write_overlay(
        directory,
        "eggs",
        'host-requires = ["dep:generic/a", "b; sys_platform == \'linux\'"]\n'
        'dependencies = ["dep:generic/old-a"]\n'
        "[declaration.external.optional-host-requires]\n"
        'more = ["c", "nosuch"]',
    )
    write_overlay(directory, "ham", "")
    write_overlay(directory, "spam", 'build-requires = ["dep:virtual/compiler/c"]\nhost-requires = ["b"]')
    return directory


@pytest.fixture
def coverage(directory: Path) -> Coverage:
    catalogue = load_catalogue(directory)
    return measure(catalogue, describe_machine(LocalHost(), catalogue.ecosystems()))


def test_the_state_of_identifiers(coverage: Coverage) -> None:
    assert coverage.ecosystems == ("debian", "debian+12", "homebrew")
    assert {identifier: tuple(states.values()) for identifier, states in coverage.identifiers.items()} == {
        "dep:generic/a": ("verified", "verified", "unknown"),
        "dep:generic/b": ("absent", "named", "unknown"),
        "dep:generic/c": ("unknown", "named", "unknown"),
        "dep:generic/cc": ("verified", "verified", "unknown"),
        "dep:generic/python": ("named", "named", "named"),
        "dep:virtual/compiler/c": ("verified", "verified", "absent"),  # by its provider; by an entry of its own
    }
    assert coverage.count("debian") == {"verified": 3, "absent": 1, "unknown": 1, "named": 1}
    assert coverage.percent("debian") == pytest.approx(83.33, abs=0.01)


def lack(name: str, *phases: str, reason: str = "unknown", is_optional: bool = False) -> Lack:
    return Lack(identifier=f"dep:{name}", phases=phases, reason=reason, is_optional=is_optional)  # type: ignore[arg-type]


def test_what_projects_lack(coverage: Coverage) -> None:
    nosuch = lack("generic/nosuch", "host", is_optional=True)
    assert coverage.projects["ham"] == dict.fromkeys(coverage.ecosystems, Cell(needed=0))
    assert coverage.projects["eggs"] == {
        "debian": Cell(
            needed=4,
            lacks=(
                lack("generic/a", "run", reason="phase"),
                lack("generic/b", "host", reason="absent"),
                lack("generic/c", "host", is_optional=True),
                nosuch,
            ),
        ),
        "debian+12": Cell(  # `-rf` is no package name, so a check does not name it
            needed=4,
            lacks=(lack("generic/a", "run", reason="phase"), lack("generic/b", "host", reason="phase"), nosuch),
        ),
        "homebrew": Cell(  # whose machines do not run Linux
            needed=3, lacks=(lack("generic/a", "host", "run"), lack("generic/c", "host", is_optional=True), nosuch)
        ),
    }
    assert coverage.projects["spam"]["debian"] == Cell(needed=3, lacks=(lack("generic/b", "host", reason="absent"),))
    assert coverage.projects["spam"]["homebrew"].lacks == (
        lack("generic/b", "host"),
        lack("virtual/compiler/c", "build", reason="absent"),
    )
    assert [coverage.projects[name]["homebrew"].status for name in ("ham", "spam", "eggs")] == ["all", "some", "none"]


def test_what_to_add_next(coverage: Coverage) -> None:
    assert coverage.wanted() == (
        Wanted(identifier="dep:generic/b", projects=("eggs", "spam"), ecosystems=("debian+12", "homebrew")),
        Wanted(identifier="dep:generic/a", projects=("eggs",), ecosystems=("debian", "debian+12", "homebrew")),
        Wanted(identifier="dep:generic/nosuch", projects=("eggs",), ecosystems=("debian", "debian+12", "homebrew")),
        Wanted(identifier="dep:generic/c", projects=("eggs",), ecosystems=("debian", "homebrew")),
    )


def test_the_table(directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(directory.parent)
    assert main(["mapping", "coverage", "--in", "homebrew", "debian"]) == 0
    assert capsys.readouterr().out == (
        "ecosystem  known   verified  named  absent  unknown  projects whole  partly  not\n"
        "homebrew   33.3 %  0         1      1       4        1               1       1\n"
        "debian     83.3 %  3         1      1       1        1               1       1\n"
        "\n"
        "1 of 3 projects have packages for everything, in every ecosystem.\n"
        "eggs\n"
        "  homebrew  0 of 3  dep:generic/a (host, run: none is known); "
        "dep:generic/c (host: none is known, optional); dep:generic/nosuch (host: none is known, optional)\n"
        "  debian    0 of 4  dep:generic/a (run: none is known); dep:generic/b (host: there is none); "
        "dep:generic/c (host: none is known, optional); dep:generic/nosuch (host: none is known, optional)\n"
        "spam\n"
        "  homebrew  1 of 3  dep:generic/b (host: none is known); dep:virtual/compiler/c (build: there is none)\n"
        "  debian    2 of 3  dep:generic/b (host: there is none)\n"
        "\n"
        "What to add next:\n"
        "  dep:generic/a       1 project  homebrew debian\n"
        "  dep:generic/c       1 project  homebrew debian\n"
        "  dep:generic/nosuch  1 project  homebrew debian\n"
        "  dep:generic/b       1 project  homebrew\n"
    )


def test_the_document(directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(directory.parent)
    output = directory.parent / "coverage.json"
    assert main(["mapping", "coverage", "--in", "homebrew", "--format", "json", "--output", str(output)]) == 0
    assert capsys.readouterr().out == ""
    document = json.loads(output.read_text())
    assert document["ecosystems"] == [
        {
            "ecosystem": "homebrew",
            "verified": 0,
            "named": 1,
            "absent": 1,
            "unknown": 4,
            "percent": 33.3,
            "without_entry": ["dep:generic/a", "dep:generic/b", "dep:generic/c", "dep:generic/cc"],
        }
    ]
    assert [project["project"] for project in document["projects"]] == ["eggs", "ham", "spam"]
    assert document["projects"][2]["ecosystems"]["homebrew"] == {
        "status": "some",
        "needed": 3,
        "found": 1,
        "lacks": [
            {"identifier": "dep:generic/b", "phases": ["host"], "reason": "unknown", "optional": False},
            {"identifier": "dep:virtual/compiler/c", "phases": ["build"], "reason": "absent", "optional": False},
        ],
    }
    assert document["wanted"][0] == {
        "identifier": "dep:generic/a",
        "projects": ["eggs"],
        "ecosystems": ["homebrew"],
    }


def test_faults(directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(directory.parent)
    assert main(["mapping", "coverage", "--in", "nosuch"]) == 2
    assert capsys.readouterr().err == (
        "error[usage]: no mapping for `nosuch`\n\nhint: there are mappings for debian, debian+12, homebrew\n"
    )
    assert main(["mapping", "coverage", "--output", "nosuch/file"]) == 5
    assert capsys.readouterr().err == (
        "error[environment]: `nosuch/file` cannot be written\n  No such file or directory\n"
    )
    (directory / "projects" / "bad.toml").write_text("declaration = 3\n")
    assert main(["mapping", "coverage"]) == 3
    assert capsys.readouterr().err == "error[invalid-document]: `mappings/projects/bad.toml` has no `[[declaration]]`\n"


def test_a_catalogue_without_anything(tmp_path: Path) -> None:
    catalogue = load_catalogue(write_catalogue(tmp_path, mappings={"debian": []}))
    coverage = measure(catalogue, describe_machine(LocalHost(), ()))
    assert (coverage.percent("debian"), coverage.wanted()) == (100.0, ())
