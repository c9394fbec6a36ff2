"""Whether a range holds any version: what it says, and against versions that are tried."""

from __future__ import annotations

from itertools import product

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from extdeps.model.constraint import Constraint, Operator, parse_constraints
from extdeps.versions.contradiction import MOST_BOUNDS, are_contradictory
from extdeps.versions.ranges import satisfies

RELEASES = ("0", "1", "1.0.1", "1.1", "2")
TAILS = (
    "",
    "a",
    "z",
    "a.dev1",
    "a.p1",
    "rc1",
    "rc1.1",
    "rc2",
    ".dev0",
    ".dev1",
    "p0",
    "p1",
    "p1.1",
    ".post1",
    ".post2",
)
BASES = tuple(release + tail for release, tail in product(RELEASES, TAILS))
MORE = (
    "",
    ".dev0",
    ".dev0.dev0",
    "a",
    "b",
    ".rc0",
    ".p0",
    ".p2",
    ".post0",
    ".post3",
    ".1",
    ".7",
    ".0.0.0.1",
    ".0.0.1a",
)
SAMPLES = tuple(dict.fromkeys(base + more for base, more in product((*BASES, "0.5", "1.0.5", "9"), MORE)))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (">=3,<2", True),
        (">=3.4,<3", True),
        (">=3,<=3", False),
        (">=3,<=3.0", False),
        (">3,<=3", True),
        (">=3,<3", True),
        (">3,<3.0.0.1", False),
        (">=3.4,<3.4.1", False),
        ("==3,==3.0", False),
        ("==3,==3.1", True),
        ("==3.6.*,>=3.6.9", False),
        ("==3.6.*,>=3.7", True),
        ("==3.6.*,==3.*", False),
        ("==3.6.*,==3.7.*", True),
        ("==3.6.*,==3.6.2", False),
        # `<2` takes no pre-release of 2
        (">=2rc1,<2", True),
        (">=2rc1,<=2", False),
        (">=2rc1,<2rc2", False),
        ("==3.6.*,<3.6", True),
        ("==3.6.*,<=3.6rc1", False),
        # a patch letter is a newer release, and none comes before the first
        (">1.1.1,<1.1.1b", False),
        (">1.1.1,<1.1.1a", True),
        # `>1.0` takes no post-release of 1.0
        (">1.0,>=1.0.post1,<=1.0.post5", True),
        (">=1.0,>=1.0.post1,<=1.0.post5", False),
        ("<0", True),
        ("<=0", False),
        # what is no version cannot be told
        ("==main,==master", False),
        (">=main,>=3,<2", True),
        (">=main,>=3", False),
        ("", False),
    ],
)
def test_a_range_and_whether_it_is_empty(text: str, expected: bool) -> None:
    assert are_contradictory(parse_constraints(text) if text else ()) is expected


def test_very_many_bounds_are_not_told() -> None:
    bounds = tuple(Constraint(operator="<", version=str(number)) for number in range(1, MOST_BOUNDS))
    low, high = Constraint(operator=">=", version="1"), Constraint(operator=">=", version="2")
    assert are_contradictory((*bounds, low))
    assert not are_contradictory((*bounds, low, high))


OPERATORS: tuple[Operator, ...] = (">=", ">", "<=", "<", "==")
BOUND = st.builds(Constraint, operator=st.sampled_from(OPERATORS), version=st.sampled_from(BASES))
PREFIX = st.builds(Constraint, operator=st.just("=="), version=st.sampled_from([f"{base}.*" for base in BASES]))


@settings(deadline=None, max_examples=300)
@given(bounds=st.lists(st.one_of(BOUND, BOUND, PREFIX), min_size=1, max_size=4).map(tuple))
@example(bounds=parse_constraints(">1.0,>=1.0.post1,<1.0.0.1"))
def test_empty_exactly_when_no_version_that_is_tried_is_in_it(bounds: tuple[Constraint, ...]) -> None:
    holds = any(satisfies(version, bounds) for version in SAMPLES)
    assert are_contradictory(bounds) is not holds
