"""The report of a check as a person likes to read it: what, whether, where, and the one command."""

from __future__ import annotations

from extdeps.render.text import Span, columns, harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.evidence import Finding, Report, Status
    from extdeps.render.text import Line, Style

_MARKS: dict[Status, tuple[str, Style]] = {
    "satisfied": ("✓", "green"),
    "missing": ("✗", "red"),
    "wrong-version": ("✗", "red"),
    "incomplete": ("✗", "red"),
    "unknown": ("?", "yellow"),
    "not-applicable": ("-", "dim"),
}


def render_report(report: Report, *, verbose: bool, quiet: bool, with_commands: bool = True) -> Iterator[Line]:
    """The lines of a report.

    Args:
        report: what to say.
        verbose: also what does not apply, every piece of evidence, and the notes of satisfied findings.
        quiet: only what needs action, and the command.
        with_commands: say how to get what is missing.
    """
    shown = [finding for finding in report.findings if _is_shown(finding, verbose=verbose, quiet=quiet)]
    yield from _findings(report, shown, verbose=verbose)
    if not quiet:
        yield from _without_needs(report)
    yield from _notes(report, quiet=quiet)
    if with_commands:
        yield from _commands(report)
    if not quiet:
        yield (Span(_summary(report), "bold"),)


def render_open(report: Report) -> Iterator[Line]:
    """What is missing or unknown, with the notes and the command: for whoever asked for something else, as a build."""
    shown = [finding for finding in report.findings if finding.needs_action or finding.status == "unknown"]
    yield from _findings(report, shown, verbose=False)
    yield from _notes(report, quiet=False)
    yield from _commands(report)


def _findings(report: Report, shown: list[Finding], *, verbose: bool) -> Iterator[Line]:
    taken = dict(report.subjects)
    for subjects, findings in _by_subject(shown):
        only = f"  {taken.get(subjects[0], '')}" if len(subjects) == 1 else ""
        yield (Span(harmless(", ".join(subjects)), "bold"), Span(harmless(only), "dim"))
        yield from columns([_row(finding, report.probed, verbose=verbose) for finding in findings], indent=2)
        yield ()


def _is_shown(finding: Finding, *, verbose: bool, quiet: bool) -> bool:
    if quiet:
        return finding.needs_action
    return verbose or finding.status != "not-applicable"


def _without_needs(report: Report) -> Iterator[Line]:
    """The subjects that somebody has looked at and that need nothing."""
    asking = {name for finding in report.findings for name in finding.requested_by}
    for name, taken in report.subjects:
        if name not in asking and name not in report.undeclared:
            yield (Span(harmless(name), "bold"), Span(harmless(f"  {taken}"), "dim"))
            yield (Span("  "), Span("✓", "green"), Span("  nothing external is needed"))
            yield ()


def _by_subject(findings: Iterable[Finding]) -> list[tuple[tuple[str, ...], list[Finding]]]:
    """Findings below everyone who asks for exactly them."""
    grouped: dict[tuple[str, ...], list[Finding]] = {}
    for finding in findings:
        grouped.setdefault(finding.requested_by, []).append(finding)
    return list(grouped.items())


def _row(finding: Finding, probed: bool, *, verbose: bool) -> list[Span]:
    mark, style = _MARKS[finding.status] if probed or finding.status == "not-applicable" else ("•", "cyan")
    name = harmless(finding.requirement.format_short())
    return [
        Span(mark, style),
        Span(name, "" if finding.status == "satisfied" else "bold"),
        Span(finding.phase, "dim"),
        Span(_describe(finding, probed, verbose=verbose), "dim" if finding.status == "satisfied" else ""),
    ]


def _describe(finding: Finding, probed: bool, *, verbose: bool) -> str:
    if not probed and finding.status == "unknown":
        names = " ".join(name for _, packages in finding.packages for name in packages)
        return harmless(finding.note if finding.derived else names or finding.note)
    evidence = finding.evidence if verbose else finding.evidence[:1]
    found = ", ".join(f"{item.version or item.kind} at {item.location}" for item in evidence)
    if finding.status == "satisfied":
        return harmless("; ".join(filter(None, (found, finding.note if verbose or not finding.registered else ""))))
    word = "" if finding.status == "not-applicable" else finding.status.replace("-", " ")
    text = ": ".join(filter(None, (word, finding.note)))
    return harmless(f"{text} ({found})" if found else text)


def _notes(report: Report, *, quiet: bool) -> Iterator[Line]:
    if quiet or not report.notes:
        return
    for note in report.notes:
        yield (Span("note: ", "cyan"), Span(harmless(note)))
    yield ()


def _commands(report: Report) -> Iterator[Line]:
    if not report.commands:
        return
    yield (Span("To get what is missing:" if report.probed else "To get it there:"),)
    yield ()
    joined = " && ".join(str(command) for command in report.commands)
    yield (Span("    "), Span(joined, "cyan"))
    yield ()


def _summary(report: Report) -> str:
    if not report.findings:
        return "Nothing external is needed." if not report.undeclared else "Nothing is known about what is needed."
    if not report.probed:
        return f"{_count(len(report.findings))}, for a machine that was not probed."
    satisfied = report.count("satisfied")
    total = len(report.findings) - report.count("not-applicable")
    if not total:
        return "Nothing external is needed on this machine."
    others = [
        f"{count} {status.replace('-', ' ')}"
        for status in ("missing", "wrong-version", "incomplete", "unknown")
        if (count := report.count(status))
    ]
    if not others:
        return f"{_count(total)}, all satisfied."
    return f"{_count(total)}: {satisfied} satisfied, {', '.join(others)}."


def _count(number: int) -> str:
    return f"{number} external requirement{'' if number == 1 else 's'}"
