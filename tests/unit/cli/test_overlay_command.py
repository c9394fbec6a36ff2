"""`extdeps overlay`: what it writes, and the exact text of what it refuses; the real thing is in tests/live."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.resources import shipped_directory

NOT_TRIED = """error[usage]: the overlay of `lxml` does not say what was tried on `debian+13`

hint: `--version VERSION --smoke CODE` says what to try
"""


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with the registry and one overlay."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mappings/projects").mkdir(parents=True)
    for name in ("registry.json", "projects/lxml.toml"):
        shutil.copy(Path(shipped_directory(), name), tmp_path / "mappings" / name)
    return tmp_path


@pytest.mark.parametrize(
    ("words", "code", "text"),
    [
        (
            "verify",
            2,
            "error[usage]: either projects are named, or `--all`\n",
        ),
        (
            "verify lxml --all",
            2,
            "error[usage]: either projects are named, or `--all`\n",
        ),
        (
            "verify nosuch",
            2,
            "error[usage]: there is no overlay of `nosuch`\n\nhint: `extdeps overlay` is about projects/NAME.toml\n",
        ),
        (
            "verify lxml --on debian+11",
            2,
            "error[usage]: there are no clean roots of `debian+11`\n\nhint: there are of debian+12, debian+13\n",
        ),
        ("verify lxml --on debian+13", 2, NOT_TRIED),
        (
            "verify lxml ham --version 1",
            2,
            "error[usage]: `--version` is of one project\n",
        ),
        (
            "verify lxml --wheel",
            2,
            "error[usage]: `--smoke` and `--wheel` go with `--version`\n",
        ),
        (
            "verify lxml --jobs 0",
            2,
            "error[usage]: `--jobs` is at least 1\n",
        ),
        (
            "page --output nosuch/page.md",
            5,
            "error[environment]: `nosuch/page.md` cannot be written\n  No such file or directory\n",
        ),
    ],
)
def test_refused(checkout: Path, words: str, code: int, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["overlay", *words.split()]) == code
    printed = capsys.readouterr()
    assert (printed.out, printed.err) == ("", text)


def test_written_only_into_a_checkout(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert main(["overlay", "verify", "lxml", "--write"]) == 2
    assert capsys.readouterr().err == (
        "error[usage]: there is no `mappings/registry.json` here\n\nhint: stand in a checkout to use `--write`\n"
    )


def test_no_place_for_roots(
    checkout: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("EXTDEPS_CACHE_DIR", "")
    assert main(["overlay", "verify", "lxml"]) == 5
    assert capsys.readouterr().err == (
        "error[environment]: there is no place for clean roots\n\nhint: set `EXTDEPS_CACHE_DIR`\n"
    )


def test_page(checkout: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["overlay", "page"]) == 0
    assert main(["overlay", "page", "--output", "-"]) == 0
    written = (checkout / "mappings/projects/VERIFIED.md").read_text()
    assert capsys.readouterr().out == written
    assert "| lxml | 6.1.3 | built | debian+12 | 2026-11-22 |\n" in written
