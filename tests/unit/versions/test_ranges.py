"""Three answers to whether a version lies in a range."""

from __future__ import annotations

import pytest

from extdeps.model.constraint import Constraint, parse_constraints
from extdeps.versions import satisfies

CASES = [
    # plain order
    ("3.6.2", ">=3.4", True),
    ("3.4", ">=3.4", True),
    ("3.4.0", ">=3.4", True),
    ("3.3.9", ">=3.4", False),
    ("3.10", ">=3.9", True),
    ("3.4", ">3.4", False),
    ("3.4.0", ">3.4", False),
    ("3.4.1", ">3.4", True),
    ("3.4", "<=3.4.0", True),
    ("3.4.1", "<=3.4", False),
    ("3.4", "<3.4", False),
    ("3.3.9", "<3.4", True),
    ("6.9.11.60", ">=6.9.11-60", True),
    ("6.9.11.60", "<6.9.12", True),
    ("1_82_0", ">=1.82", True),
    ("v1.2", ">=1.2", True),
    # several bounds
    ("1.1.1w", ">=1.1.1,<4", True),
    ("3.0.16", ">=1.1.1,<4", True),
    ("4.0", ">=1.1.1,<4", False),
    ("1.1.0", ">=1.1.1,<4", False),
    # equality and prefixes
    ("3.6", "==3.6", True),
    ("3.6.0", "==3.6", True),
    ("3.6.2", "==3.6", False),
    ("3.6", "3.6", True),
    ("3.6rc1", "==3.6", False),
    ("3.6.2", "==3.6.*", True),
    ("3.6", "==3.6.*", True),
    ("3.6rc1", "==3.6.*", True),
    ("3.60", "==3.6.*", False),
    ("3.7", "==3.6.*", False),
    ("3", "==3.0.*", True),
    ("3", "==3.6.*", False),
    ("3.6", "==3.6.0.*", True),
    ("3.6.1", "==3.6.0.*", False),
    ("1.1.1w", "==1.1.1.*", True),
    ("9.2p1", "==9.2p1.*", True),
    ("9.2p1.3", "==9.2p1.*", True),
    ("9.2", "==9.2p1.*", False),
    ("9.2.1p1", "==9.2p1.*", False),
    # pre-releases
    ("2.0rc1", "<2", False),
    ("2.0.dev1", "<2", False),
    ("2.0.0-beta2", "<2.0", False),
    ("1.9", "<2", True),
    ("1.9rc1", "<2", True),
    ("2.0b1", "<2.0rc1", True),
    ("2.0rc1", "<2.0rc1", False),
    ("2.0rc1", "<=2", True),
    ("2.0rc1", "<2.0.1", True),
    ("1.1.1rc1", "<1.1.1w", True),
    ("3.0rc1", ">=3.0", False),
    ("3.1rc1", ">=3.0", True),
    ("3.0rc1", ">=3.0b1", True),
    # after the release
    ("1.1.1w", ">1.1.1", True),
    ("9.2p1", ">9.2", True),
    ("6.9.11-60", ">6.9.11", True),
    ("1.0.post1", ">1.0", False),
    ("1.0-post1", ">1.0.0", False),
    ("1.0.post1", ">=1.0", True),
    ("1.0.post2", ">1.0.post1", True),
    ("1.1.post1", ">1.0", True),
    ("1.1.1w", "<1.1.1", False),
    ("1.1.1w", "<=1.1.1", False),
    ("1.1.1t", "<1.1.1w", True),
    # calendars, and what is none
    ("2020", ">=2017", True),
    ("2014", ">=2017", False),
    ("3.4", ">=2017", False),
    ("2024.1", "<4", False),
    ("2023c", ">=2023a", True),
    # cannot be decided
    ("unknown", ">=1.0", None),
    ("", ">=1.0", None),
    ("abcdef0", "<1.0", None),
    ("git-1234", "==1.0", None),
    ("r1234.abc", ">1.0", None),
    ("UNRELEASED", "<=1.0", None),
    ("unknown", "==1.*", None),
    ("1.0", ">=unknown", None),
    ("1.0", "==unknown", None),
    ("1.0", "==unknown.*", None),
    ("unknown", "==unknown", None),
    # one certain failure decides; one certain success does not
    ("1.0", ">=2.0,<unknown", False),
    ("1.0", "<unknown,>=2.0", False),
    ("3.0", ">=2.0,<unknown", None),
    ("unknown", ">=2.0,<3.0", None),
]


@pytest.mark.parametrize(("version", "bounds", "expected"), CASES)
def test_satisfies(version: str, bounds: str, expected: bool | None) -> None:
    assert satisfies(version, parse_constraints(bounds)) is expected


@pytest.mark.parametrize("version", ["1.0", "unknown", ""])
def test_that_no_bounds_are_always_satisfied(version: str) -> None:
    assert satisfies(version, ()) is True


def test_that_a_prefix_counts_for_equality_only() -> None:
    assert satisfies("3.6.1", (Constraint(operator=">=", version="3.6.*"),)) is None
