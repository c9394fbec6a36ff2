"""What goes together, what does not, and what only the machine has: the reader, and the shipped data."""

from __future__ import annotations

import json
import tomllib
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.catalog.relations import Relations
from extdeps.cli.main import main
from extdeps.curate.lint import lint
from extdeps.errors import DocumentError
from extdeps.model.identifier import is_virtual
from extdeps.model.requirement import PHASES
from extdeps.resources import DIRECTORY_NAME, shipped_directory
from support.documents import load_catalogue, write_catalogue

SHIPPED = Catalogue((shipped_directory(),))
COHERENT = {"identifiers": "dep:virtual/interface/mpi", "reason": "one", "sources": "https://example.org/"}
EXCLUSIVE = {
    "identifiers": ["dep:generic/A", "dep:generic/b"],
    "scope": "process",
    "reason": "two",
    "sources": ["pkg:deb/debian/a"],
}
CAPABILITY = {"id": "dep:generic/driver", "reason": "three", "sources": "https://example.org/"}


def write(directory: Path, **sections: object) -> Catalogue:
    document = {"schema_version": 1, "coherent": [], "exclusive": [], "capabilities": [], **sections}
    directory.mkdir(parents=True, exist_ok=True)
    kept = {key: value for key, value in document.items() if value is not None}
    (directory / "relations.json").write_text(json.dumps(kept))
    return load_catalogue(directory)


def test_no_document_relates_nothing(tmp_path: Path) -> None:
    assert load_catalogue(write_catalogue(tmp_path)).relations == Relations()


def test_what_is_left_out(tmp_path: Path) -> None:
    relations = write(tmp_path, coherent=[COHERENT], exclusive=[EXCLUSIVE], capabilities=[CAPABILITY]).relations
    (coherent,), (exclusive,), (capability,) = relations.coherent, relations.exclusive, relations.capabilities
    assert (coherent.identifiers, coherent.neutral) == (("dep:virtual/interface/mpi",), ())
    assert coherent.sources == ("https://example.org/",)
    assert exclusive.identifiers == ("dep:generic/A", "dep:generic/b")
    assert (exclusive.scope, exclusive.phases, exclusive.ecosystems) == ("process", ("host", "run"), ())
    assert capability.phases == PHASES


def test_where_and_when_it_counts(tmp_path: Path) -> None:
    machine = {**EXCLUSIVE, "scope": "machine"}
    relations = write(
        tmp_path,
        exclusive=[
            EXCLUSIVE,
            machine,
            {**machine, "ecosystems": "debian", "phases": ["host", "build"]},
            {**machine, "ecosystems": ["debian+13", "ubuntu"]},
        ],
        capabilities=[CAPABILITY, {**CAPABILITY, "id": "dep:generic/libc", "phases": "run"}],
    ).relations
    found = {
        (name, phase): [
            relations.exclusive.index(group) for group in relations.exclusive_in(parse_ecosystem(name), phase)
        ]
        for name in ("debian+12", "debian+13", "fedora")
        for phase in PHASES
    }
    assert found == {
        ("debian+12", "build"): [1, 2],
        ("debian+12", "host"): [0, 1, 2],
        ("debian+12", "run"): [0, 1],
        ("debian+13", "build"): [1, 2, 3],
        ("debian+13", "host"): [0, 1, 2, 3],
        ("debian+13", "run"): [0, 1, 3],
        ("fedora", "build"): [1],
        ("fedora", "host"): [0, 1],
        ("fedora", "run"): [0, 1],
    }
    assert relations.exclusive[2].phases == ("build", "host")
    assert relations.capabilities_of("host") == {"dep:generic/driver"}
    assert relations.capabilities_of("run") == {"dep:generic/driver", "dep:generic/libc"}


def test_the_first_directory_that_has_one_counts(tmp_path: Path) -> None:
    write(tmp_path / "user", coherent=[COHERENT])
    write(tmp_path / "shipped", capabilities=[CAPABILITY])
    relations = load_catalogue(tmp_path / "user", tmp_path / "shipped").relations
    assert (len(relations.coherent), relations.capabilities) == (1, ())


@pytest.mark.parametrize(
    ("sections", "message"),
    [
        ({"coherent": None}, "`{path}` has no `coherent`"),
        ({"capabilities": None}, "`{path}` has no `capabilities`"),
        ({"schema_version": 9}, "`{path}` has schema version 9; this extdeps reads 1"),
        ({"exclusive": {}}, "`{path}`: `exclusive` is not an array"),
        ({"exclusive": [EXCLUSIVE, "x"]}, "`{path}`: `exclusive[1]` is not an object"),
        (
            {"coherent": [{**COHERENT, "identifiers": []}]},
            "`{path}`: `coherent[0]`: `identifiers` has 0 of at least 1",
        ),
        (
            {"exclusive": [{**EXCLUSIVE, "identifiers": "dep:generic/a"}]},
            "`{path}`: `exclusive[0]`: `identifiers` has 1 of at least 2",
        ),
        (
            {"exclusive": [{**EXCLUSIVE, "identifiers": ["dep:generic/a+b", "dep:generic/a%2Bb"]}]},
            "`{path}`: `exclusive[0]`: `identifiers` names `dep:generic/a+b` 2 times",
        ),
        (
            {"exclusive": [{**EXCLUSIVE, "identifiers": ["zlib", "dep:generic/a"]}]},
            "`{path}`: `exclusive[0]`: `zlib` does not start with `dep:`",
        ),
        (
            {"exclusive": [{**EXCLUSIVE, "scope": "room"}]},
            "`{path}`: `exclusive[0]`: `scope` is `room`; it is one of `process`, `machine`",
        ),
        (
            {"exclusive": [{**EXCLUSIVE, "phases": ["host", "install"]}]},
            "`{path}`: `exclusive[0]`: `phases` has `install`, which is not a phase",
        ),
        ({"exclusive": [{**EXCLUSIVE, "reason": " "}]}, "`{path}`: `exclusive[0]` has no `reason`"),
        ({"capabilities": [{**CAPABILITY, "sources": []}]}, "`{path}`: `capabilities[0]` has no `sources`"),
        ({"capabilities": [{**CAPABILITY, "id": 3}]}, "`{path}`: `capabilities[0]` has no `id`"),
        (
            {"capabilities": [{**CAPABILITY, "sources": [3]}]},
            "`{path}`: `capabilities[0]`: `sources` is not a string or an array of strings",
        ),
    ],
)
def test_bad_document(tmp_path: Path, sections: dict[str, object], message: str) -> None:
    catalogue = write(tmp_path, **sections)
    with pytest.raises(DocumentError) as caught:
        _ = catalogue.relations
    assert caught.value.message == message.format(path=tmp_path / "relations.json")


A_CIRCLE = [
    {"id": "dep:virtual/interface/x", "provides": "dep:virtual/interface/y"},
    {"id": "dep:virtual/interface/y", "provides": ["dep:generic/z", "dep:virtual/interface/x"]},
    {"id": "dep:generic/z"},
]
THROUGH_A_LIBRARY = [
    {"id": "dep:virtual/interface/x", "provides": "dep:generic/z"},
    {"id": "dep:generic/z", "provides": "dep:virtual/interface/x"},
]
OF_ALIASES = [
    {"id": "dep:generic/x", "provides": "dep:generic/y"},
    {"id": "dep:generic/y", "provides": "dep:generic/x"},
]
X = "dep:virtual/interface/x"


@pytest.mark.parametrize(
    ("definitions", "path"),
    [
        (A_CIRCLE, (X, "dep:virtual/interface/y", X)),
        (THROUGH_A_LIBRARY, (X, "dep:generic/z", X)),
        (OF_ALIASES, ("dep:generic/x", "dep:generic/y", "dep:generic/x")),
    ],
    ids=["virtuals", "library", "aliases"],
)
def test_a_circle_is_said_in_one_sentence(
    tmp_path: Path,
    definitions: list[dict[str, object]],
    path: tuple[str, ...],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    directory = write_catalogue(tmp_path / DIRECTORY_NAME, definitions=definitions)
    registry = str(directory / "registry.json")
    sentence = f"`{registry}`: `provides` goes in a circle: {' -> '.join(path)}"
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert main(["check", "-d", path[0], "--offline"]) == 3
    assert capsys.readouterr().err == f"error[invalid-document]: {sentence}\n"
    faults = [fault for fault in lint(registry, load_catalogue(directory)) if fault.code != "layout"]
    assert (faults[0].code, faults[0].message) == ("invalid", f"`{path[0]}` is wrong: {sentence}")


def test_a_long_way_through_virtuals_is_no_circle(tmp_path: Path) -> None:
    chain = [
        {"id": f"dep:virtual/interface/v{number}", "provides": f"dep:virtual/interface/v{number + 1}"}
        for number in range(3000)
    ]
    registry = load_catalogue(write_catalogue(tmp_path, definitions=chain)).registry
    assert registry.canonical("dep:virtual/interface/v0") == "dep:virtual/interface/v0"


def test_the_shipped_document_is_not_empty() -> None:
    relations = SHIPPED.relations
    groups = {group.identifiers for group in relations.coherent}
    assert groups >= {("dep:virtual/interface/blas", "dep:virtual/interface/lapack"), ("dep:virtual/interface/mpi",)}
    assert len(relations.exclusive) >= 20
    assert {"dep:generic/nvidia-driver", "dep:generic/libcuda", "dep:generic/glibc"} <= relations.capabilities_of("run")
    assert relations.capabilities_of("host").isdisjoint({"dep:generic/libcuda", "dep:generic/glibc"})


def test_a_group_holds_where_each_of_it_has_packages() -> None:
    for group in SHIPPED.relations.exclusive:
        for name in group.ecosystems:
            ecosystem = parse_ecosystem(name)
            for phase in group.phases:
                specs = [SHIPPED.specs(identifier, ecosystem) for identifier in group.identifiers]
                packages = [found.of(phase) for found in specs if found]
                assert len(packages) == len(group.identifiers), (group.identifiers, name)
                assert all(packages), (group.identifiers, name, phase)
                assert len(set(packages)) == len(packages), (group.identifiers, name, phase)


def test_no_project_needs_what_excludes_itself() -> None:
    for path in sorted(Path(shipped_directory(), "projects").glob("*.toml")):
        for declaration in tomllib.loads(path.read_text())["declaration"]:
            text = json.dumps(declaration.get("external", {}))
            for group in SHIPPED.relations.exclusive:
                named = [item for item in group.identifiers if f'"{item}"' in text or f'"{item}@' in text]
                assert len(named) < 2, (path.name, named)


def test_what_provides_a_coherent_group_is_there() -> None:
    for group in SHIPPED.relations.coherent:
        for identifier in group.identifiers:
            assert is_virtual(identifier)
            assert len(SHIPPED.registry.providers(identifier)) > 1
