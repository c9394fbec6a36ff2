"""The declarations of all that would be installed with what one asks an installer for."""

from __future__ import annotations

from dataclasses import replace
from functools import reduce

from extdeps.declaration.external import normalize_name
from extdeps.declaration.installer.order import unfold
from extdeps.declaration.installer.resolution import find_members
from extdeps.declaration.members import declare_members
from extdeps.declaration.read import is_own_subject, read
from extdeps.declaration.specifiers import intersect

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from extdeps.declaration.installer.order import Order
    from extdeps.declaration.member import Member
    from extdeps.declaration.named import Sources
    from extdeps.model.declaration import Declaration

_WITH = "what they depend on"


def read_together(order: Order, sources: Sources, on_line: Callable[[str], None]) -> tuple[Declaration, ...]:
    """Read the declarations of all that would be installed.

    Args:
        order: what is asked for.
        sources: where projects and overlays are looked for.
        on_line: gets what the installer prints, as it comes.

    Raises:
        InvalidInputError: a subject is none, or what is asked for cannot be installed together.
        FetchError: an index that is needed cannot be read.
    """
    own = {subject: read(subject, sources) for subject in order.subjects if is_own_subject(subject)}
    asked = tuple(unfold(order, sources))
    is_asked = bool(asked or order.command)
    members, remarks = find_members(replace(order, subjects=asked), sources, on_line) if is_asked else ((), ())
    covered = {declaration.name for declaration in own.values() if declaration}
    others = [member for member in _mark_requested(members, order) if member.name not in covered]
    found = filter(None, (*own.values(), *declare_members(others, sources, subject=_WITH, extras=order.extras)))
    return (*found, *remarks)


def _mark_requested(members: Iterable[Member], order: Order) -> Iterator[Member]:
    """Members with what the order itself says of them."""
    from packaging.requirements import InvalidRequirement, Requirement

    asked: dict[str, list[Requirement]] = {}
    for subject in order.subjects:
        try:
            requirement = Requirement(subject)
        except InvalidRequirement:
            continue
        asked.setdefault(normalize_name(requirement.name), []).append(requirement)
    for member in members:
        requirements = asked.get(member.name, [])
        ranges = (str(requirement.specifier) for requirement in requirements)
        extras = (normalize_name(extra) for requirement in requirements for extra in requirement.extras)
        yield replace(
            member,
            specifier=reduce(intersect, ranges, member.specifier),
            extras=member.extras.union(extras),
            is_requested=bool(requirements),
        )
