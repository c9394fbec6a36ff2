"""Keys and strings as TOML writes them, for files and for errors that point into one."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

_BARE = re.compile(r"[A-Za-z0-9_-]+")
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}


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
