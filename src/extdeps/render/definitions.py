"""Capabilities that people define, as a person reads them and as the object `defined` of `host.schema.json`."""

from __future__ import annotations

from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.definition import Definitions, Provider
    from extdeps.render.text import Line


def render_definitions(definitions: Definitions) -> Iterator[Line]:
    """The lines of `extdeps host` behind those of the accelerators; none where nobody defines anything."""
    if definitions.capabilities:
        yield (Span("  "), Span("defined", "dim"))
        yield from columns(
            [
                [
                    Span(harmless(item.name), "bold"),
                    Span(harmless(", ".join(item.values) or "none")),
                    Span(harmless(f"by {item.source}"), "yellow"),
                ]
                for item in definitions.capabilities
            ],
            indent=4,
        )
    if definitions.providers:
        yield (Span("  "), Span("providers of capabilities", "dim"))
        yield from columns([_provider_row(item) for item in definitions.providers], indent=4)


def _provider_row(provider: Provider) -> list[Span]:
    state = "allowed" if provider.is_allowed else "not allowed"
    return [
        Span(harmless(provider.name), "bold" if provider.is_allowed else "dim"),
        Span(harmless(provider.reference)),
        Span(harmless(f"of {provider.source}" if provider.source else ""), "dim"),
        Span(harmless("; ".join(filter(None, (state, provider.note)))), "yellow" if provider.note else ""),
    ]


def format_definitions(definitions: Definitions) -> dict[str, object]:
    """The object."""
    return {
        "capabilities": [
            {"capability": item.name, "values": list(item.values), "told_by": item.source}
            for item in definitions.capabilities
        ],
        "providers": [
            {
                "name": item.name,
                "reference": item.reference or None,
                "source": item.source or None,
                "allowed": item.is_allowed,
                "note": item.note or None,
            }
            for item in definitions.providers
        ],
    }
