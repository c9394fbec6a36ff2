"""A described machine as a person likes to read it."""

from __future__ import annotations

from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.accelerator import Accelerators
    from extdeps.model.definition import Definitions
    from extdeps.model.hostfacts import HostFacts, ManagerFacts
    from extdeps.render.text import Line


def render_host(
    facts: HostFacts,
    accelerators: Accelerators | None = None,
    definitions: Definitions | None = None,
    *,
    is_verbose: bool = False,
) -> Iterator[Line]:
    """The lines of `extdeps host`.

    Args:
        facts: that decide an answer.
        accelerators: what it computes with, where it was looked at.
        definitions: the capabilities that people define, and who tells of them.
        is_verbose: everything that is known of that.
    """
    known = {
        "system": " ".join(
            filter(
                None,
                (
                    facts.os_name or facts.system,
                    f"({facts.os_id} {facts.os_version})".replace(" )", ")") if facts.os_id else "",
                ),
            )
        ),
        "architecture": f"{facts.system} {facts.machine}",
        "C library": facts.libc or "unknown",
        "Python": f"{facts.python} ({facts.python_version}, {facts.python_distributor})" if facts.python else "none",
        "ecosystem": facts.ecosystem or "none that is known",
        "root": "yes" if facts.is_root else "no",
    }
    yield (Span(harmless(facts.name), "bold"),)
    rows = [[Span(name, "dim"), Span(harmless(text))] for name, text in known.items()]
    yield from columns([*rows, [Span("managers", "dim"), Span("" if facts.managers else "none")]], indent=2)
    yield from columns([_manager_row(manager) for manager in facts.managers], indent=4)
    if accelerators is not None:
        from extdeps.render.accelerators import render_accelerators

        yield from render_accelerators(accelerators, is_verbose=is_verbose)
    if definitions is not None:
        from extdeps.render.definitions import render_definitions

        yield from render_definitions(definitions)


def _manager_row(manager: ManagerFacts) -> list[Span]:
    how = f"usable {manager.usable}" if manager.usable not in ("", "not at all") else manager.usable
    how = "; ".join(
        filter(None, (": ".join(filter(None, (how, manager.reason))), "used here" if manager.is_own else ""))
    )
    return [
        Span(harmless(manager.name), "bold" if manager.is_own else ""),
        Span(harmless(manager.version)),
        Span(harmless(manager.path), "dim"),
        Span(harmless(how)),
    ]
