"""Steps as a person reads them before saying yes: the command, and what it would change."""

from __future__ import annotations

from extdeps.model.transaction import KINDS
from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.step import Step, StepKind
    from extdeps.model.transaction import Change, ChangeKind, Preview
    from extdeps.render.text import Line, Style

_PURPOSES: dict[StepKind, str] = {
    "repair": "An interrupted run has left packages half installed. To finish them first:",
    "refresh": "The index of {manager} is absent or older than a day. To fetch it:",
    "upgrade": "The index of {manager} is absent or older than a day. To fetch it and upgrade the whole system to it:",
    "install": "To install:",
    "environment": "A build finds it after:",
}
_STYLES: dict[ChangeKind, Style] = {"remove": "red", "downgrade": "red", "upgrade": "yellow"}
_UNITS = ("B", "kB", "MB", "GB", "TB")
_SHOWN = 40


def render_steps(steps: Iterable[Step], *, verbose: bool, as_typed: bool = False) -> Iterator[Line]:
    """The lines about some steps.

    Args:
        steps: in the order in which they are run.
        verbose: name every package, also where there are very many.
        as_typed: show commands as a person would type them, and not as they are run with nobody there.
    """
    purpose = ""
    for step in steps:
        if step.preview:
            yield from _render_preview(step.preview, step.command.manager, verbose=verbose)
            purpose = ""
        text = _PURPOSES[step.kind].format(manager=step.command.manager)
        if text != purpose or step.preview:
            yield (Span(text),)
            yield ()
        purpose = text
        line = step.as_typed if as_typed else str(step)
        yield (Span("    "), Span(harmless(f'eval "$({line})"' if step.kind == "environment" else line), "cyan"))
        yield ()


def _render_preview(preview: Preview, manager: str, *, verbose: bool) -> Iterator[Line]:
    if not preview.is_simulated:
        names = ", ".join(change.package for change in preview.changes)
        yield (Span(harmless(f"{manager} cannot say beforehand what it would change for {names}.")),)
        yield ()
        return
    yield (Span(harmless(f"{manager} would {_summarize(preview)}:")),)
    # what is lost comes first, and is never cut off
    limit = len(preview.changes) if verbose else max(_SHOWN, len(preview.losses))
    yield from columns([_row(change) for change in preview.changes[:limit]], indent=2)
    if len(preview.changes) > limit:
        yield (Span(f"  and {len(preview.changes) - limit} more (`--verbose` names them)", "dim"),)
    yield ()


def _summarize(preview: Preview) -> str:
    counts = [f"{kind} {count}" for kind in KINDS if (count := sum(change.kind == kind for change in preview.changes))]
    noun = "package" if len(preview.changes) == 1 else "packages"
    size = "" if preview.download is None else f", and fetch {format_size(preview.download)}"
    return f"{', '.join(counts)} {noun}{size}"


def _row(change: Change) -> list[Span]:
    versions = " → ".join(filter(None, (change.before, change.after)))
    style = _STYLES.get(change.kind, "")
    return [Span(change.kind, style), Span(harmless(change.package), style), Span(harmless(versions), "dim")]


def format_size(size: int) -> str:
    """A number of bytes as people write it, in powers of 1000: `34.5 MB`."""
    value = float(size)
    for unit in _UNITS:
        if value < 1000 or unit == _UNITS[-1]:
            return f"{value:.0f} {unit}" if unit == "B" else f"{value:.1f} {unit}"
        value /= 1000
    raise AssertionError
