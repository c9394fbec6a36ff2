"""The page of what was tried is made of the overlays."""

from __future__ import annotations

from pathlib import Path

from extdeps.cli.main import main
from extdeps.curate.cleanroom.page import format_page
from extdeps.resources import shipped_directory

PROJECTS = Path(shipped_directory(), "projects")
TRIED = """
project = "{name}"
[[declaration]]
[declaration.external]
{key} = ["dep:generic/zlib"]
[[declaration.verified]]
version = "1.0"
on = "debian+12"
date = 2026-11-23
smoke = "import spam"
[[declaration.read]]
version = "0.9"
date = 2026-11-22
files = ["setup.py"]
"""
READ = """
project = "eggs"
[[declaration]]
[declaration.external]
[[declaration.read]]
version = "2.0"
date = 2026-11-22
files = ["setup.py"]
[[declaration.read]]
repository = "https://example.org/eggs"
commit = "0123456789abcdef0123456789abcdef01234567"
date = 2026-11-23
files = ["setup.py"]
"""
PAGE = """# What was tried, and what was read

Made by `extdeps overlay page` out of the overlays in this directory; [mappings/README.md](../README.md) says how.

## Tried

In a clean root, with what the overlay names and nothing else: 1 projects were built from their sdist, and of
1 more the wheel was used.

| Project | Version | How | On | Date |
|---|---|---|---|---|
| ham | 1.0 | wheel | debian+12 | 2026-11-23 |
| spam | 1.0 | built | debian+12 | 2026-11-23 |

## Read

Of 1 projects the source was read, and nobody has tried it yet.

| Project | Version | Date |
|---|---|---|
| eggs | 2.0 | 2026-11-22 |
| eggs | 0123456789ab of https://example.org/eggs | 2026-11-23 |
"""


def test_page(tmp_path: Path) -> None:
    overlays = {
        "eggs": READ,
        "ham": TRIED.format(name="ham", key="dependencies"),
        "spam": TRIED.format(name="spam", key="host-requires"),
    }
    for name, text in overlays.items():
        (tmp_path / f"{name}.toml").write_text(text)
    assert format_page(map(str, sorted(tmp_path.iterdir()))) == PAGE


def test_the_committed_page_is_what_the_command_makes(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    assert main(["overlay", "page", "--output", str(page)]) == 0
    assert (PROJECTS / "VERIFIED.md").read_text() == page.read_text()


def test_enough_was_built() -> None:
    rows = [line.split(" | ") for line in (PROJECTS / "VERIFIED.md").read_text().splitlines()]
    how = [row[2] for row in rows if len(row) == 5]
    assert how.count("built") >= 65
    assert how.count("built") + how.count("wheel") >= 75
