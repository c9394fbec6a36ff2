"""The external fields of wheels and sdists, for a person and as a document (`metadata.schema.json`)."""

from __future__ import annotations

from extdeps.render.json import SCHEMA_VERSION
from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.externalmetadata import Dropped, ExternalMetadata
    from extdeps.render.text import Line


def render_metadata(files: Iterable[ExternalMetadata]) -> Iterator[Line]:
    """The lines about each file: its fields, and what was dropped."""
    for file in files:
        yield (
            Span(harmless(f"{file.name} {file.version}"), "bold"),
            Span(harmless(f"  {file.path}: {file.member}"), "dim"),
        )
        fields = [("Requires-External-Dep", value) for value in file.requires]
        fields += [("Provides-External-Extra", value) for value in file.extras]
        yield from columns([[Span(name, "dim"), Span(harmless(value))] for name, value in fields], indent=2)
        if not fields:
            yield (Span("  no external requirements"),)
        yield from columns([_row(dropped) for dropped in file.dropped], indent=2)
        yield ()


def _row(dropped: Dropped) -> list[Span]:
    because = f"it carries {', '.join(dropped.carried)}" if dropped.carried else ""
    return [Span("dropped", "yellow"), Span(harmless(dropped.requirement)), Span(harmless(because), "dim")]


def format_metadata(files: Iterable[ExternalMetadata]) -> dict[str, object]:
    """The document about files."""
    return {"schema_version": SCHEMA_VERSION, "files": [_file(file) for file in files]}


def _file(file: ExternalMetadata) -> dict[str, object]:
    return {
        "path": file.path,
        "member": file.member,
        "name": file.name,
        "version": file.version,
        "requires": list(file.requires),
        "extras": list(file.extras),
        "dropped": [{"requirement": item.requirement, "carried": list(item.carried)} for item in file.dropped],
    }
