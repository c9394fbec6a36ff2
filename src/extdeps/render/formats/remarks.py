"""What every file says at its top: which command made it, and what it leaves out. Each line is one line, and text."""

from __future__ import annotations

from shlex import join

from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.plan import Ask, Plan, Unmet

    Plans = tuple[Plan, ...]

_DIRECT = "--dep"
"""The subject of a requirement that was given by itself."""


def describe_origin(plans: Plans, name: str, *, is_of_machine: bool = False) -> str:
    """One sentence: the command that makes this file.

    Args:
        plans: of one target.
        name: the format.
        is_of_machine: whether it is about this machine, so that there is no target to name.
    """
    ecosystem = plans[0].ecosystem
    target = ("--target", ecosystem) if ecosystem and not is_of_machine else ()
    command = ("extdeps", "plan", *_list_subjects(plans), *target, "--format", name)
    place = f", for {harmless(ecosystem)}" if ecosystem and is_of_machine else ""
    return f"Made by `{join(map(harmless, command))}`{place}."


def _list_subjects(plans: Plans) -> tuple[str, ...]:
    named = (name for plan in plans for name, _ in plan.subjects if name != _DIRECT)
    direct = (ask.requirement for ask in _iter_asks(plans) if ask.requested_by == _DIRECT)
    return (*dict.fromkeys(named), *(word for text in dict.fromkeys(direct) for word in (_DIRECT, text)))


def _iter_asks(plans: Plans) -> Iterator[Ask]:
    for plan in plans:
        for decision in plan.decisions:
            yield from decision.asks
        for unmet in plan.unmet:
            yield unmet.ask


def list_omissions(plans: Plans) -> tuple[str, ...]:
    """What cannot be met, with what there is and what would help; each line once."""
    return _distinct(line for plan in plans for unmet in plan.unmet for line in _describe_unmet(unmet))


def list_foreign(plans: Plans) -> tuple[str, ...]:
    """What has to be installed, but comes from another ecosystem than the one that the file is written for."""
    return _distinct(
        f"left out: {decision.identifier} ({decision.phase}) comes from {decision.ecosystem}: "
        f"{' '.join(decision.packages)}"
        for plan in plans
        for decision in plan.new
        if decision.ecosystem not in ("", plan.ecosystem)
    )


def list_notes(plans: Plans) -> tuple[str, ...]:
    """What else a person should know."""
    unverified = (
        ("versions were not looked up",) if any(plan.decisions and not plan.is_verified for plan in plans) else ()
    )
    return _distinct(f"note: {note}" for note in (*(note for plan in plans for note in plan.notes), *unverified))


def list_remarks(plans: Plans) -> tuple[str, ...]:
    """All of it, for a file that is written for one ecosystem."""
    return (*list_omissions(plans), *list_foreign(plans), *list_notes(plans))


def comment(lines: Iterable[str], mark: str) -> list[str]:
    """Lines as comments.

    Args:
        lines: each of them one line.
        mark: what makes a line a comment.
    """
    return [f"{mark} {line}" for line in lines]


def _describe_unmet(unmet: Unmet) -> Iterator[str]:
    ask = unmet.ask
    yield f"left out: {ask.requirement} ({unmet.phase}), for {ask.requested_by}: {unmet.reason}"
    yield from (f"  there is: {detail}" for detail in unmet.details)
    yield from (f"  would help: {remedy}" for remedy in unmet.remedies)


def _distinct(lines: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(harmless, lines)))
