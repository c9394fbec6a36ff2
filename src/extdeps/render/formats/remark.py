"""The comments of a file that is made of a plan: what made it and for what, and what is left out of it."""

from __future__ import annotations

from shlex import quote

from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from extdeps.model.plan import Ask, Decision, Plan

_DIRECT = "--dep"  # the subject of what is asked for by itself
_NAMED = 12


def list_remarks(plans: Sequence[Plan], name: str, more: Callable[[Plan], Iterable[str]]) -> list[str]:
    """Texts of one line each, without what begins a comment in the format.

    Args:
        plans: what the file is made of; what does not hold for all of them says for which it does.
        name: of the format.
        more: what the format itself has to leave out of a plan.
    """
    targets = ", ".join(dict.fromkeys(plan.ecosystem for plan in plans if plan.ecosystem))
    head = f"Made by `{_command(plans, name)}`" + (f" for {targets}" if targets else "")
    holders: dict[str, dict[str, None]] = {}
    for plan in plans:
        for text in (*_list_left_out(plan), *more(plan)):
            holders.setdefault(text, {})[plan.ecosystem] = None
    everywhere = len({plan.ecosystem for plan in plans})
    left_out = (
        text if len(ecosystems) == everywhere else f"{', '.join(ecosystems)}: {text}"
        for text, ecosystems in holders.items()
    )
    return [harmless(text) for text in (head, *left_out)]


def format_comments(remarks: Iterable[str]) -> str:
    """Remarks as the lines that begin with `#` in most formats."""
    return "".join(f"# {remark}\n" for remark in remarks)


def list_ranges(decisions: Iterable[Decision]) -> Iterator[str]:
    """One remark for each range that nothing in the file enforces and nobody has looked up.

    Args:
        decisions: what is installed without a word on its version.
    """
    for decision in decisions:
        for ask in decision.asks:
            if "@" in ask.requirement and not decision.version:
                yield f"Not looked up: {ask.requirement}, for {ask.requested_by}"


def is_direct(subject: str) -> bool:
    """Whether a subject stands for what was asked for by itself."""
    return subject == _DIRECT


def _list_left_out(plan: Plan) -> Iterator[str]:
    for unmet in plan.unmet:
        yield f"Left out: {unmet.ask.requirement} ({unmet.phase}), for {unmet.ask.requested_by}: {unmet.reason}"
    for note in plan.notes:
        yield f"Note: {note}"


def _command(plans: Sequence[Plan], name: str) -> str:
    """What a person would type for it, without the options that are about the machine."""
    subjects = dict.fromkeys(subject for plan in plans for subject, _ in plan.subjects)
    words = [harmless(subject) for subject in subjects if subject != _DIRECT]
    cut = ["..."] if len(words) > _NAMED else []
    direct = dict.fromkeys(ask.requirement for plan in plans for ask in _list_asks(plan) if ask.requested_by == _DIRECT)
    options = [part for requirement in direct for part in (_DIRECT, quote(harmless(requirement)))]
    return " ".join(["extdeps plan", *map(quote, words[:_NAMED]), *cut, *options, "--format", name])


def _list_asks(plan: Plan) -> Iterator[Ask]:
    for decision in plan.decisions:
        yield from decision.asks
    for unmet in plan.unmet:
        yield unmet.ask
