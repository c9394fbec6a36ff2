"""Documents from nobody knows where: a located error, nothing half-loaded, and no name that could do harm."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.document import MAX_BYTES
from extdeps.cli.main import main
from extdeps.curate.lint import lint
from extdeps.resources import shipped_directory
from support.documents import load_catalogue, write_catalogue

Z = "dep:generic/zlib"
ECOSYSTEMS = sorted({name.partition("+")[0] for name in Catalogue((shipped_directory(),)).ecosystems()})
HOSTILE = (
    *("-o", "--root=/", "a;b", "$(x)", "`x`", "a b", "a\nb", "a|b", "a&b", "a>b", "../a", "/etc/passwd", "*", ""),
    *("zlіb", "ｚlib", "zlib\u200b", "zlib\x1b[2J", "https://example.org/x"),  # noqa: RUF001 - that is the point
)
"""Options, shell, patterns, paths, look-alikes, what cannot be seen, and addresses."""


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("ecosystem", ECOSYSTEMS)
def test_no_such_name_is_accepted(
    tmp_path: Path, ecosystem: str, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    entry = {"id": Z, "specs": {"build": [name], "host": ["good", name], "run": [name]}}
    directory = write_catalogue(tmp_path, definitions=[{"id": Z}], mappings={ecosystem: [entry]})
    path = str(directory / f"{ecosystem}.mapping.json")
    assert main(["mapping", "format", path]) == 0
    codes = {fault.code for fault in lint(path, load_catalogue(directory))}
    assert codes & {"grammar", "invalid"}

    capsys.readouterr()
    code = main(["check", "-d", Z, "--target", ecosystem, "--use-mapping", path, "--format", "json"])
    report = json.loads(capsys.readouterr().out)
    assert code in (0, 1, 3)  # 3: the document is refused as a whole
    if code != 3:
        words = {word for command in report["commands"] for word in command["argv"]}
        assert name not in words
        assert name not in {spec for finding in report["findings"] for spec in finding.get("packages", ())}


def test_a_dash_at_the_end_would_remove(tmp_path: Path) -> None:
    directory = write_catalogue(
        tmp_path, definitions=[{"id": Z}], mappings={"debian": [{"id": Z, "specs": "libyaml-dev-"}]}
    )
    faults = lint(str(directory / "debian.mapping.json"), load_catalogue(directory))
    assert "names `libyaml-dev-`, which is no package name of debian" in " ".join(fault.message for fault in faults)


DEEP = '{"schema_version": 1, "mappings": ' + "[" * 100_000 + "]" * 100_000 + "}"


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ('{"schema_version": 1,\n "mappings": [}\n', "is not JSON; Expecting value: line 2 column 15 (char 36)"),
        ('{"schema_version": 2, "mappings": []}', "has schema version 2; this extdeps reads 1"),
        (DEEP, "is not JSON; maximum recursion depth exceeded"),
        ("[]", "is not a JSON object"),
        ('{"mappings": {}}', "`mappings` is not an array"),
        ('{"mappings": [{"id": 1}]}', "`mappings[0]` is not an object with an `id`"),
        ('{"mappings": [{"id": "zlib", "specs": "z"}]}', "`mappings[0]`"),
    ],
    ids=["position", "version", "deep", "array", "object", "number", "no identifier"],
)
def test_a_document_is_refused_with_its_place(
    tmp_path: Path, content: str, message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "debian.mapping.json"
    path.write_text(content, encoding="utf-8")
    assert main(["mapping", "lint", str(path)]) == 1
    out = capsys.readouterr().out
    assert out.startswith(f"{path}:0: unreadable: `{path}`")
    assert message in out
    assert main(["check", "-d", "zlib", "--target", "debian", "--use-mapping", str(path)]) == 3
    assert capsys.readouterr().out == ""


def test_a_document_that_is_too_large_is_not_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "debian.mapping.json"
    path.touch()
    os.truncate(path, 100 * 1024 * 1024)
    assert main(["mapping", "lint", str(path)]) == 1
    assert f"is larger than {MAX_BYTES // 1024 // 1024} MiB" in capsys.readouterr().out
