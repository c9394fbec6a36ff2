"""`extdeps metadata`: what finished files say, and what they say then."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.cli.main import main
from support.archives import make_tar
from support.binaries import make_elf
from support.finished import METADATA, check_record, make_wheel
from support.schemas import get_validator

Say = pytest.CaptureFixture[str]

ZLIB = "libz-0e5f8ea3.so.1.3"
SAYS = METADATA.replace(
    "\n\n", "\nRequires-External-Dep: dep:generic/zlib\nRequires-External-Dep: dep:generic/git\n\n", 1
)
TITLE = "spam 1.0  spam-1.0-py3-none-any.whl: spam-1.0.dist-info/METADATA\n"


@pytest.fixture(autouse=True)
def wheel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    code = {"spam/_spam.abi3.so": make_elf(needed=(ZLIB,)), f"spam.libs/{ZLIB}": make_elf(ZLIB)}
    make_wheel(tmp_path, metadata=SAYS, extra=code)
    return Path("spam-1.0-py3-none-any.whl")


def test_show(wheel: Path, capsys: Say) -> None:
    Path("spam-1.0.tar.gz").write_bytes(make_tar({"spam-1.0/PKG-INFO": METADATA}))
    assert main(["metadata", "show", str(wheel), "spam-1.0.tar.gz"]) == 0
    assert capsys.readouterr().out == (
        f"{TITLE}  Requires-External-Dep  dep:generic/zlib\n  Requires-External-Dep  dep:generic/git\n\n"
        "spam 1.0  spam-1.0.tar.gz: spam-1.0/PKG-INFO\n  no external requirements\n\n"
    )


def test_document(wheel: Path, capsys: Say) -> None:
    assert main(["metadata", "write", str(wheel), "--no-dep", "git", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    get_validator("metadata").validate(document)
    (file,) = document["files"]
    assert file["dropped"] == [
        {"requirement": "dep:generic/zlib", "carried": [f"spam.libs/{ZLIB}"]},
        {"requirement": "dep:generic/git", "carried": []},
    ]
    assert main(["metadata", "show", str(wheel), "--format", "json"]) == 0
    shown = json.loads(capsys.readouterr().out)
    get_validator("metadata").validate(shown)
    assert shown["files"] == [{**file, "dropped": []}]


def test_write(wheel: Path, capsys: Say) -> None:
    assert main(["metadata", "write", str(wheel)]) == 0
    assert capsys.readouterr().out == (
        f"{TITLE}  Requires-External-Dep  dep:generic/git\n  dropped  dep:generic/zlib  it carries spam.libs/{ZLIB}\n\n"
    )
    check_record(wheel)


def test_from_a_project(wheel: Path, capsys: Say) -> None:
    Path("pyproject.toml").write_text('[external]\ndependencies = ["zlib", "gdal>=3"]\nhost-requires = ["libxml2"]\n')
    command = [
        "metadata",
        "write",
        str(wheel),
        "--pyproject",
        "pyproject.toml",
        "--dep",
        "zlib>=1.2",
        "--output",
        "o.whl",
    ]
    before = wheel.read_bytes()
    assert main(command) == 0
    assert capsys.readouterr().out == (
        "spam 1.0  o.whl: spam-1.0.dist-info/METADATA\n"
        "  Requires-External-Dep  dep:generic/gdal@>=3\n  Requires-External-Dep  dep:generic/zlib@>=1.2\n"
        f"  dropped  dep:generic/zlib  it carries spam.libs/{ZLIB}\n\n"
    )
    assert wheel.read_bytes() == before
    Path("pyproject.toml").write_text("")
    assert main(command) == 3
    assert capsys.readouterr().err == "error[invalid-input]: `pyproject.toml` has no `[external]` table\n"
    Path("pyproject.toml").unlink()
    assert main(command) == 3
    assert capsys.readouterr().err == (
        "error[invalid-declaration]: `pyproject.toml` cannot be read\n  No such file or directory\n"
    )


def test_signed(wheel: Path, capsys: Say) -> None:
    Path(f"{wheel}.asc").write_text("signed")
    before = wheel.read_bytes()
    assert main(["metadata", "write", str(wheel)]) == 3
    assert capsys.readouterr().err == (
        f"error[signed-archive]: `{wheel}` is signed, and would not be what was signed any more\n  {wheel}.asc\n\n"
        "hint: `--drop-signature` writes it without\n"
    )
    assert wheel.read_bytes() == before
    assert main(["metadata", "write", str(wheel), "--drop-signature"]) == 0
    assert sorted(path.name for path in Path().iterdir()) == [wheel.name]


def test_escapes_are_made_harmless(tmp_path: Path, capsys: Say) -> None:
    text = SAYS.replace("Name: spam", "Name: sp\x1b[31mam").replace("dep:generic/git", "a/\x1b[31mb")
    path = make_wheel(tmp_path, metadata=text)
    for command in (["metadata", "show", str(path)], ["metadata", "write", str(path)]):
        assert main(command) == 3
        said = capsys.readouterr()
        assert (said.out, "\x1b" in said.err) == ("", False)
        assert "Requires-External-Dep[1]: `a/\N{REPLACEMENT CHARACTER}[31mb` is neither a short name" in said.err
    make_wheel(tmp_path, metadata=SAYS.replace("Name: spam", "Name: sp\x1b[31mam"))
    assert main(["metadata", "show", str(path)]) == 0
    assert capsys.readouterr().out.startswith("sp\N{REPLACEMENT CHARACTER}[31mam 1.0")


def test_that_a_wrong_file_stops_everything(wheel: Path, capsys: Say) -> None:
    Path("x.whl").write_bytes(b"nothing")
    assert main(["metadata", "show", str(wheel), "x.whl"]) == 3
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err == "error[invalid-archive]: `x.whl` is not a wheel\n  File is not a zip file\n"
