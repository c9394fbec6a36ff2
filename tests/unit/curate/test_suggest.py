"""`extdeps mapping new`: suggestions for what is lacking, which nobody takes for the truth by accident."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.curate.suggest import find_lacking, suggest
from support.documents import load_catalogue, write_catalogue

WORDS = ("alpha", "beta", "delta", "gamma", "omega")
REGISTRY = [
    *({"id": f"dep:generic/{word}"} for word in WORDS),
    {"id": "dep:generic/old-spam", "provides": "dep:generic/spam"},
    {"id": "dep:generic/spam"},
]
PROBES = [{"id": "dep:generic/spam", "libraries": ["spam"], "modules": ["spam-extra"]}]


def mapping(development: str, run: str) -> list[dict[str, object]]:
    """The entries of five identifiers; `X` stands for their names."""
    return [
        {
            "id": f"dep:generic/{word}",
            "specs": {
                "build": [development.replace("X", word)],
                "host": [development.replace("X", word)],
                "run": [run.replace("X", word)],
            },
        }
        for word in WORDS
    ]


SPAM: dict[str, object] = {
    "id": "dep:generic/spam",
    "specs": {"build": [], "host": ["libspam1-dev"], "run": ["libspam1"]},
}
MAPPINGS: dict[str, list[dict[str, object]]] = {
    "debian": [*mapping("libX1-dev", "libX1"), SPAM],
    "debian+12": [],
    "fedora": mapping("X-devel", "X-libs"),
    "homebrew": mapping("X", "X"),
    "odd": [{"id": f"dep:generic/{word}", "specs": word[::-1]} for word in WORDS],
    "only+1": mapping("X:dev", "X"),
}
SUGGESTED = {"sources": ["suggested"]}


@pytest.fixture
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return write_catalogue(tmp_path / "mappings", definitions=REGISTRY, probes=PROBES, mappings=MAPPINGS)


def test_what_lacks(directory: Path) -> None:
    catalogue = load_catalogue(directory)
    assert find_lacking("dep:generic/spam", catalogue) == ("fedora", "homebrew", "odd", "only+1")
    assert find_lacking("dep:generic/new", catalogue) == ("debian", "fedora", "homebrew", "odd", "only+1")
    assert find_lacking("dep:generic/alpha", catalogue) == ()


def test_suggestions(directory: Path) -> None:
    found = suggest("dep:generic/spam", ("fedora", "homebrew", "odd", "only+1"), load_catalogue(directory))
    assert [suggestion.entry("dep:generic/spam") for suggestion in found if suggestion.guesses] == [
        {
            "id": "dep:generic/spam",
            "specs": {"build": ["spam-devel"], "host": ["spam-devel"], "run": ["spam-libs"]},
            "extra_metadata": SUGGESTED,
        },
        {"id": "dep:generic/spam", "specs": "spam", "extra_metadata": SUGGESTED},
        {  # no manager takes `spam:dev`
            "id": "dep:generic/spam",
            "specs": {"build": [], "host": [], "run": ["spam"]},
            "extra_metadata": {**SUGGESTED, "unknown": ["build", "host"]},
        },
    ]
    assert found[2].guesses == ()


def test_a_virtual_is_not_called_after_its_identifier(directory: Path) -> None:
    (found,) = suggest("dep:virtual/interface/spam", ("fedora",), load_catalogue(directory))
    assert found.guesses == ()


def test_the_command(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = {path.name: path.read_text() for path in directory.iterdir()}
    assert main(["mapping", "new", "ham", "--in", "debian+12", "fedora", "odd", "--description", "A\x1b ham"]) == 0
    assert capsys.readouterr().out == (
        "mappings/registry.json\n"
        '{"id": "dep:generic/ham", "description": "A\\u001b ham"},\n'
        "mappings/probes.json\n"
        "# what proves it; take out what it does not have\n"
        '{"id": "dep:generic/ham", "pkg_config": [], "headers": [], "libraries": [], "executables": []},\n'
        "mappings/debian+12.mapping.json\n"
        "# build, host: `X` of the identifier is `libX1-dev` here, in 6 of 6 (100%)\n"
        "# run: `X` of the identifier is `libX1` here, in 6 of 6 (100%)\n"
        '{"id": "dep:generic/ham", "specs": {"build": ["libham1-dev"], "host": ["libham1-dev"], "run": ["libham1"]}, '
        '"extra_metadata": {"sources": ["suggested"]}},\n'
        "mappings/fedora.mapping.json\n"
        "# build, host: `X` of the identifier is `X-devel` here, in 5 of 5 (100%)\n"
        "# run: `X` of the identifier is `X-libs` here, in 5 of 5 (100%)\n"
        '{"id": "dep:generic/ham", "specs": {"build": ["ham-devel"], "host": ["ham-devel"], "run": ["ham-libs"]}, '
        '"extra_metadata": {"sources": ["suggested"]}},\n'
        "mappings/odd.mapping.json\n"
        "# no habit of the names here fits\n"
        "4 entries to add.\n"
    )
    assert {path.name: path.read_text() for path in directory.iterdir()} == before


def test_an_alias_stands_for_what_it_is_an_alias_of(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mapping", "new", "old-spam", "--in", "homebrew", "debian"]) == 0
    captured = capsys.readouterr()
    assert captured.err == "note: `dep:generic/old-spam` is an alias of `dep:generic/spam`\n"
    assert captured.out == (
        "mappings/homebrew.mapping.json\n"
        "# build, host, run: `X` of the identifier is `X` here, in 5 of 5 (100%)\n"
        '{"id": "dep:generic/spam", "specs": "spam", "extra_metadata": {"sources": ["suggested"]}},\n'
        "1 entry to add.\n"
    )
    assert main(["mapping", "new", "spam", "--in", "debian"]) == 0
    assert capsys.readouterr().out == "Nothing is lacking.\n"
    assert main(["mapping", "new", "spam-extra", "--in", "odd"]) == 0
    assert capsys.readouterr().err == "note: `spam-extra` is a pkg-config module of `dep:generic/spam`\n"
    assert main(["mapping", "new", "dep:virtual/interface/x", "--in", "fedora"]) == 0
    assert capsys.readouterr().out == (
        'mappings/registry.json\n{"id": "dep:virtual/interface/x"},\n'
        "mappings/fedora.mapping.json\n# no habit of the names here fits\n1 entry to add.\n"
    )


def test_what_is_written_is_formatted_and_cannot_land(directory: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main(["mapping", "format"])
    before = json.loads((directory / "debian.mapping.json").read_text())
    for _ in range(2):  # the second time there is nothing left to do
        assert main(["mapping", "new", "ham", "--in", "debian", "homebrew", "--write"]) == 0
    assert capsys.readouterr().out.endswith("4 entries added.\nNothing is lacking.\n")
    after = json.loads((directory / "debian.mapping.json").read_text())
    added = [entry for entry in after["mappings"] if entry not in before["mappings"]]
    assert [entry["id"] for entry in added] == ["dep:generic/ham"]
    assert len(after["mappings"]) == len(before["mappings"]) + 1
    assert main(["mapping", "format", "--check"]) == 0
    capsys.readouterr()
    assert main(["mapping", "lint"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert lines == [
        "mappings/debian.mapping.json:9: suggested: `dep:generic/ham` is a suggestion that nobody has confirmed",
        "mappings/homebrew.mapping.json:9: suggested: `dep:generic/ham` is a suggestion that nobody has confirmed",
        "mappings/probes.json:4: no-evidence: `dep:generic/ham` names nothing that would prove it",
        "3 faults in 9 documents.",
    ]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["ham>=1"], 2, "error[usage]: `ham>=1` is a requirement, not an identifier"),
        (["ham; os_name == 'x'"], 2, "error[usage]: `ham; os_name == 'x'` is a requirement, not an identifier"),
        (["dep:x"], 3, "error[invalid-requirement]: `dep:x` has no type"),
        (["a;b"], 3, "error[invalid-requirement]: `b` is not an environment marker, in `a;b`"),
        (["a/b"], 3, "error[invalid-requirement]: `a/b` is neither a short name"),
        (["ham", "--in", "nosuch"], 2, "error[usage]: no mapping for `nosuch`"),
    ],
)
def test_faults(
    directory: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, message: str
) -> None:
    assert main(["mapping", "new", *arguments]) == code
    assert capsys.readouterr().err.startswith(message)


def test_the_shipped_documents_are_not_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["mapping", "new", "ham", "--write"]) == 2
    assert capsys.readouterr().err == (
        "error[usage]: there is no `mappings/registry.json` here\n\nhint: stand in a checkout to use `--write`\n"
    )
