"""Lines of styled text, printed with rich on a terminal that has colours and plainly elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from typing import Literal, TextIO

    Style = Literal["", "bold", "dim", "green", "red", "yellow", "cyan"]
else:
    Style = str


@dataclass(frozen=True, slots=True)
class Span:
    """A piece of text in one style."""

    text: str
    style: Style = ""


Line = tuple[Span, ...]


def harmless(text: str) -> str:
    """A text of somebody else's, with control characters made visible."""
    return "".join(char if char.isprintable() or char == " " else "\N{REPLACEMENT CHARACTER}" for char in text)


def wants_colour(stream: TextIO, environ: Mapping[str, str]) -> bool:
    """Whether styles are shown: on a terminal, unless `NO_COLOR` (https://no-color.org) or a dumb one."""
    if environ.get("NO_COLOR"):
        return False
    if environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and environ.get("TERM") != "dumb"


def print_lines(lines: Iterable[Line], stream: TextIO, environ: Mapping[str, str]) -> None:
    """Print lines.

    Args:
        lines: what to print.
        stream: where to.
        environ: decides on colours.
    """
    if not wants_colour(stream, environ):
        encoding = (stream.encoding or "utf-8") if hasattr(stream, "encoding") else "utf-8"
        for line in lines:
            stream.write(format_plain((line,)).encode(encoding, "replace").decode(encoding))
        return
    from rich.console import Console
    from rich.text import Text

    console = Console(file=stream, highlight=False, soft_wrap=True, force_terminal=True)
    for line in lines:
        console.print(Text.assemble(*((span.text, span.style or "default") for span in line)))


def format_plain(lines: Iterable[Line]) -> str:
    """Lines as one text, without styles."""
    return "".join("".join(span.text for span in line).rstrip() + "\n" for line in lines)


def columns(rows: list[list[Span]], *, indent: int = 0, gap: int = 2) -> list[Line]:
    """Rows of cells as lines with aligned columns; the last column is not padded."""
    widths = [
        max((len(row[index].text) for row in rows if index < len(row)), default=0)
        for index in range(max(map(len, rows), default=0))
    ]
    lines = []
    for row in rows:
        spans = [Span(" " * indent)] if indent else []
        for index, cell in enumerate(row):
            last = index == len(row) - 1
            spans.append(cell if last else Span(cell.text.ljust(widths[index] + gap), cell.style))
        lines.append(tuple(spans))
    return lines
