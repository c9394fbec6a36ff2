"""Version ranges of Python projects (PEP 440) beside one another: whether two can meet, and both as one."""

from __future__ import annotations

import re

from extdeps.model.constraint import Constraint
from extdeps.versions.contradiction import are_contradictory

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.specifiers import Specifier

_RELEASE = re.compile(r"\d+(?:\.\d+)*")


def are_disjoint(left: str, right: str) -> bool:
    """Whether certainly no version is in both ranges.

    Args:
        left: a range (`>=3.7`); the empty one holds every version.
        right: another.

    Raises:
        packaging.specifiers.InvalidSpecifier: one is no range.
    """
    return are_contradictory(tuple(bound for text in (left, right) for bound in _bounds(text)))


def _bounds(text: str) -> Iterator[Constraint]:
    """The bounds of a range; `!=`, which hardly ever empties one, is left out."""
    from packaging.specifiers import SpecifierSet

    for item in SpecifierSet(text):
        if item.operator == "~=":  # "Compatible release"
            yield Constraint(operator=">=", version=item.version)
            yield Constraint(operator="==", version=f"{release_of(item.version).rpartition('.')[0]}.*")
        elif item.operator != "!=":
            yield Constraint(operator="==" if item.operator == "===" else item.operator, version=item.version)  # type: ignore[arg-type]


def intersect(left: str, right: str) -> str:
    """The range of the versions that are in both, as short as it is told to a person.

    Args:
        left: a range.
        right: another.

    Returns:
        The exact version where there is one; else the highest lower bound, the lowest upper bound, and everything
        else that either says.

    Raises:
        packaging.specifiers.InvalidSpecifier: one is no range.
    """
    from packaging.specifiers import SpecifierSet

    items = sorted({*SpecifierSet(left), *SpecifierSet(right)}, key=str)
    exact = [item for item in items if item.operator in ("==", "===") and not item.version.endswith(".*")]
    if exact:
        return str(exact[0])
    lower = _strongest((item for item in items if item.operator in (">=", ">")), is_lower=True)
    upper = _strongest((item for item in items if item.operator in ("<=", "<")), is_lower=False)
    rest = (item for item in items if item.operator not in (">=", ">", "<=", "<"))
    return ",".join(map(str, (*lower, *upper, *rest)))


def _strongest(items: Iterable[Specifier], *, is_lower: bool) -> list[Specifier]:
    from packaging.version import Version

    ordered = sorted(items, key=lambda item: (Version(item.version), (item.operator in (">", "<")) is is_lower))
    return ordered[-1:] if is_lower else ordered[:1]


def release_of(version: str) -> str:
    """The numbers of a version: `3.6.2` of `3.6.2.post1`; empty where it has none."""
    found = _RELEASE.match(version)
    return found[0] if found else ""
