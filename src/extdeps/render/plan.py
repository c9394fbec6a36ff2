"""A plan as a person likes to read it: what meets what, what cannot be met and what would help, and the steps."""

from __future__ import annotations

from extdeps.render.steps import render_steps
from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.plan import Ask, Decision, Plan, Unmet
    from extdeps.render.text import Line


def render_plan(plan: Plan, *, verbose: bool, quiet: bool) -> Iterator[Line]:
    """The lines of a plan.

    Args:
        plan: what to say.
        verbose: also what is here without being asked for by name, and every package of a step.
        quiet: only what is not here, and the steps.
    """
    shown = tuple(plan.new) if quiet else plan.decisions
    for subjects, decisions in _by_subject(shown):
        yield (Span(harmless(", ".join(subjects)), "bold"),)
        yield from columns([_row(decision) for decision in decisions], indent=2)
        yield ()
    for unmet in plan.unmet:
        yield from render_unmet(unmet)
        yield ()
    for note in plan.notes if not quiet else ():
        yield (Span("note: ", "cyan"), Span(harmless(note)))
    if plan.notes and not quiet:
        yield ()
    yield from render_steps(plan.steps, verbose=verbose, as_typed=True)
    if not quiet:
        yield (Span(_summarize(plan), "bold"),)


def _by_subject(decisions: Iterable[Decision]) -> Iterable[tuple[tuple[str, ...], list[Decision]]]:
    """Decisions below everyone who asks for exactly them."""
    grouped: dict[tuple[str, ...], list[Decision]] = {}
    for decision in decisions:
        grouped.setdefault(tuple(dict.fromkeys(ask.requested_by for ask in decision.asks)), []).append(decision)
    return grouped.items()


def _row(decision: Decision) -> list[Span]:
    mark = Span("✓", "green") if decision.is_here else Span("+", "cyan")
    asked = ", ".join(dict.fromkeys(map(_shorten, decision.asks)))
    provider = "" if decision.provider == decision.identifier else f"{_short_name(decision.provider)} "
    version = decision.version or ("" if decision.is_here else "version not looked up")
    where = "here" if decision.is_here else f"{decision.source}: {' '.join(decision.packages)}"
    style = "dim" if decision.is_here else ""
    return [
        mark,
        Span(harmless(asked), "" if decision.is_here else "bold"),
        Span(decision.phase, "dim"),
        Span(harmless(f"{provider}{version}"), "dim"),
        Span(harmless(where), style),  # type: ignore[arg-type]
    ]


def render_unmet(unmet: Unmet) -> Iterator[Line]:
    """The lines about a requirement that cannot be met."""
    yield (Span("✗", "red"), Span(f" {harmless(unmet.reason)}", "bold"))
    for line in unmet.details:
        yield (Span(f"    {harmless(line)}"),)
    for line in unmet.remedies:
        yield (Span("    "), Span(harmless(line), "cyan"))


def _shorten(ask: Ask) -> str:
    name, _, bounds = ask.requirement.partition("@")
    return f"{_short_name(name)}{bounds}"


def _short_name(identifier: str) -> str:
    return identifier.removeprefix("dep:generic/").removeprefix("dep:virtual/interface/")


def _summarize(plan: Plan) -> str:
    here = sum(decision.is_here for decision in plan.decisions)
    new = len(plan.decisions) - here
    unmet = len(plan.unmet)
    total = len(plan.decisions) + len({(item.identifier, item.phase) for item in plan.unmet})
    if not total:
        return f"Nothing external is needed{', as far as can be told' if plan.notes else ''}."
    noun = "external requirement" if total == 1 else "external requirements"
    counts = ((here, "here"), (new, "to be installed"), (unmet, "cannot be met"))
    parts = [f"{count} {what}" for count, what in counts if count]
    unlooked = "" if plan.is_verified else f" Versions of {plan.ecosystem} were not verified."
    return f"{total} {noun}: {', '.join(parts)}.{unlooked}"
