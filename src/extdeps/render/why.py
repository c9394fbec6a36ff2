"""The path of a decision as a person likes to read it."""

from __future__ import annotations

from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.why import Path, Weighed
    from extdeps.render.text import Line


def render_why(paths: Iterable[Path]) -> Iterator[Line]:
    """The lines about each decision."""
    for path in paths:
        yield (Span(harmless(path.identifier), "bold"), Span(f"  {path.phase}", "dim"))
        for text in path.asked:
            yield (Span(f"  asked: {harmless(text)}"),)
        yield from columns([_row(item, path) for item in path.weighed], indent=2)
        for text in (*path.refusals, *path.hints):
            yield (Span(f"  {harmless(text)}", "yellow"),)
        yield ()


def _row(weighed: Weighed, path: Path) -> list[Span]:
    provider = "" if weighed.provider == path.identifier else f"{weighed.provider.rpartition('/')[2]} "
    packages = f" ({' '.join(weighed.packages)})" if weighed.packages else ""
    return [
        Span("→", "green") if weighed.is_chosen else Span(" "),
        Span(harmless(f"{provider}{weighed.offer}{packages}"), "bold" if weighed.is_chosen else ""),
        Span(harmless(weighed.verdict), "green" if weighed.is_chosen else "dim"),
    ]
