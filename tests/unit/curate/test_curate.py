"""The layout and the faults of the data: every planted fault is found."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.catalog.catalogue import Catalogue
from extdeps.cli.main import main
from extdeps.curate.layout import format_document
from extdeps.curate.lint import lint
from extdeps.resources import shipped_directory
from support.documents import load_catalogue, write_catalogue

SHIPPED = sorted(Path(shipped_directory()).glob("*.json"))

REGISTRY = [
    {"id": "dep:generic/a", "provides": "dep:virtual/interface/x"},
    {"id": "dep:generic/b", "provides": "dep:generic/a"},
    {"id": "dep:virtual/interface/x"},
]
PROBES = [{"id": "dep:generic/a", "libraries": ["a"], "implements": {"dep:virtual/interface/x": [["1", "2"]]}}]


def write(path: Path, kind: str, entries: object, **header: object) -> Path:
    path.write_text(json.dumps({"schema_version": 1, **header, kind: entries}))
    path.write_text(format_document(str(path)))
    return path


def faults(
    tmp_path: Path, *, registry: object = REGISTRY, probes: object = PROBES, mapping: object = (), name: str = "debian"
) -> list[tuple[str, int, str, str]]:
    paths = [
        write(tmp_path / "registry.json", "definitions", registry),
        write(tmp_path / "probes.json", "probes", probes),
        write(tmp_path / f"{name}.mapping.json", "mappings", list(mapping), name=name),  # type: ignore[call-overload]
    ]
    catalogue = Catalogue((str(tmp_path),))
    return [
        (Path(fault.path).name, fault.line, fault.code, fault.message)
        for path in paths
        for fault in lint(str(path), catalogue)
    ]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.name)
def test_what_is_shipped_is_formatted_and_has_no_faults(path: Path) -> None:
    assert format_document(str(path)) == path.read_text()
    assert list(lint(str(path), Catalogue((shipped_directory(),)))) == []


def test_layout(tmp_path: Path) -> None:
    path = tmp_path / "x.mapping.json"
    document = {
        "mappings": [
            {"specs": "b", "id": "dep:generic/b"},
            {"extra_metadata": {"sources": ["é"]}, "id": "dep:generic/a", "specs": ["a"], "zebra": 1},
        ],
        "package_managers": [{"name": "x"}],
        "name": "X",
        "schema_version": 1,
        "further": {"a": 1},
    }
    path.write_text(json.dumps(document, indent=4))
    assert format_document(str(path)) == (
        "{\n"
        '"schema_version": 1,\n'
        '"name": "X",\n'
        '"mappings": [\n'
        '{"id": "dep:generic/a", "specs": ["a"], "extra_metadata": {"sources": ["é"]}, "zebra": 1},\n'
        '{"id": "dep:generic/b", "specs": "b"}\n'
        "],\n"
        '"package_managers": [\n'
        '{"name": "x"}\n'
        "],\n"
        '"further": {"a": 1}\n'
        "}\n"
    )


@given(
    st.lists(
        st.fixed_dictionaries(
            {"id": st.text(max_size=8)}, optional={"specs": st.text(max_size=5), "other": st.integers()}
        ),
        max_size=6,
    )
)
def test_formatting_changes_nothing_but_the_order(
    tmp_path_factory: pytest.TempPathFactory, entries: list[Mapping[str, object]]
) -> None:
    path = tmp_path_factory.getbasetemp() / "layout.mapping.json"
    path.write_text(json.dumps({"schema_version": 1, "name": "x", "mappings": entries, "package_managers": []}))
    once = format_document(str(path))
    path.write_text(once)
    assert format_document(str(path)) == once
    found = json.loads(once)["mappings"]
    assert sorted(map(repr, map(sorted, (entry.items() for entry in found)))) == sorted(
        map(repr, map(sorted, (entry.items() for entry in entries)))
    )


def test_nothing_is_wrong(tmp_path: Path) -> None:
    assert (
        faults(tmp_path, mapping=[{"id": "dep:generic/a", "specs": {"build": [], "host": ["a-dev"], "run": "a1"}}])
        == []
    )


@pytest.mark.parametrize(
    ("arguments", "fault"),
    [
        (
            {"registry": [*REGISTRY, {"id": "dep:generic/c", "provides": "dep:virtual/interface/gone"}]},
            ("registry.json", 6, "dangling", "provides `dep:virtual/interface/gone`, which is not in the registry"),
        ),
        (
            {"registry": [*REGISTRY, {"id": "dep:generic/c", "provides": "dep:generic/gone"}]},
            (
                "registry.json",
                6,
                "invalid",
                "is wrong: `{registry}`: `dep:generic/c` provides `dep:generic/gone`, which is not in the registry",
            ),
        ),
        (
            {"registry": [*REGISTRY, {"id": "dep:virtual/interface/y", "provides": "dep:virtual/interface/x"}]},
            ("registry.json", 7, "virtual-provides", "is virtual and provides something (PEP 804 forbids it)"),
        ),
        ({"registry": [*REGISTRY, REGISTRY[0]]}, ("registry.json", 4, "duplicate", "has several entries")),
        (
            {"probes": [{"id": "dep:generic/b", "libraries": ["b"]}]},
            ("probes.json", 4, "alias", "is an alias; its entry belongs to `dep:generic/a`"),
        ),
        (
            {"probes": [{"id": "dep:generic/z", "libraries": ["z"]}]},
            ("probes.json", 4, "unregistered", "is not in the registry"),
        ),
        (
            {"probes": [{"id": "dep:generic/a"}]},
            ("probes.json", 4, "no-evidence", "names nothing that would prove it"),
        ),
        (
            {"probes": [{"id": "dep:generic/a", "libraries": ["a"], "evidence": {"run": ["executable"]}}]},
            ("probes.json", 4, "no-evidence", "needs a `executable` in the run phase, and names none"),
        ),
        (
            {"probes": [{"id": "dep:generic/a", "libraries": ["a"], "prefixes": ["/opt/a-*", "/opt/a-*/b"]}]},
            (
                "probes.json",
                4,
                "prefix",
                "names the root `/opt/a-*/b`; it may hold `{multiarch}`, and `*` at its end",
            ),
        ),
        (
            {"probes": [{"id": "dep:generic/a", "libraries": ["a"], "prefixes": ["/{multiarch}/a", "/{arch}/a"]}]},
            (
                "probes.json",
                4,
                "prefix",
                "names the root `/{arch}/a`; it may hold `{multiarch}`, and `*` at its end",
            ),
        ),
        (
            {"probes": [{"id": "dep:generic/a", "libraries": ["a"], "implements": {"dep:virtual/interface/q": []}}]},
            ("probes.json", 4, "implements", "implements `dep:virtual/interface/q`, which it does not provide"),
        ),
        (
            {"probes": [{"id": "dep:generic/a", "libraries": ["a"], "version": {"pattern": "("}}]},
            (
                "probes.json",
                4,
                "invalid",
                "is wrong: `{probes}`: `dep:generic/a`: `version.pattern` is not a regular expression: "
                "missing ), unterminated subpattern at position 0",
            ),
        ),
        (
            {"mapping": [{"id": "dep:generic/b", "specs": "bb"}]},
            ("debian.mapping.json", 5, "alias", "is an alias; its entry belongs to `dep:generic/a`"),
        ),
        (
            {"mapping": [{"id": "dep:generic/z", "specs": "zz"}]},
            ("debian.mapping.json", 5, "unregistered", "is not in the registry"),
        ),
        (
            {"mapping": [{"id": "dep:generic/a", "specs_from": "dep:generic/z"}]},
            (
                "debian.mapping.json",
                5,
                "invalid",
                "is wrong: `{mapping}`: `dep:generic/a`: `specs_from` leads to `dep:generic/z`, "
                "which is not in the mapping",
            ),
        ),
        (
            {"mapping": [{"id": "dep:generic/a", "specs": {"build": [], "host": "a-dev", "run": "a-dev-"}}]},
            ("debian.mapping.json", 5, "grammar", "names `a-dev-`, which is no package name of debian"),
        ),
        (
            {"mapping": [{"id": "dep:generic/a", "specs": {"build": [], "host": ["xx", "xx"], "run": []}}]},
            ("debian.mapping.json", 5, "package-twice", "names `xx` 2 times in the host phase"),
        ),
        (
            {"mapping": [{"id": "dep:generic/a", "specs": {"build": [], "host": "a-dev", "run": ["aa", "b-dev"]}}]},
            (
                "debian.mapping.json",
                5,
                "development-at-run",
                "names `b-dev` in the run phase, which needs no development files",
            ),
        ),
    ],
    ids=lambda value: value[2] if isinstance(value, tuple) else "",
)
def test_planted_fault(tmp_path: Path, arguments: dict[str, object], fault: tuple[str, int, str, str]) -> None:
    found = faults(tmp_path, **arguments)  # type: ignore[arg-type]
    name, line, code, message = fault
    places = {
        "registry": tmp_path / "registry.json",
        "probes": tmp_path / "probes.json",
        "mapping": tmp_path / "debian.mapping.json",
    }
    wanted = message.replace("{registry}", str(places["registry"])).replace("{probes}", str(places["probes"]))
    wanted = wanted.replace("{mapping}", str(places["mapping"]))
    assert [(item[0], item[1], item[2], item[3].partition("` ")[2]) for item in found] == [(name, line, code, wanted)]


def test_a_module_of_two_identifiers(tmp_path: Path) -> None:
    registry = [{"id": "dep:generic/a"}, {"id": "dep:generic/c"}]
    probes = [
        {"id": "dep:generic/a", "pkg_config": ["m"]},
        {"id": "dep:generic/c", "libraries": ["c"], "modules": ["m"]},
    ]
    assert faults(tmp_path, registry=registry, probes=probes) == [
        ("probes.json", 5, "module-twice", "`dep:generic/c` names the module `m`, which belongs to `dep:generic/a`")
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "`{path}` is not JSON; Expecting property name enclosed in double quotes: line 1 column 2 (char 1)"),
        ("{}", "`{path}` has none of `definitions`, `probes`, `mappings`"),
        ('{"mappings": 3}', "`{path}`: `mappings` is not an array of objects"),
        ('{"schema_version": 9, "mappings": []}', "`{path}` has schema version 9; this extdeps reads 1"),
        ('{"mappings": [{"id": "x"}]}', "`{path}`: `mappings[0]`: `x` does not start with `dep:`"),
    ],
)
def test_unreadable(tmp_path: Path, text: str, message: str) -> None:
    path = tmp_path / "debian.mapping.json"
    path.write_text(text)
    (found,) = lint(str(path), Catalogue((shipped_directory(),)))
    assert (found.code, found.line, found.message) == ("unreadable", 0, message.replace("{path}", str(path)))


def test_commands(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mappings").mkdir()
    for name, kind, entries in (("registry.json", "definitions", REGISTRY), ("alpine.mapping.json", "mappings", [])):
        (tmp_path / "mappings" / name).write_text(json.dumps({"schema_version": 1, kind: entries}))
    assert main(["mapping", "format", "--check"]) == 1
    assert capsys.readouterr().out == (
        "would format mappings/alpine.mapping.json\nwould format mappings/registry.json\n"
    )
    assert main(["mapping", "lint"]) == 1
    assert "mappings/registry.json:0: layout: is not formatted; `extdeps mapping format` does it" in (
        capsys.readouterr().out
    )
    assert main(["mapping", "format"]) == 0
    assert main(["mapping", "format", "--check"]) == 0
    capsys.readouterr()
    assert main(["mapping", "lint"]) == 0
    assert capsys.readouterr().out == "0 faults in 2 documents.\n"
    assert main(["mapping", "lint", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {"schema_version": 1, "faults": []}
    assert main(["mapping", "lint", "nosuch.json"]) == 2
    assert capsys.readouterr().err == "error[usage]: `nosuch.json` is not a file\n"


def test_known_ecosystems(tmp_path: Path) -> None:
    write_catalogue(tmp_path, mappings={"debian": [], "debian+12": []})
    (tmp_path / "debian+12.mapping.json").rename(tmp_path / "debian+13.mapping.json")
    path = str(tmp_path / "known-ecosystems.json")
    assert main(["mapping", "format", path]) == 0
    found = [(fault.line, fault.code, fault.message) for fault in lint(path, load_catalogue(tmp_path))]
    assert found == [
        (0, "unlisted", "`debian+13` has a mapping that is not listed"),
        (5, "dangling", "`debian+12` is listed and has no mapping beside it"),
    ]
    Path(path).write_text('{"ecosystems": []}')
    assert [fault.code for fault in lint(path, load_catalogue(tmp_path))] == ["unreadable"]
