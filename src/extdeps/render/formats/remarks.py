"""What every file says at its top: the command that made it, and what is not in it. Each line is one line, and text."""

from __future__ import annotations

from shlex import join

from extdeps.errors import RequirementError
from extdeps.model.requirement import parse_requirement
from extdeps.render.formats.contents import list_foreign, list_own
from extdeps.render.formats.table import FORMATS
from extdeps.render.text import harmless

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extdeps.model.plan import Ask, Decision, Plan, Unmet

    Plans = tuple[Plan, ...]
    Block = tuple[str, ...]

DIRECT = "--dep"
"""The subject of a requirement that was given by itself."""

_NAMED = 12


def _list_nothing(_plan: Plan) -> Iterable[str]:
    return ()


def list_remarks(
    plans: Plans,
    name: str,
    *,
    about: Iterable[str] = (),
    left_out: Callable[[Plan], Iterable[str]] = _list_nothing,
    unranged: Callable[[Plan], Iterable[Decision]] = list_own,
) -> list[str]:
    """All remarks on a file, without what makes a line a comment.

    Args:
        plans: what the file is made of; what does not hold for all of them says for which it does.
        name: of the format.
        about: what a person has to know to use the file.
        left_out: what the format itself has no place for.
        unranged: the decisions of which the file names the packages and not their versions.
    """
    holders: dict[Block, dict[str, None]] = {}
    for plan in plans:
        foreign = () if FORMATS[name].is_of_machine else list_foreign(plan)
        for block in _list_blocks(plan, foreign, left_out(plan), unranged(plan)):
            holders.setdefault(block, {})[plan.ecosystem] = None
    everywhere = len({plan.ecosystem for plan in plans})
    lines = [describe_origin(plans, name), *about]
    for (first, *rest), ecosystems in holders.items():
        holding = "" if len(ecosystems) == everywhere else f"{', '.join(ecosystems)}: "
        lines += [f"{holding}{first}", *rest]
    return [harmless(line).rstrip() for line in lines]


def comment(lines: Iterable[str], mark: str = "#") -> list[str]:
    """Lines as comments.

    Args:
        lines: each of them one line.
        mark: what makes a line a comment.
    """
    return [f"{mark} {line}".rstrip() for line in lines]


def list_omissions(plan: Plan) -> list[str]:
    """What cannot be met, with what there is and what would help."""
    blocks = dict.fromkeys(tuple(_describe_unmet(unmet)) for unmet in plan.unmet)
    return [harmless(line).rstrip() for block in blocks for line in block]


def describe_origin(plans: Plans, name: str) -> str:
    """One sentence: the command that makes this file.

    Args:
        plans: what it is made of.
        name: the format.
    """
    wanted = FORMATS[name]
    ecosystems = tuple(dict.fromkeys(plan.ecosystem for plan in plans if plan.ecosystem))
    is_here = wanted.is_of_machine and all(plan.is_verified for plan in plans)
    is_only = bool(wanted.families) and wanted.families == wanted.default == ecosystems
    target = ("--target", *ecosystems) if len(ecosystems) == 1 and not (is_here or is_only) else ()
    command = ("extdeps", "plan", *_list_asked(plans), *target, "--format", name)
    place = f", for {', '.join(ecosystems)}" if ecosystems and (is_here or len(ecosystems) > 1) else ""
    return f"Made by `{join(map(harmless, command))}`{place}."


def _list_asked(plans: Plans) -> list[str]:
    """What a person would type after the command, as far as it fits on a line."""
    named = list(dict.fromkeys(text for plan in plans for text in plan.pip_arguments))
    direct = dict.fromkeys(ask.requirement for plan in plans for ask in _iter_asks(plan) if ask.requested_by == DIRECT)
    options = [("-d", shorten(requirement)) for requirement in direct]
    words = [*((text,) for text in named), *options]
    more = ["..."] if len(words) > _NAMED else []
    return [*(part for word in words[:_NAMED] for part in word), *more]


def _iter_asks(plan: Plan) -> Iterator[Ask]:
    for decision in plan.decisions:
        yield from decision.asks
    for unmet in plan.unmet:
        yield unmet.ask


def _list_blocks(
    plan: Plan, foreign: Iterable[Decision], left_out: Iterable[str], unranged: Iterable[Decision]
) -> Iterator[Block]:
    """The remarks on one plan, each with the lines that belong below it."""
    for unmet in plan.unmet:
        yield tuple(_describe_unmet(unmet))
    for decision in foreign:
        packages = " ".join(decision.packages)
        yield (f"Left out: {shorten(decision.identifier)} ({decision.phase}), from {decision.ecosystem}: {packages}",)
    for text in left_out:
        yield (f"Left out: {text}",)
    open_ranges = dict.fromkeys(text for decision in unranged for text in _list_open(decision))
    if open_ranges:
        yield (f"Not known to be met: {', '.join(open_ranges)}.",)
    for note in plan.notes:
        yield (f"Note: {note}",)


def _list_open(decision: Decision) -> Iterator[str]:
    """The ranges on what is installed without a word on its version, which nobody has looked up."""
    for ask in decision.asks:
        if "@" in ask.requirement and not decision.version:
            yield shorten(ask.requirement) + ("" if ask.requested_by == DIRECT else f" for {ask.requested_by}")


def _describe_unmet(unmet: Unmet) -> Iterator[str]:
    ask, wanted = unmet.ask, shorten(unmet.ask.requirement)
    whose = "" if ask.requested_by == DIRECT else f" for {ask.requested_by}"
    is_named = wanted in unmet.reason
    yield "Left out: " + (unmet.reason if is_named else f"{wanted} ({unmet.phase}){whose}: {unmet.reason}")
    yield from (f"  {line}" for line in (*unmet.details, *unmet.remedies))


def shorten(requirement: str) -> str:
    """A DepURL with its range in the short form where it has one, as `--dep` takes it."""
    try:
        return parse_requirement(requirement).format_short()
    except RequirementError:
        return requirement
