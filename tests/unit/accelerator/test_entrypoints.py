"""Providers that installed distributions bring along: found, and not imported."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from extdeps.accelerator.entrypoints import GROUP, find_providers
from extdeps.model.definition import Provider


def install(place: Path, name: str, version: str, entries: str) -> None:
    directory = place / f"{name.lower()}-{version}.dist-info"
    directory.mkdir(parents=True)
    (directory / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
    (directory / "entry_points.txt").write_text(entries)


def test_what_is_found(tmp_path: Path) -> None:
    install(tmp_path / "a", "Acme", "1.0", f"[{GROUP}]\nsite = acme_nosuch:provider\nacme = acme_nosuch:X.y\n")
    install(tmp_path / "a", "plain", "1.0", "[console_scripts]\nsite = plain:main\n")
    install(tmp_path / "b", "acme", "0.9", f"[{GROUP}]\nsite = old:provider\n")  # which the first one hides
    install(tmp_path / "b", "other", "2", f"[{GROUP}]\nsite = other:provider\n")
    install(tmp_path / "b", "broken", "1", f"[{GROUP}]\nsite = not a reference\n")
    assert find_providers([str(tmp_path / "a"), str(tmp_path / "b"), str(tmp_path / "nosuch")]) == (
        Provider(name="acme", reference="acme_nosuch:X.y", source="Acme 1.0"),
        Provider(name="site", reference="acme_nosuch:provider", source="Acme 1.0"),
        Provider(name="site", reference="other:provider", source="other 2"),
    )
    assert "acme_nosuch" not in sys.modules


def test_the_current_directory_does_not_count(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    install(tmp_path, "stranger", "1.0", f"[{GROUP}]\nsite = stranger:provider\n")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    assert [item.source for item in find_providers()] == ["stranger 1.0"]
    monkeypatch.chdir(tmp_path)
    assert find_providers() == ()
