"""The matches of a word, as a packager likes to read them."""

from __future__ import annotations

from extdeps.model.requirement import PHASES
from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.catalog.mapping import Specs
    from extdeps.curate.search import Match
    from extdeps.render.text import Line


def render_matches(matches: tuple[Match, ...]) -> Iterator[Line]:
    """Of each match the identifier, why it matched, and its packages by ecosystem and phase."""
    for match in matches:
        yield (Span(match.identifier, "bold"), Span(f"  {harmless(match.description)}".rstrip()))
        because = ", ".join(f"{kind} {name}" for kind, name in match.because)
        yield (Span(f"  {harmless(because)}", "dim"),)
        same: dict[Specs, list[str]] = {}
        for ecosystem, specs in match.packages:
            same.setdefault(specs, []).append(ecosystem)
        rows = [
            [Span(" ".join(ecosystems), "cyan"), Span(harmless(phases)), Span(harmless(names))]
            for specs, ecosystems in same.items()
            for phases, names in _by_packages(specs)
        ]
        yield from columns(rows, indent=4)
        yield ()


def _by_packages(specs: Specs) -> Iterator[tuple[str, str]]:
    """The phases that have the same packages, and these."""
    if specs.is_empty:
        yield "", "has no such package"
        return
    phases: dict[tuple[str, ...], list[str]] = {}
    for phase in PHASES:
        if specs.of(phase):
            phases.setdefault(specs.of(phase), []).append(phase)
    for names, same in phases.items():
        yield ", ".join(same), " ".join(names)
