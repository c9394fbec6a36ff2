"""Ranges of one declaration that no version meets: a mistake of its author, said before anything is looked for."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.errors import ContradictionError
from extdeps.versions.contradiction import are_contradictory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from extdeps.model.constraint import Constraint
    from extdeps.model.requirement import Phase, Requirement


@dataclass(frozen=True, slots=True, kw_only=True)
class Located:
    """A requirement that counts on a machine, and where it stands.

    Args:
        identifier: canonical.
        module: the pkg-config module that was asked for by name, whose versions are its own, or empty.
        phase: when it is needed.
        requirement: as it is declared.
        origin: the file, member or overlay.
        key: the place in it (`external.host-requires[1]`).
    """

    identifier: str
    module: str
    phase: Phase
    requirement: Requirement
    origin: str
    key: str

    @property
    def constraints(self) -> tuple[Constraint, ...]:
        """The bounds on the version."""
        return self.requirement.constraints

    def __str__(self) -> str:
        return f"{self.key}: `{self.requirement.format_short()}`"


def find_contradictions(declared: Iterable[Located]) -> Iterator[str]:
    """What the requirements of one declaration say against each other, a line for each contradiction.

    What is asked of one identifier in one phase is gone through in order: a requirement whose range is empty, and one
    that has no version in common with those before it, which are then reduced to a least set of them.

    Args:
        declared: those that count.
    """
    groups: dict[tuple[str, str, str], list[Located]] = {}
    for item in declared:
        if item.constraints:
            groups.setdefault((item.phase, item.identifier, item.module), []).append(item)
    for group in groups.values():
        kept: list[Located] = []
        for item in group:
            if are_contradictory(item.constraints):
                yield f"{item.origin}: {item} holds no version"
            elif are_contradictory(_bounds([*kept, item])):
                least = " and ".join(map(str, (*_reduce(kept, item), item)))
                yield f"{item.origin}: {least} have no version in common"
            else:
                kept.append(item)


def _reduce(kept: Sequence[Located], item: Located) -> list[Located]:
    """Those without any of which the contradiction would be gone; with equals, the first."""
    opponents = list(kept)
    for other in reversed(kept):
        fewer = [one for one in opponents if one is not other]
        if are_contradictory(_bounds([*fewer, item])):
            opponents = fewer
    return opponents


def _bounds(items: Iterable[Located]) -> tuple[Constraint, ...]:
    return tuple(bound for item in items for bound in item.constraints)


def refuse_contradictions(declarations: Iterable[Iterable[Located]]) -> None:
    """Say all contradictions of all declarations at once.

    Args:
        declarations: of each, the requirements that count.

    Raises:
        ContradictionError: a declaration asks for what no version meets.
    """
    lines = tuple(dict.fromkeys(line for declared in declarations for line in find_contradictions(declared)))
    if lines:
        raise ContradictionError(
            "no version can meet what is declared",
            context=lines,
            hint="`extdeps show` prints what is declared, and where",
        )
