"""`extdeps mapping update`: a real wheel, an index on loopback, and what `check` says before and after."""

from __future__ import annotations

import hashlib
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.resources import DIRECTORY_NAME, SHIPPED_VERSION
from support.datawheel import make_documents, make_pages, make_wheel
from support.index import serve

ROOT = Path(__file__).parents[3]
VERSION = "99.1"
OLD, NEW = '"libxml2-dev"', '"libxml2-new-dev"'


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A wheel of this extdeps, but with another version and another name for one package of Debian."""
    tree = tmp_path_factory.mktemp("extdeps")
    for name in ("src", "mappings"):
        shutil.copytree(ROOT / name, tree / name, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
    for name in ("README.md", "LICENSE"):
        shutil.copy(ROOT / name, tree / name)
    project = (ROOT / "pyproject.toml").read_text()
    (tree / "pyproject.toml").write_text(re.sub(r'(?m)^version = ".*"$', f'version = "{VERSION}"', project))
    mapping = tree / "mappings" / "debian.mapping.json"
    mapping.write_text(mapping.read_text().replace(OLD, NEW))
    command = [sys.executable, "-m", "build", "--no-isolation", "--wheel", "--outdir", str(tree / "dist"), str(tree)]
    subprocess.run(command, check=True, capture_output=True)
    (built,) = (tree / "dist").iterdir()
    return built


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The PEP 804 data directory of a user who has only that, and whose pip is not configured."""
    for name in os.environ:
        if name.startswith(("PIP_", "EXTDEPS_")):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "system"))
    monkeypatch.chdir(tmp_path)
    return tmp_path / "data" / DIRECTORY_NAME


def packages(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """What `check` calls libxml2 in Debian."""
    arguments = ["check", "-d", "libxml2", "--phase", "host", "--target", "debian", "--format", "json"]
    assert main(arguments) == 0
    report = json.loads(capsys.readouterr().out)
    found: list[str] = report["findings"][0]["packages"]["debian"]
    return found


def test_update_and_back(data: Path, wheel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = wheel.read_bytes()
    before = packages(capsys)
    with serve(make_pages({VERSION: content})) as index:
        update = ["mapping", "update", "-i", index.url]
        assert main([*update, "--check"]) == 1
        wanted = capsys.readouterr().out
        assert not data.exists()
        assert main(update) == 0
    sha256 = hashlib.sha256(content).hexdigest()
    changes = f"{wheel.name}  sha256:{sha256}\n  debian.mapping.json: 0 added, 1 changed, 0 removed\n"
    assert wanted == (
        f"{changes}Data of {VERSION} would change 1 document of {SHIPPED_VERSION}; nothing was changed.\n"
    )
    assert capsys.readouterr().out == (
        f"{changes}Data of {VERSION} is in force; `extdeps mapping update --revert` goes back to {SHIPPED_VERSION}.\n"
    )
    assert packages(capsys) == ["libxml2-new-dev"]
    assert main(["mapping", "search", "libxml-2.0"]) == 0
    assert "libxml2-new-dev" in capsys.readouterr().out
    assert main(["mapping", "update", "--revert"]) == 0
    assert capsys.readouterr().out == f"Data of {SHIPPED_VERSION} is in force again, no longer that of {VERSION}.\n"
    assert packages(capsys) == before
    assert main(["mapping", "update", "--revert"]) == 0
    assert capsys.readouterr().out == (
        f"Nothing to go back from: data of {SHIPPED_VERSION} is in force, as it came with extdeps.\n"
    )


def test_the_file_itself(data: Path, wheel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    digest = f"sha256:{hashlib.sha256(wheel.read_bytes()).hexdigest()}"
    assert main(["mapping", "update", "--from", str(wheel), "--digest", digest]) == 0
    capsys.readouterr()
    assert packages(capsys) == ["libxml2-new-dev"]
    assert main(["mapping", "update", "--from", str(wheel)]) == 0
    assert capsys.readouterr().out == f"Nothing is newer: data of {VERSION} is in force.\n"


def test_documents_placed_by_hand_come_first_and_stay(
    data: Path, wheel: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data.mkdir(parents=True)
    mine = data / "debian.mapping.json"
    mine.write_text('{"mappings": [{"id": "dep:generic/libxml2", "specs": "mine"}]}')
    assert main(["mapping", "update", "--from", str(wheel)]) == 0
    assert f"left alone: `{mine}` comes first\n" in capsys.readouterr().out
    assert packages(capsys) == ["mine"]
    assert main(["mapping", "update", "--revert"]) == 0
    capsys.readouterr()
    assert packages(capsys) == ["mine"]


def test_a_truncated_download(data: Path, wheel: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before = packages(capsys)
    content = wheel.read_bytes()
    pages = make_pages({VERSION: content[:-1]}, digests={VERSION: hashlib.sha256(content).hexdigest()})
    with serve(pages) as index:
        assert main(["mapping", "update", "-i", index.url]) == 5
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("error[untrusted-index]: `http://127.0.0.1:")
    assert output.err.endswith("\n\nhint: it is truncated, or somebody changed it; nothing was changed here\n")
    assert packages(capsys) == before


def test_shipped_data_that_is_newer_counts(data: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """As after an upgrade of extdeps itself: what was fetched before is older than what came with it."""
    before = packages(capsys)
    generation = data / "extdeps" / "0.0.9-1"
    generation.mkdir(parents=True)
    for name, content in make_documents("old").items():
        (generation / name).parent.mkdir(exist_ok=True)
        (generation / name).write_text(content)
    (data / "extdeps" / "in-force").write_text("0.0.9-1\n")
    assert packages(capsys) == before


def test_json(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = make_wheel("9.0", make_documents("libz", ecosystems={"void": "https://x.org/void.json"}))
    (tmp_path / "x.whl").write_bytes(content)
    assert main(["mapping", "update", "--check", "--from", "x.whl", "--format", "json"]) == 1
    checked = json.loads(capsys.readouterr().out)
    assert main(["mapping", "update", "--from", "x.whl", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert checked == {**document, "status": "outdated"}
    changes = {change["document"]: change for change in document.pop("changes")}
    assert changes["debian.mapping.json"].keys() == {"document", "added", "changed", "removed"}
    assert document == {
        "schema_version": 1,
        "status": "updated",
        "version": "9.0",
        "was": SHIPPED_VERSION,
        "origins": [{"name": "x.whl", "sha256": hashlib.sha256(content).hexdigest()}],
        "hidden": [],
        "unfetched": [{"ecosystem": "void", "mapping": "https://x.org/void.json"}],
    }
    assert main(["mapping", "update", "--revert", "--format", "json"]) == 0
    assert json.loads(capsys.readouterr().out) == {
        "schema_version": 1,
        "status": "reverted",
        "version": SHIPPED_VERSION,
        "was": "9.0",
    }


@pytest.mark.parametrize(
    ("arguments", "code", "text"),
    [
        (
            ["--digest", "md5:1"],
            2,
            "error[usage]: `md5:1` is not a digest\n\nhint: write `sha256:` and 64 hexadecimal digits\n",
        ),
        (
            ["--from", "nosuch.whl"],
            2,
            "error[usage]: `nosuch.whl` is neither a file nor an address\n\nhint: `--from` takes a wheel of extdeps\n",
        ),
        (
            ["--revert", "--from", "x.whl"],
            2,
            "error[usage]: `--revert` fetches nothing\n\nhint: leave out `--from`, `--digest` and `--index-url`\n",
        ),
        (["--revert", "--check"], 2, "error[usage]: argument --check: not allowed with argument --revert\n"),
        (["--from", "text.whl"], 3, "error[invalid-archive]: `text.whl` is damaged\n  File is not a zip file\n"),
        (["-i", "file:///nosuch"], 5, "error[fetch-absent]: no index has a wheel of `extdeps`\n"),
    ],
)
def test_errors(data: Path, arguments: list[str], code: int, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    Path("text.whl").write_text("x")
    assert main(["mapping", "update", *arguments]) == code
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith(text)
    assert packages(capsys)


def test_without_a_home(data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.delenv("XDG_DATA_HOME")
    monkeypatch.delenv("HOME", raising=False)
    assert main(["mapping", "update"]) == 5
    assert capsys.readouterr().err == (
        "error[environment]: the user has no data directory\n\nhint: set `HOME` or `XDG_DATA_HOME`\n"
    )
