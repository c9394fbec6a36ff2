"""Whether a range holds any version at all."""

from __future__ import annotations

from extdeps.versions.loose import ALPHA, BETA, CANDIDATE, DEV, LETTER, NUMBER, PATCH, POST, key, parse
from extdeps.versions.ranges import satisfies

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.constraint import Constraint
    from extdeps.versions.loose import Token

MOST_BOUNDS = 50
"""Of more distinct bounds it is not told; no person writes that many on one thing."""

_WORDS = {
    DEV: ".dev",
    ALPHA: ".alpha",
    BETA: ".beta",
    CANDIDATE: ".rc",
    LETTER: "",
    PATCH: ".p",
    POST: ".post",
    NUMBER: ".",
}


def are_contradictory(constraints: tuple[Constraint, ...]) -> bool:
    """Whether certainly no version satisfies all bounds.

    Each bound cuts the order of versions at its own version, so a range that holds anything holds one of the bounds'
    own versions or one right beside them: the next patch letter, patch level or further number above, a development
    release below. Whether it does is asked of each of those, with `satisfies`; there are only so many.

    Args:
        constraints: the bounds, of however many requirements.

    Returns:
        False too where it cannot be told: a bound is no version, and those that are leave something; or there are
        more than `MOST_BOUNDS`.
    """
    bounds = tuple(dict.fromkeys(item for item in constraints if key(_base(item)) is not None))
    if len(bounds) > MOST_BOUNDS:
        return False
    return bool(bounds) and not any(satisfies(version, bounds) for version in _iter_witnesses(bounds))


def _base(constraint: Constraint) -> str:
    return constraint.version.removesuffix(".*")


def _iter_witnesses(bounds: tuple[Constraint, ...]) -> Iterator[str]:
    """The versions at the cuts and right beside them."""
    parsed = [found for item in bounds if (found := parse(_base(item)))]
    longest = max(len(release) for release, _ in parsed)
    yield "0"
    for release, tail in parsed:
        numbers = ".".join(number[1] or "0" for number in release)
        text = numbers + "".join(map(_spell, tail))
        yield text
        yield f"{text}.dev0"
        yield f"{text}.p0"
        if tail:
            yield f"{text}.1"
        else:
            yield f"{text}a"
            yield f"{numbers}{'.0' * longest}.1"  # less above it than any other bound with more numbers


def _spell(token: Token) -> str:
    kind, (_, digits) = token
    return f"{_WORDS[kind]}{digits or '0'}"
