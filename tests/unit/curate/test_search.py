"""What a word stands for: by every kind of name, exactly before in part."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.cli.main import main
from extdeps.curate.search import search
from support.documents import write_catalogue

REGISTRY = [
    {"id": "dep:generic/none"},
    {"id": "dep:generic/old-z", "provides": "dep:generic/z"},
    {"id": "dep:generic/z", "description": "Compression"},
    {"id": "dep:generic/zstd"},
]
PROBES = [
    {
        "id": "dep:generic/z",
        "pkg_config": ["zmod"],
        "modules": ["zpart"],
        "headers": ["sub/zhead.h"],
        "libraries": ["zlink"],
        "executables": ["zprog"],
    },
    {"id": "dep:generic/zstd", "libraries": ["zstd"]},
]
MAPPINGS: dict[str, list[dict[str, object]]] = {
    "debian": [{"id": "dep:generic/z", "specs": {"build": ["z-dev"], "host": ["z-dev"], "run": ["z1"]}}],
    "debian+12": [{"id": "dep:generic/z", "specs": {"build": ["z-dev"], "host": ["z-dev"], "run": ["z1"]}}],
    "nix": [{"id": "dep:generic/z", "specs": "zet"}, {"id": "dep:generic/none", "specs": []}],
}


@pytest.fixture
def directory(tmp_path: Path) -> Path:
    return write_catalogue(tmp_path / "mappings", definitions=REGISTRY, probes=PROBES, mappings=MAPPINGS)


@pytest.mark.parametrize(
    ("word", "because"),
    [
        ("dep:generic/z", [("identifier", "dep:generic/z")]),
        ("Z", [("identifier", "dep:generic/z")]),
        ("old-z", [("alias", "dep:generic/old-z")]),
        ("zmod", [("module", "zmod")]),
        ("zpart", [("module", "zpart")]),
        ("zhead.h", [("header", "sub/zhead.h")]),
        ("sub/zhead.h", [("header", "sub/zhead.h")]),
        ("zlink", [("library", "zlink")]),
        ("zprog", [("executable", "zprog")]),
        ("z-dev", [("package", "z-dev")]),
        ("zet", [("package", "zet")]),
        ("zhea", [("header", "sub/zhead.h")]),  # a part
    ],
)
def test_every_kind_of_name(directory: Path, word: str, because: list[tuple[str, str]]) -> None:
    (match,) = search(word, Catalogue((str(directory),)))
    assert (match.identifier, match.description) == ("dep:generic/z", "Compression")
    assert list(match.because) == because
    assert [name for name, _ in match.packages] == ["debian", "debian+12", "nix"]


def test_a_part_of_several_names(directory: Path) -> None:
    matches = search("zst", Catalogue((str(directory),)))
    assert [match.because for match in matches] == [(("identifier", "dep:generic/zstd"), ("library", "zstd"))]
    assert [match.identifier for match in search("generic/z", Catalogue((str(directory),)))] == [
        "dep:generic/z",
        "dep:generic/zstd",
    ]


def test_the_command(directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(directory.parent)
    assert main(["mapping", "search", "zlink"]) == 0
    assert capsys.readouterr().out == (
        "dep:generic/z  Compression\n"
        "  library zlink\n"
        "    debian debian+12  build, host       z-dev\n"
        "    debian debian+12  run               z1\n"
        "    nix               build, host, run  zet\n"
        "\n"
        "1 match.\n"
    )
    assert main(["mapping", "search", "none"]) == 0
    assert capsys.readouterr().out == (
        "dep:generic/none\n  identifier dep:generic/none\n    nix    has no such package\n\n1 match.\n"
    )
    assert main(["mapping", "search", "nosuch"]) == 1
    assert capsys.readouterr().out == "0 matches.\n"


def test_the_document(directory: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(directory.parent)
    assert main(["mapping", "search", "zet", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    (match,) = document["matches"]
    assert document["schema_version"] == 1
    assert match["because"] == [{"kind": "package", "name": "zet"}]
    assert match["packages"]["debian"]["host"] == ["z-dev"]
