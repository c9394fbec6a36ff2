"""Version ranges as Poetry writes them, which are those of PEP 440 and more (Poetry, "Dependency specification")."""

from __future__ import annotations

import re

_PART = re.compile(r"\s*(?P<operator>\^|~(?!=)|[<>=!~]=|===|[<>=])?\s*(?P<version>[^\s,<>=!~^|]+)\s*,?")


def satisfies_constraint(version: str, constraint: str) -> bool:
    """Whether a version is in a range; what is no range holds every version.

    Args:
        version: PEP 440.
        constraint: `>=3.8,<4`, `^1.2`, `~1.2`, `1.*`, `*`, several of them with `||`.
    """
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    for alternative in re.split(r"\s*\|\|?\s*", constraint.strip()):
        try:
            if SpecifierSet(_translate(alternative)).contains(version, prereleases=True):
                return True
        except InvalidSpecifier:
            return True
    return False


def _translate(text: str) -> str:
    """One alternative as a range of PEP 440."""
    if text in ("", "*"):
        return ""
    bounds = []
    for part in _PART.finditer(text):
        operator, version = part["operator"] or "==", part["version"]
        if operator in ("^", "~"):
            bounds.append(f">={version},<{_next(version, is_caret=operator == '^')}")
        else:
            bounds.append(f"{'==' if operator == '=' else operator}{version}")
    return ",".join(bounds) if bounds else text


def _next(version: str, *, is_caret: bool) -> str:
    """The first version that `^` or `~` leaves out: of `^0.2.3` it is 0.3, of `~1.2.3` 1.3."""
    numbers = [int(number) for number in re.findall(r"\d+", version.partition("+")[0])[:3]] or [0]
    if is_caret:
        at = next((index for index, number in enumerate(numbers) if number), len(numbers) - 1)
    else:
        at = min(1, len(numbers) - 1)
    return ".".join(map(str, (*numbers[:at], numbers[at] + 1)))
