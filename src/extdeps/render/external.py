"""An `[external]` table as PEP 725 has it, whatever spelling it was declared in."""

from __future__ import annotations

import re

from extdeps.model.declaration import REQUIRED_KEYS
from extdeps.render.formats.quoting import format_key, quote_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.declaration import Declaration, DeclaredRequirement

    Table = dict[str, list[str] | dict[str, list[str]]]

_KEY = re.compile(r"external\.(?P<key>[a-z-]+)(?:\.(?P<name>[^\[\]]+))?\[\d+\]")
_OF_PHASE = {phase: key for key, phase in REQUIRED_KEYS.items()}


def normalize_table(declaration: Declaration, *, strict: bool) -> Table:
    """The table of a declaration, every requirement as a DepURL.

    Args:
        declaration: what is declared.
        strict: for a reader that knows PEP 725 alone: markers over capabilities are lowered (`pep_draft`, "Markers
            over capabilities").
    """
    table: Table = {}
    for item in declaration.requirements:
        key, name = _find_key(item)
        text = str(item.requirement.lower()) if strict else str(item.requirement)
        if name:
            names = table.setdefault(key, {})
            assert isinstance(names, dict)
            listed = names.setdefault(name, [])
        else:
            found = table.setdefault(key, [])
            assert isinstance(found, list)
            listed = found
        if text not in listed:
            listed.append(text)
    return table


def _find_key(item: DeclaredRequirement) -> tuple[str, str]:
    """The key that a requirement stands under, and the extra or group below it; by its phase where it stood in none."""
    match = _KEY.fullmatch(item.key)
    return (match["key"], match["name"] or "") if match else (_OF_PHASE[item.phase], "")


def list_lowered(declaration: Declaration) -> Iterator[str]:
    """What a strict table loses: each requirement that it demands in more places than was declared."""
    for item in declaration.requirements:
        if item.requirement.needs_capabilities:
            yield f"`{item.requirement}` is demanded as `{item.requirement.lower()}`"


def render_table(table: Table) -> str:
    """A table as TOML."""
    lines = [
        "[external]",
        *(line for key, value in table.items() if isinstance(value, list) for line in _array(key, value)),
    ]
    for key, value in table.items():
        if isinstance(value, dict):
            lines += ["", f"[external.{key}]", *(line for name, texts in value.items() for line in _array(name, texts))]
    return "\n".join(lines) + "\n"


def _array(name: str, texts: list[str]) -> list[str]:
    return [f"{format_key(name)} = [", *(f"  {quote_text(text)}," for text in texts), "]"]
