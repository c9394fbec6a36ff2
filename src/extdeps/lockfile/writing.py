"""A lock as TOML: in one order, a header of its own for each entry, so that git sees what belongs together."""

from __future__ import annotations

from extdeps.model.tomltext import format_key, format_string

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.lock import Lock, LockedEntry

VERSION = 1
HEAD = "# written by `extdeps lock`; git merges it, and `extdeps lock` settles what git cannot"


def format_lock(lock: Lock) -> str:
    """The text of a lock (`pep_draft`, "Locks"); of equal locks the same to the last byte."""
    lines = [HEAD, f"version = {VERSION}"]
    for target in lock.targets:
        lines += ["", format_header("target", target.ecosystem), f"mapping = {format_string(target.mapping)}"]
        for entry in target.entries:
            lines += ["", format_header("target", target.ecosystem, entry.identifier, entry.phase)]
            lines += _format_entry(entry)
    return "\n".join(lines) + "\n"


def _format_entry(entry: LockedEntry) -> Iterator[str]:
    if entry.provider != entry.identifier:
        yield f"provider = {format_string(entry.provider)}"
    if entry.ecosystem:
        yield f"ecosystem = {format_string(entry.ecosystem)}"
    yield f"packages = [{', '.join(map(format_string, entry.packages))}]"
    if entry.version:
        yield f"version = {format_string(entry.version)}"
    yield "requirements = ["
    for item in entry.requirements:
        bounds = f", range = {format_string(item.range)}" if item.range else ""
        yield f"  {{ by = {format_string(item.by)}{bounds} }},"
    yield "]"


def format_header(*keys: str) -> str:
    """The header of a table: `[target."debian+12"]`."""
    return f"[{format_key(keys)}]"
