"""The layout and the faults of `relations.json`: every planted fault is found, at its line."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.curate.layout import format_document
from extdeps.curate.lint import lint
from extdeps.curate.update.documents import Change, check_documents, compare
from extdeps.errors import DocumentError
from support.datawheel import make_documents
from support.documents import load_catalogue, write_catalogue

DEFINITIONS = [
    {"id": "dep:generic/a", "provides": "dep:virtual/interface/x"},
    {"id": "dep:generic/b", "provides": "dep:virtual/interface/x"},
    {"id": "dep:generic/bee", "provides": "dep:generic/b"},
    {"id": "dep:generic/c"},
    {"id": "dep:virtual/interface/x"},
]
WHY = {"reason": "because", "sources": ["https://example.org/", "pkg:deb/debian/a-dev"]}
COHERENT = {"identifiers": ["dep:virtual/interface/x"], "neutral": ["dep:generic/a"], **WHY}
EXCLUSIVE = {"identifiers": ["dep:generic/a", "dep:generic/b"], "scope": "process", **WHY}
CAPABILITY = {"id": "dep:generic/c", **WHY}


def write(directory: Path, **sections: object) -> Path:
    write_catalogue(directory, definitions=DEFINITIONS, mappings={"debian": []})
    path = directory / "relations.json"
    standard = {"coherent": [COHERENT], "exclusive": [EXCLUSIVE], "capabilities": [CAPABILITY]}
    path.write_text(json.dumps({"schema_version": 1, **standard, **sections}))
    path.write_text(format_document(str(path)))
    return path


def test_relations_layout(tmp_path: Path) -> None:
    path = tmp_path / "relations.json"
    document = {
        "capabilities": [{"reason": "z", "id": "dep:generic/z", "sources": []}, {"id": "dep:generic/y"}],
        "exclusive": [
            {"reason": "r", "further": 1, "scope": "process", "identifiers": ["dep:generic/b", "dep:generic/a"]}
        ],
        "coherent": [],
        "schema_version": 1,
    }
    path.write_text(json.dumps(document, indent=1))
    text = (
        "{\n"
        '"schema_version": 1,\n'
        '"coherent": [],\n'
        '"exclusive": [\n'
        '{"identifiers": ["dep:generic/a", "dep:generic/b"], "scope": "process", "reason": "r", "further": 1}\n'
        "],\n"
        '"capabilities": [\n'
        '{"id": "dep:generic/y"},\n'
        '{"id": "dep:generic/z", "reason": "z", "sources": []}\n'
        "]\n"
        "}\n"
    )
    assert format_document(str(path)) == text
    path.write_text(text)
    assert format_document(str(path)) == text


def test_nothing_is_wrong_with_relations(tmp_path: Path) -> None:
    assert list(lint(str(write(tmp_path)), load_catalogue(tmp_path))) == []


@pytest.mark.parametrize(
    ("sections", "line", "code", "message"),
    [
        (
            {"coherent": [{**COHERENT, "identifiers": ["dep:virtual/interface/gone"], "neutral": []}]},
            *(4, "unregistered", "`coherent[0]` names `dep:virtual/interface/gone`, which is not in the registry"),
        ),
        (
            {"coherent": [{**COHERENT, "identifiers": ["dep:generic/c"], "neutral": []}]},
            *(4, "not-virtual", "`coherent[0]` names `dep:generic/c`, which is not virtual: nobody provides it"),
        ),
        (
            {"coherent": [{**COHERENT, "neutral": ["dep:generic/c"]}]},
            *(4, "no-provider", "`coherent[0]` names `dep:generic/c` as neutral, which provides none of the group"),
        ),
        (
            {"exclusive": [{**EXCLUSIVE, "identifiers": ["dep:generic/a", "dep:generic/bee"]}]},
            *(7, "alias", "`exclusive[0]` names `dep:generic/bee`, an alias of `dep:generic/b`"),
        ),
        (
            {"exclusive": [{**EXCLUSIVE, "identifiers": ["dep:generic/a", "dep:virtual/interface/x"]}]},
            *(
                7,
                "virtual",
                "`exclusive[0]` names `dep:virtual/interface/x`, which is virtual; what provides it is what excludes",
            ),
        ),
        (
            {"exclusive": [{**EXCLUSIVE, "ecosystems": ["debian", "debain"]}]},
            *(7, "ecosystem", "`exclusive[0]` names the ecosystem `debain`, which has no mapping"),
        ),
        (
            {"exclusive": [EXCLUSIVE, {**EXCLUSIVE, "reason": "so"}]},
            *(8, "duplicate", "`exclusive[1]` says again what another entry says"),
        ),
        (
            {"exclusive": [{**EXCLUSIVE, "identifiers": ["dep:generic/a"]}]},
            *(7, "invalid", "`exclusive[0]` is wrong: `{path}`: `exclusive[0]`: `identifiers` has 1 of at least 2"),
        ),
        (
            {"exclusive": [{**EXCLUSIVE, "identifiers": ["dep:generic/a", "dep:generic/a"]}]},
            *(
                7,
                "invalid",
                "`exclusive[0]` is wrong: `{path}`: `exclusive[0]`: `identifiers` names `dep:generic/a` 2 times",
            ),
        ),
        (
            {"capabilities": [{**CAPABILITY, "reason": ""}]},
            *(10, "invalid", "`capabilities[0]` is wrong: `{path}`: `capabilities[0]` has no `reason`"),
        ),
        (
            {"capabilities": [{**CAPABILITY, "sources": ["curated"]}]},
            *(
                10,
                "source",
                "`capabilities[0]` names the source `curated`, which is neither an address nor a package URL",
            ),
        ),
        (
            {"capabilities": [{**CAPABILITY, "id": "dep:generic/bee"}]},
            *(10, "alias", "`capabilities[0]` names `dep:generic/bee`, an alias of `dep:generic/b`"),
        ),
    ],
    ids=lambda value: value if isinstance(value, str) and "`" not in value else "",
)
def test_planted_fault_of_relations(
    tmp_path: Path, sections: dict[str, object], line: int, code: str, message: str
) -> None:
    path = write(tmp_path, **sections)
    found = [(fault.line, fault.code, fault.message) for fault in lint(str(path), load_catalogue(tmp_path))]
    assert found == [(line, code, message.format(path=path))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('{"exclusive": []}', "`{path}` has no `coherent`"),
        ('{"coherent": [], "exclusive": []}', "`{path}` has no `capabilities`"),
        ('{"coherent": 3}', "`{path}`: `coherent` is not an array of objects"),
    ],
)
def test_unreadable_relations(tmp_path: Path, text: str, message: str) -> None:
    path = write(tmp_path)
    path.write_text(text)
    (found,) = lint(str(path), load_catalogue(tmp_path))
    assert (found.code, found.line, found.message) == ("unreadable", 0, message.format(path=path))


def test_a_fault_of_an_unformatted_document_has_no_line(tmp_path: Path) -> None:
    path = write(tmp_path, capabilities=[{**CAPABILITY, "sources": ["x"]}])
    path.write_text(json.dumps(json.loads(path.read_text()), indent=2))
    assert [(fault.line, fault.code) for fault in lint(str(path), load_catalogue(tmp_path))] == [
        (0, "layout"),
        (0, "source"),
    ]


def test_commands_know_relations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path)
    assert main(["mapping", "format", "--check", str(path)]) == 0
    assert main(["mapping", "lint", str(path)]) == 0
    assert capsys.readouterr().out == "0 faults in 1 document.\n"


def test_what_differs_between_relations(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    old = write(tmp_path / "old", exclusive=[{**EXCLUSIVE, "phases": "run"}])
    new = write(tmp_path / "new", exclusive=[{**EXCLUSIVE, "phases": ["host", "run"]}], capabilities=[])
    assert main(["mapping", "diff", str(old), str(new)]) == 1
    assert capsys.readouterr().out == (
        "- capabilities: dep:generic/c\n"
        '    reason: -"because"\n'
        "    sources: -https://example.org/ -pkg:deb/debian/a-dev\n"
        "~ exclusive: dep:generic/a, dep:generic/b\n"
        "    phases: +host\n"
        "2 differences: 0 added, 1 removed, 1 changed.\n"
    )
    new.write_text(json.dumps(json.loads(old.read_text()), indent=1))
    assert main(["mapping", "diff", str(old), str(new)]) == 0


def test_fetched_relations_are_checked_and_compared() -> None:
    document = {"schema_version": 1, "coherent": [], "exclusive": [], "capabilities": [{**CAPABILITY, "id": Z}]}
    further = {"relations.json": json.dumps(document)}
    good = {name: text.encode() for name, text in make_documents("libz", further=further).items()}
    check_documents(good, "x.whl")
    other = json.dumps({**document, "capabilities": [], "exclusive": [EXCLUSIVE]}).encode()
    assert compare(good, {**good, "relations.json": other}) == (
        Change(document="relations.json", added=1, changed=0, removed=1),
    )
    bad = {**good, "relations.json": json.dumps({**document, "capabilities": [{"id": Z}]}).encode()}
    with pytest.raises(DocumentError) as caught:
        check_documents(bad, "x.whl")
    assert caught.value.context == (
        "relations.json:0: `capabilities[0]` is wrong: `relations.json`: `capabilities[0]` has no `reason`",
    )


Z = "dep:generic/z"
