"""The subjects of a plan that a file can name for pip or uv to install."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.render.formats.remark import is_direct

TYPE_CHECKING = False
if TYPE_CHECKING:
    from packaging.requirements import Requirement
    from packaging.specifiers import SpecifierSet

    from extdeps.model.plan import Plan

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
        others: the subjects that are none: directories, files, addresses, what is installed.
    """

    wanted: tuple[Wanted, ...]
    others: tuple[str, ...]

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
    for subject, _ in plan.subjects:
        requirement = _find_requirement(subject)
        if requirement:
            item = _make_wanted(requirement)
            before = found.get((item.name, item.marker))
            found[item.name, item.marker] = _merge(before, item) if before else item
        elif not is_direct(subject):
            others.append(subject)
    return Subjects(wanted=tuple(found[key] for key in sorted(found)), others=tuple(dict.fromkeys(others)))


def _find_requirement(subject: str) -> Requirement | None:
    """The requirement that a subject is, or None where it is none, or names an address."""
    from packaging.requirements import InvalidRequirement, Requirement

    try:
        requirement = Requirement(subject)
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
