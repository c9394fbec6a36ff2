"""The subjects of a plan that a file can name for pip or uv to install."""

from __future__ import annotations

import re
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    from extdeps.model.plan import Plan

_LISTED = re.compile(
    r"\.(?:/(?!\.\.)[A-Za-z0-9_.+-]+)*"
    r"|(?:[A-Za-z0-9_.-]+(?:\[[A-Za-z0-9_.,-]+\])? @ )?https?://[!-~]+"
)
"""A path below the directory of the list, or an address, in which pip finds neither an option nor a comment."""

_RESERVED = ("base", "root")  # what conda calls its own environment


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A project of an index.

    Args:
        name: normalised.
        extras: in order.
        specifier: the versions, which may be all.
        marker: a PEP 508 marker, or empty.
    """

    name: str
    extras: tuple[str, ...]
    specifier: SpecifierSet
    marker: str

    def __str__(self) -> str:
        extras = f"[{','.join(self.extras)}]" if self.extras else ""
        marker = f"; {self.marker}" if self.marker else ""
        return f"{self.name}{extras}{self.specifier}{marker}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subjects:
    """What a plan is about.

    Args:
        wanted: the projects of an index, by name; several subjects on one project are one.
        others: what else pip is told: directories, files, addresses.
    """

    wanted: tuple[Wanted, ...]
    others: tuple[str, ...]

    @property
    def listed(self) -> tuple[str, ...]:
        """All that a list of pip's requirements can name, which lies beside what it names by a path."""
        return (*map(str, self.wanted), *filter(_LISTED.fullmatch, self.others))

    @property
    def unlisted(self) -> tuple[str, ...]:
        """What it cannot."""
        return tuple(other for other in self.others if not _LISTED.fullmatch(other))

    @property
    def is_empty(self) -> bool:
        """Whether nothing but external requirements was asked for."""
        return not self.wanted and not self.others

    @property
    def name(self) -> str:
        """A name for the environment: that of the only project, else our own."""
        names = {item.name for item in self.wanted}.difference(_RESERVED)
        return names.pop() if len(names) == 1 and not self.others else "extdeps"


def sort_subjects(plan: Plan) -> Subjects:
    """Tell the projects of an index from all else that a plan is about."""
    found: dict[tuple[str, str], Wanted] = {}
    others: list[str] = []
    for argument in plan.pip_arguments:
        requirement = _find_requirement(argument)
        if requirement:
            item = _make_wanted(requirement)
            before = found.get((item.name, item.marker))
            found[item.name, item.marker] = _merge(before, item) if before else item
        else:
            others.append(argument)
    return Subjects(wanted=tuple(found[key] for key in sorted(found)), others=tuple(dict.fromkeys(others)))


def _find_requirement(argument: str) -> Requirement | None:
    """The requirement that pip is told, or None where it is none, or names an address."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(argument)
    except InvalidRequirement:
        return None
    # a marker may hold an escaped line break, which conda would hand on to pip as one of its list of requirements
    return None if requirement.url or not str(requirement).isprintable() else requirement


def _make_wanted(requirement: Requirement) -> Wanted:
    from packaging.utils import canonicalize_name

    return Wanted(
        name=canonicalize_name(requirement.name),
        extras=tuple(sorted(map(canonicalize_name, requirement.extras))),
        specifier=requirement.specifier,
        marker=str(requirement.marker or ""),
    )


def _merge(one: Wanted, other: Wanted) -> Wanted:
    return Wanted(
        name=one.name,
        extras=tuple(sorted({*one.extras, *other.extras})),
        specifier=one.specifier & other.specifier,
        marker=one.marker,
    )
