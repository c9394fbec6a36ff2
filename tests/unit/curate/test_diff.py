"""What differs between documents: what they mean, not how they are written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.curate.diff import Change, Field, compare
from extdeps.errors import DocumentError
from support.documents import write_catalogue

PROBE = {
    "id": "dep:generic/a",
    "pkg_config": ["a", "aa"],
    "version": {"header": "a.h", "macros": ["MAJOR", "MINOR"], "divisors": [100, 1]},
    "evidence": {"run": ["library"]},
}


def write(path: Path, document: object) -> str:
    path.write_text(json.dumps(document))
    return str(path)


def differences(tmp_path: Path, kind: str, old: object, new: object) -> list[tuple[str, str, list[Field]]]:
    paths = [write(tmp_path / name, {"schema_version": 1, kind: entries}) for name, entries in (("a", old), ("b", new))]
    return [(change.identifier, change.effect, list(change.fields)) for change in compare(*paths)]


@pytest.mark.parametrize(
    ("kind", "old", "new"),
    [
        ("mappings", {"id": "dep:generic/a", "specs": "x"}, {"specs": ["x"], "id": "dep:generic/a"}),
        (
            "mappings",
            {"id": "dep:generic/a", "specs": ["x", "y"]},
            {"id": "dep:generic/a", "specs": {"run": ["y", "x"], "build": ["x", "y"], "host": ["x", "y"]}},
        ),
        ("mappings", {"id": "dep:generic/a", "specs": []}, {"id": "dep:generic/a", "specs": {"host": []}}),
        ("mappings", {"id": "dep:deb/Debian/a", "specs": "x"}, {"id": "dep:deb/debian/a", "specs": "x"}),
        (
            "mappings",
            {"id": "dep:generic/a", "specs": "x", "extra_metadata": {"sources": ["b", "a"]}},
            {"id": "dep:generic/a", "specs": "x", "extra_metadata": {"sources": ["a", "b"]}},
        ),
        (
            "probes",
            PROBE,
            {
                "version": {"divisors": [100, 1], "macros": ["MAJOR", "MINOR"], "header": ["a.h"]},
                "pkg_config": ["aa", "a"],
                "id": "dep:generic/a",
                "evidence": {"run": "library"},
            },
        ),
        (
            "definitions",
            {"id": "dep:generic/a", "provides": "dep:generic/b"},
            {"id": "dep:generic/a", "provides": ["dep:generic/b"]},
        ),
    ],
)
def test_what_means_the_same(tmp_path: Path, kind: str, old: object, new: object) -> None:
    further = {"id": "dep:generic/z", "specs": "z"}
    assert differences(tmp_path, kind, [old, further], [further, new]) == []


@pytest.mark.parametrize(
    ("kind", "old", "new", "fields"),
    [
        (
            "mappings",
            {"id": "dep:generic/a", "specs": {"build": "a", "host": ["a", "b"], "run": "a1"}},
            {"id": "dep:generic/a", "specs": {"build": "a", "host": ["b", "c"], "run": []}},
            [
                Field(name="specs.host", removed=("a",), added=("c",)),
                Field(name="specs.run", removed=("a1",), added=()),
            ],
        ),
        (
            "mappings",
            {"id": "dep:generic/a", "specs": "a"},
            {"id": "dep:generic/a", "specs_from": "dep:generic/b"},
            [
                *(Field(name=f"specs.{phase}", removed=("a",), added=()) for phase in ("build", "host", "run")),
                Field(name="specs_from", removed=(), added=('"dep:generic/b"',)),
            ],
        ),
        (
            "probes",
            PROBE,
            {**PROBE, "version": {**PROBE["version"], "macros": ["MINOR", "MAJOR"]}},  # type: ignore[dict-item]
            [Field(name="version.macros", removed=('["MAJOR", "MINOR"]',), added=('["MINOR", "MAJOR"]',))],
        ),
        (
            "definitions",
            {"id": "dep:generic/a", "urls": {"homepage": "https://a/"}},
            {"id": "dep:generic/a", "urls": {"homepage": "https://b/"}},
            [Field(name="urls.homepage", removed=('"https://a/"',), added=('"https://b/"',))],
        ),
    ],
)
def test_what_does_not(tmp_path: Path, kind: str, old: object, new: object, fields: list[Field]) -> None:
    assert differences(tmp_path, kind, [old], [new]) == [("dep:generic/a", "changed", fields)]


def test_several_entries_of_an_identifier(tmp_path: Path) -> None:
    one, two = ({"id": "dep:generic/a", "specs": name} for name in ("one", "two"))
    (change,) = differences(tmp_path, "mappings", [one], [one, two])
    assert change[:2] == ("dep:generic/a (2)", "added")


def test_the_rest_of_a_document(tmp_path: Path) -> None:
    old = write(tmp_path / "a", {"schema_version": 1, "name": "A", "mappings": []})
    new = write(tmp_path / "b", {"schema_version": 1, "name": "B", "mappings": []})
    field = Field(name="name", removed=('"A"',), added=('"B"',))
    assert compare(old, new) == (
        Change(document="", identifier="the document itself", effect="changed", fields=(field,)),
    )


def test_a_document_of_another_kind_in_a_directory(tmp_path: Path) -> None:
    for name, value in (("old", 1), ("new", 2)):
        (tmp_path / name).mkdir()
        write(tmp_path / name / "other.json", {"schema_version": 1, "further": {"a": {"b": value}}})
    field = Field(name="further.a", removed=('{"b": 1}',), added=('{"b": 2}',))
    (change,) = compare(str(tmp_path / "old"), str(tmp_path / "new"))
    assert (change.document, change.fields) == ("other.json", (field,))


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    entry = {"id": "dep:generic/a", "specs": "a"}
    write_catalogue(tmp_path / "old", definitions=[entry], mappings={"debian": [entry], "nix": [entry]})
    changed = {"id": "dep:generic/a", "specs": {"build": [], "host": "b-dev", "run": "a"}}
    added = {"id": "dep:generic/z", "specs": []}
    write_catalogue(tmp_path / "new", definitions=[entry], mappings={"debian": [added, changed]})
    (tmp_path / "new" / "registry.json").write_text((tmp_path / "old" / "registry.json").read_text().replace(" ", "\n"))
    assert main(["mapping", "diff", "old", "old"]) == 0
    assert capsys.readouterr().out == "No difference.\n"
    assert main(["mapping", "diff", "old", "new"]) == 1
    assert capsys.readouterr().out == (
        "debian.mapping.json\n"
        "~ dep:generic/a\n"
        "    specs.build: -a\n"
        "    specs.host: -a +b-dev\n"
        "+ dep:generic/z\n"
        "known-ecosystems.json\n"
        "- nix\n"
        '    mapping: -"file:nix.mapping.json"\n'
        "nix.mapping.json\n"
        "- dep:generic/a\n"
        "    specs.build, specs.host, specs.run: -a\n"
        "- the document itself\n"
        "    schema_version: -1\n"
        '    name: -"nix"\n'
        "    package_managers: -[]\n"
        "5 differences: 1 added, 3 removed, 1 changed.\n"
    )
    paths = [str(tmp_path / name / "debian.mapping.json") for name in ("old", "new")]
    assert main(["mapping", "diff", *paths, "--format", "json"]) == 1
    assert json.loads(capsys.readouterr().out) == {
        "schema_version": 1,
        "changes": [
            {
                "document": "",
                "identifier": "dep:generic/a",
                "effect": "changed",
                "fields": [
                    {"name": "specs.build", "removed": ["a"], "added": []},
                    {"name": "specs.host", "removed": ["a"], "added": ["b-dev"]},
                ],
            },
            {"document": "", "identifier": "dep:generic/z", "effect": "added", "fields": []},
        ],
    }
    assert main(["mapping", "diff", "old", paths[1]]) == 2
    assert "only one of them is a directory" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "`{path}` is not JSON"),
        ("[" * 100_000, "`{path}` is not JSON"),
        ("{}", "`{other}` and `{path}` are of different kinds: `mappings` and no entries"),
        ('{"definitions": []}', "`{other}` and `{path}` are of different kinds: `mappings` and `definitions`"),
        ('{"mappings": 3}', "`{path}`: `mappings` is not an array"),
        ('{"mappings": [{"id": "x"}]}', "`{path}`: `mappings[0]`: `x` does not start with `dep:`"),
        (
            '{"mappings": [{"id": "dep:generic/a", "specs": {"host": 3}}]}',
            "`{path}`: `dep:generic/a`: `specs`: `host` is not a string or an array of strings",
        ),
        ('{"ecosystems": [1]}', "`{path}`: `ecosystems` is not an object of objects"),
    ],
)
def test_faults(tmp_path: Path, text: str, message: str) -> None:
    other = write(tmp_path / "other", {"mappings": []})
    path = tmp_path / "faulty"
    path.write_text(text)
    with pytest.raises(DocumentError) as caught:
        compare(other, str(path))
    assert caught.value.message == message.replace("{path}", str(path)).replace("{other}", other)
    with pytest.raises(DocumentError, match="cannot be read"):
        compare(other, str(tmp_path / "nosuch"))
