"""Writes into an overlay what was tried of it, and leaves the rest of its text, comments and all, as it is."""

from __future__ import annotations

import json
import re
import tomllib

from extdeps.errors import DocumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.curate.cleanroom.verification import Verification

_HEADER = re.compile(r"\[\[?\s*([\w.-]+)\s*\]\]?\s*(?:#.*)?")
_DECLARATION = "declaration"
_VERIFIED = "declaration.verified"
_READ = "declaration.read"


def record(text: str, verification: Verification) -> str:
    """The text of an overlay with a verification: in the place of one on the same system, else beside the others.

    Args:
        text: of the overlay.
        verification: what was tried, with the day.

    Raises:
        DocumentError: the text is written in a way that cannot be added to.
    """
    try:
        written = _insert(text.splitlines(), verification)
        recorded = tomllib.loads(written)["declaration"][verification.index].get("verified", [])
    except tomllib.TOMLDecodeError:
        recorded = []
    if _decode(_format(verification)) not in recorded:
        raise DocumentError(f"`{verification.path}` is written in a way that nothing can be added to")
    return written


def _insert(lines: list[str], verification: Verification) -> str:
    tables = _find_tables(lines)
    starts = [start for name, start, _ in tables if name == _DECLARATION]
    own, following = (*starts, len(lines))[verification.index : verification.index + 2]
    inside = [table for table in tables if own <= table[1] < following]
    verified = [(start, end) for name, start, end in inside if name == _VERIFIED]
    same = (place for place in verified if _decode(lines[slice(*place)])["on"] == verification.system)
    if place := next(same, None):
        lines[slice(*place)] = _format(verification)
    else:
        end = max(end for name, _, end in inside if name != _READ)
        lines[end:end] = ["", *_format(verification)]
    return "\n".join(lines) + "\n"


def _find_tables(lines: list[str]) -> list[tuple[str, int, int]]:
    """Each table's name, its header's line, and the line behind its last; what stands before the next is not of it."""
    heads = [(match[1], number) for number, line in enumerate(lines) if (match := _HEADER.fullmatch(line))]
    limits = [*(number for _, number in heads[1:]), len(lines)]
    found = []
    for (name, start), limit in zip(heads, limits, strict=True):
        end = limit
        while end > start + 1 and (not lines[end - 1].strip() or lines[end - 1].startswith("#")):
            end -= 1
        found.append((name, start, end))
    return found


def _format(verification: Verification) -> list[str]:
    lines = [
        f"[[{_VERIFIED}]]",
        f"version = {_quote(verification.version)}",
        f"on = {_quote(verification.system)}",
        f"date = {verification.date}",
        *f"smoke = {_quote_code(verification.smoke)}".splitlines(),
    ]
    if verification.wheel:
        lines.append("wheel = true")
    for key in ("build_constraints", "constraints", "no_binary"):
        if values := getattr(verification, key):
            lines.append(f"{key.replace('_', '-')} = [{', '.join(map(_quote, values))}]")
    if verification.environment:
        pairs = (f"{name} = {_quote(value)}" for name, value in verification.environment.items())
        lines.append(f"environment = {{ {', '.join(pairs)} }}")
    return lines


def _quote_code(code: str) -> str:
    """Code as one writes it, where it has several lines."""
    return f"'''\n{code}'''" if "\n" in code and "'''" not in code else _quote(code)


def _quote(text: str) -> str:
    """A basic string of TOML, of which those of JSON are some."""
    return json.dumps(text, ensure_ascii=False)


def _decode(lines: list[str]) -> dict[str, object]:
    """The table that lines have."""
    (table,) = tomllib.loads("\n".join(lines))["declaration"]["verified"]
    decoded: dict[str, object] = table
    return decoded
