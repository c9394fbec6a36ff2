"""Declarations as a person likes to read them."""

from __future__ import annotations

from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extdeps.model.declaration import Declaration, DeclaredRequirement
    from extdeps.model.requirement import Phase
    from extdeps.render.text import Line


def render_declarations(
    declarations: Iterable[Declaration], identify: Mapping[str, str], phases: tuple[Phase, ...]
) -> Iterator[Line]:
    """The lines of `extdeps show`.

    Args:
        declarations: what was read.
        identify: the canonical identifier of each requirement's own.
        phases: the phases to show; empty for all.
    """
    for declaration in declarations:
        title = [Span(harmless(declaration.subject), "bold")]
        if declaration.origin:
            title.append(Span(f"  {harmless(declaration.origin)}", "dim"))
        yield tuple(title)
        shown = [item for item in declaration.requirements if not phases or item.phase in phases]
        yield from columns([_row(item, identify) for item in shown], indent=2)
        for note in declaration.notes:
            yield (Span("  note: ", "cyan"), Span(harmless(note)))
        yield ()


def _row(item: DeclaredRequirement, identify: Mapping[str, str]) -> list[Span]:
    requirement = item.requirement
    own = requirement.url.identifier
    canonical = identify.get(own, own)
    optional = f"extra {item.extra}" if item.extra else f"group {item.group}" if item.group else ""
    details = [
        item.key,
        optional,
        f"= {canonical}" if canonical != own else "",
        requirement.marker and f"if {requirement.marker}",
    ]
    return [
        Span(item.phase, "dim"),
        Span(harmless(str(requirement.url))),
        Span(harmless("  ".join(filter(None, details))), "dim"),
    ]
