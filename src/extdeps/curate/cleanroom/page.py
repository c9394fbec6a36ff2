"""The page that says which overlays were tried, and of which no more than the source was read; out of them alone."""

from __future__ import annotations

import os

from extdeps.curate.cleanroom.verification import read_verifications
from extdeps.declaration.overlay import read_tables

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_HEAD = """# What was tried, and what was read

Made by `extdeps overlay page` out of the overlays in this directory; [mappings/README.md](../README.md) says how.
"""
_TRIED = """
## Tried

In a clean root, with what the overlay names and nothing else: {builds} projects were built from their sdist, and of
{uses} more the wheel was used.

| Project | Version | How | On | Date |
|---|---|---|---|---|
"""
_READ = """
## Read

Of {count} projects the source was read, and nobody has tried it yet.

| Project | Version | Date |
|---|---|---|
"""


def format_page(paths: Iterable[str]) -> str:
    """The page, as Markdown.

    Args:
        paths: the overlays.

    Raises:
        DocumentError: one is none.
    """
    paths = tuple(paths)
    tried = [verification for path in paths for verification in read_verifications(path)]
    builds = {verification.project for verification in tried if verification.is_build}
    uses = {verification.project for verification in tried} - builds
    rows = (
        (item.project, item.version, "built" if item.is_build else "wheel", item.system, item.date) for item in tried
    )
    done = builds | uses
    read = [row for path in paths for row in _iter_read(path) if row[0] not in done]
    return "".join(
        (
            _HEAD,
            _TRIED.format(builds=len(builds), uses=len(uses)),
            *map(_row, rows),
            _READ.format(count=len({row[0] for row in read})),
            *map(_row, read),
        )
    )


def _iter_read(path: str) -> Iterator[tuple[str, ...]]:
    """Of each source that was read the project, the version or commit, and the day."""
    for table in read_tables([path]):
        for entry in table.table.get("read", ()):  # type: ignore[attr-defined]
            version = entry.get("version") or f"{entry['commit'][:12]} of {entry['repository']}"
            yield os.path.basename(path).removesuffix(".toml"), version, str(entry["date"])


def _row(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |\n"
