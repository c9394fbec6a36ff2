"""Small catalogues."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

from extdeps.catalog.catalogue import Catalogue, MappingChoice

Entry = Mapping[str, object]


def write_catalogue(
    directory: Path,
    *,
    definitions: Sequence[Entry] | None = None,
    probes: Sequence[Entry] | None = None,
    mappings: Mapping[str, Sequence[Entry]] | None = None,
) -> Path:
    """Write the documents of a catalogue into a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    _write(directory / "registry.json", {"definitions": definitions or []})
    _write(directory / "probes.json", {"probes": probes or []})
    ecosystems = {name: {"mapping": f"file:{name}.mapping.json"} for name in mappings or {}}
    _write(directory / "known-ecosystems.json", {"ecosystems": ecosystems})
    for name, entries in (mappings or {}).items():
        _write(directory / f"{name}.mapping.json", {"name": name, "mappings": entries, "package_managers": []})
    return directory


def load_catalogue(*directories: Path, choice: MappingChoice | None = None) -> Catalogue:
    """The catalogue of some directories."""
    return Catalogue(tuple(map(str, directories)), choice)


def _write(path: Path, document: Mapping[str, object]) -> None:
    path.write_text(json.dumps({"schema_version": 1, **document}))
