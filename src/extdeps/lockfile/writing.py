"""A lock as TOML: in one order, a header of its own for each entry, so that git sees what belongs together."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.lock import Lock, LockedEntry

VERSION = 1
HEAD = "# written by `extdeps lock`; git merges it, and `extdeps lock` settles what git cannot"

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


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


def format_key(keys: Iterable[str]) -> str:
    """A dotted key: `target."debian+12".mapping`."""
    return ".".join(key if _BARE.fullmatch(key) else format_string(key) for key in keys)


def format_string(text: str) -> str:
    """A basic string of TOML (https://toml.io/en/v1.0.0#string), all of it on one line and none of it invisible."""
    return '"' + "".join(map(_escape, text)) + '"'


def _escape(char: str) -> str:
    if char in _ESCAPES:
        return _ESCAPES[char]
    if char.isprintable():
        return char
    code = ord(char)
    if 0xD800 <= code < 0xE000:  # a byte of a path that is no text; TOML has no way to say it
        return "\N{REPLACEMENT CHARACTER}"
    return f"\\u{code:04X}" if code < 0x10000 else f"\\U{code:08X}"
