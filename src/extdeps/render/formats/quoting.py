"""Text of others, quoted so that what reads a file takes it for that text."""

from __future__ import annotations

import re
from shlex import quote

from extdeps.render.text import harmless

_EXPANSION = re.compile(r"\$\{")
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")

# a path, or a word and a range: YAML takes nothing in it for anything but text, at the start, inside or as a whole
_PLAIN = re.compile(r"\./[A-Za-z0-9_.+/-]+|[A-Za-z_][A-Za-z0-9_.+-]*(?: ?[<>=]{1,2}[A-Za-z0-9_.+!<>=,-]+)?")
_YAML_WORDS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def quote_text(text: str) -> str:
    """A basic string of TOML, which is a double-quoted scalar of YAML just as well.

    The escapes are those that both have: https://toml.io/en/v1.0.0#string and https://yaml.org/spec/1.2.2/#57-escaped-characters.
    Half of a surrogate pair, which neither can hold, becomes a replacement character.
    """
    return f'"{"".join(map(_escape, text))}"'


def quote_word(word: str) -> str:
    """A word for a POSIX shell, on one line, and without `${`.

    What reads the file before the shell does would take a line's end for its own, and GitHub Actions and development
    containers expand `${`, in quotes too. The shell joins the two strings that are left again.
    """
    return _EXPANSION.sub("$''{", quote(harmless(word)))


def format_yaml(text: str) -> str:
    """A scalar of YAML that is read as this text: as it is where that is safe, also in YAML 1.1, else quoted."""
    is_plain = _PLAIN.fullmatch(text) and text.lower() not in _YAML_WORDS
    return text if is_plain else quote_text(text)


def format_key(text: str) -> str:
    """A key of TOML."""
    return text if _BARE_KEY.fullmatch(text) else quote_text(text)


def _escape(char: str) -> str:
    code = ord(char)
    if char in '"\\':
        return f"\\{char}"
    if 0xD800 <= code <= 0xDFFF:
        return "\N{REPLACEMENT CHARACTER}"
    if char.isprintable():
        return char
    return f"\\u{code:04X}" if code <= 0xFFFF else f"\\U{code:08X}"
