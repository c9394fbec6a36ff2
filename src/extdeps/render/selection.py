"""A selection as a person, pip, uv or a program reads it."""

from __future__ import annotations

from shlex import join

from extdeps.render.text import Span, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.selection import Chosen
    from extdeps.render.text import Line

SCHEMA_VERSION = 1


def render_selection(chosen: Chosen, *, verbose: bool) -> Iterator[Line]:
    """The lines about one choice.

    Args:
        chosen: the build that fits.
        verbose: also why the preferred ones do not.
    """
    yield (Span(harmless(chosen.project), "bold"), Span(f"  {harmless(chosen.name)}"))
    for reason in chosen.reasons:
        yield (Span("  ✓ ", "green"), Span(harmless(reason)))
    for text in chosen.left_out:
        yield (Span("  note: ", "yellow"), Span(harmless(text)))
    for item in chosen.rejected if verbose else ():
        yield (Span("  - ", "dim"), Span(harmless(f"{item.name}: {item.reason}"), "dim"))
    yield (Span("    "), Span(harmless(join(("pip", "install", *chosen.pip_arguments))), "cyan"))
    yield ()


def format_selection(chosen: Chosen) -> dict[str, object]:
    """The members of one choice in the document (`selection.schema.json`)."""
    return {
        "project": chosen.project,
        "build": chosen.name,
        "requirements": list(chosen.requirements),
        "index": chosen.index or None,
        "extra_index": chosen.extra_index or None,
        "find_links": chosen.find_links or None,
        "options": list(chosen.options),
        "pip": list(chosen.pip_arguments),
        "uv": list(chosen.uv_arguments),
        "reasons": list(chosen.reasons),
        "left_out": list(chosen.left_out),
        "rejected": [{"build": item.name, "reason": item.reason} for item in chosen.rejected],
        "source": chosen.source,
    }
