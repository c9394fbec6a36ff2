"""An error as a person likes to read it."""

from __future__ import annotations

from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.errors import ExtdepsError


def format_error(error: ExtdepsError, *, word: str = "error") -> str:
    """An error as text: the message, its context indented, one blank line and the hint.

    Args:
        error: what to say.
        word: what it is to the reader.
    """
    lines = [f"{word}[{error.code}]: {harmless(error.message)}"]
    lines += [f"  {harmless(line)}".rstrip() for text in error.context for line in text.splitlines()]
    if error.hint:
        lines += ["", f"hint: {harmless(error.hint)}"]
    return "\n".join(lines)
