"""Sets of documents: what belongs to one, what is refused, and what differs."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import pytest

from extdeps.curate.update.documents import (
    Change,
    check_documents,
    compare,
    is_document,
    read_documents,
    write_documents,
)
from extdeps.errors import DocumentError, EnvironmentFaultError
from extdeps.resources import shipped_directory
from support.datawheel import make_documents, make_mapping


def encode(documents: dict[str, str]) -> dict[str, bytes]:
    return {name: content.encode() for name, content in documents.items()}


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("registry.json", True),
        ("probes.json", True),
        ("relations.json", True),
        ("known-ecosystems.json", True),
        ("selectors.json", True),
        ("debian+12.mapping.json", True),
        ("conda-forge.mapping.json", True),
        ("debian+12.versions.json", True),
        ("sub/debian+12.versions.json", False),
        ("versions.json", False),
        ("projects/ruamel-yaml.toml", True),
        ("README.md", False),
        ("other.json", False),
        ("sub/debian.mapping.json", False),
        ("../debian.mapping.json", False),
        ("..mapping.json", False),
        ("-o.mapping.json", False),
        ("a;b.mapping.json", False),
        ("projects/../x.toml", False),
        ("projects/a/b.toml", False),
        ("projects/A.toml", False),
        ("registry.json\n", False),
    ],
)
def test_what_is_a_document(name: str, expected: bool) -> None:
    assert is_document(name) is expected


def test_every_shipped_file_but_the_pages_is_a_document() -> None:
    root = Path(shipped_directory())
    files = {path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()}
    assert set(read_documents(str(root))) == files - {"README.md", "projects/VERIFIED.md"}


def test_the_shipped_documents_are_taken() -> None:
    check_documents(read_documents(shipped_directory()), "x")


def test_written_and_read(tmp_path: Path) -> None:
    documents = encode(make_documents("libz"))
    write_documents(documents, str(tmp_path))
    (tmp_path / "README.md").write_text("x")
    assert read_documents(str(tmp_path)) == documents


DEEP = "[" * 100_000


@pytest.mark.parametrize(
    ("name", "content", "fault"),
    [
        ("registry.json", "{", "registry.json:0: `registry.json` is not JSON; "),
        ("registry.json", DEEP, "registry.json:0: `registry.json` is not JSON; "),
        ("registry.json", '{"definitions": {}}', "registry.json:0: `registry.json`: `definitions` is not an array"),
        (
            "registry.json",
            '{"definitions": [{"id": "dep:generic/z", "provides": "dep:generic/no"}]}',
            "registry.json:1: `dep:generic/z` is wrong: `registry.json`: `dep:generic/z` provides `dep:generic/no`",
        ),
        (
            "registry.json",
            '{"schema_version": 2, "definitions": []}',
            "registry.json:0: `registry.json` has schema version 2; this extdeps reads 1",
        ),
        (
            "probes.json",
            '{"probes": [{"id": "dep:generic/z", "version": {"pattern": "("}}]}',
            "probes.json:1: `dep:generic/z` is wrong: `probes.json`: `dep:generic/z`: `version.pattern` is not",
        ),
        (
            "debian.mapping.json",
            make_mapping("-o"),
            "debian.mapping.json:1: `dep:generic/z` names `-o`, which is no package name of debian",
        ),
        (
            "debian.mapping.json",
            make_mapping("a;b"),
            "debian.mapping.json:1: `dep:generic/z` names `a;b`, which is no package name of debian",
        ),
        (
            "known-ecosystems.json",
            '{"ecosystems": 1}',
            "`known-ecosystems.json`: `ecosystems` is not an object",
        ),
        (
            "selectors.json",
            '{"schema_version": 9}',
            "`selectors.json` has schema version 9; this extdeps reads 1",
        ),
        ("selectors.json", "[]", "`selectors.json` is not a JSON object"),
        ("projects/demo.toml", "x", "`projects/demo.toml` cannot be read as TOML; "),
        ("projects/demo.toml", f"x = {DEEP}", "`projects/demo.toml` cannot be read as TOML; "),
        (
            "projects/demo.toml",
            'project = "demo"\n[[declaration]]\nversions = ">=2"\nexternal = {}\n'
            '[[declaration]]\nexternal = { host-requires = ["a b"] }',
            "the `[external]` table of `projects/demo.toml` has",
        ),
    ],
)
def test_what_a_check_could_not_use_is_refused(name: str, content: str, fault: str) -> None:
    with pytest.raises(DocumentError) as caught:
        check_documents(encode({**make_documents("libz"), name: content}), "x.whl")
    assert caught.value.message == "the documents of `x.whl` have 1 fault, and are not taken"
    (line,) = caught.value.context
    assert fault in line


def test_not_more_faults_are_said_than_one_reads() -> None:
    entries = [{"id": f"dep:generic/z{number}", "specs": "-o"} for number in range(20)]
    mapping = json.dumps({"mappings": entries})
    with pytest.raises(DocumentError) as caught:
        check_documents(encode(make_documents(further={"debian.mapping.json": mapping})), "x.whl")
    assert caught.value.message == "the documents of `x.whl` have 20 faults, and are not taken"
    assert len(caught.value.context) == 10


def test_a_layout_of_ones_own_does_no_harm() -> None:
    mapping = json.dumps({"mappings": [{"id": "dep:generic/unregistered", "specs": "libz"}]}, indent=8)
    check_documents(encode(make_documents(further={"debian.mapping.json": mapping})), "x.whl")


def test_differences_are_those_of_entries() -> None:
    entries = [{"id": "dep:generic/a"}, {"id": "dep:generic/b"}, {"id": "dep:generic/c"}]
    other = [{"id": "dep:generic/c"}, {"id": "dep:generic/a", "description": "x"}, {"id": "dep:generic/d"}]
    old = {"registry.json": json.dumps({"definitions": entries}).encode(), "projects/a.toml": b"1"}
    new = {
        "registry.json": json.dumps({"definitions": other}, indent=1).encode(),
        "projects/a.toml": b"2",
        "projects/b.toml": b"3",
        "known-ecosystems.json": b'{"ecosystems": {"debian": {"mapping": "x:y"}}}',
    }
    assert compare(old, new) == (
        Change(document="known-ecosystems.json", added=1, changed=0, removed=0),
        Change(document="projects", added=1, changed=1, removed=0),
        Change(document="registry.json", added=1, changed=1, removed=1),
    )
    assert compare(new, new) == ()


def test_a_layout_is_no_difference_and_what_stands_beside_the_entries_is() -> None:
    old, new = b'{"definitions": [], "name": "a"}', b'{"name": "a",\n"definitions": []}'
    assert compare({"registry.json": old}, {"registry.json": new}) == ()
    assert compare({"registry.json": old}, {"registry.json": new.replace(b'"a"', b'"b"')}) == (
        Change(document="registry.json", added=0, changed=1, removed=0),
    )


def test_no_room_to_look_at_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nosuch"))
    with pytest.raises(EnvironmentFaultError) as caught:
        check_documents(encode(make_documents("libz")), "x.whl")
    assert caught.value.message == "the documents of `x.whl` cannot be written to a temporary directory"
    assert caught.value.context == ("No such file or directory",)
