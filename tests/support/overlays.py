"""Overlays of PyPI projects in a small catalogue."""

from __future__ import annotations

from pathlib import Path


def write_overlay(directory: Path, project: str, external: str) -> None:
    """Write an overlay with one declaration, whose `[external]` table is given as TOML.

    Args:
        directory: that of the catalogue.
        project: the normalised name.
        external: the lines of the table.
    """
    (directory / "projects").mkdir(exist_ok=True)
    text = f'project = "{project}"\n\n[[declaration]]\n\n[declaration.external]\n{external}\n'
    (directory / "projects" / f"{project}.toml").write_text(text)
