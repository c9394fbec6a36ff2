"""Ranges of Python projects beside one another."""

import pytest

from extdeps.declaration.specifiers import are_disjoint, intersect


@pytest.mark.parametrize(
    ("left", "right", "disjoint"),
    [
        (">=3.7", ">=3.5,<3.7", True),
        (">=3.6", ">=3.5,<3.7", False),
        ("==3.7.0", ">=3.5,<3.7", True),
        ("===3.7.0", ">=3.5,<3.7", True),
        ("==3.*", ">=3.5,<3.7", False),
        ("~=3.7", ">=3.5,<3.7", True),
        ("~=3.6.1", ">=3.5,<3.7", False),
        ("~=3.6.1", ">=3.7", True),
        ("!=3.6", "==3.6", False),
        (">=1.10a1", ">=1.9a1,<1.10a1", True),
        (">=2.0.dev0", "<2.0.dev0", True),
        ("", ">=3", False),
        ("==1!3", ">=4", False),
    ],
)
def test_whether_two_ranges_can_meet(left: str, right: str, disjoint: bool) -> None:
    assert are_disjoint(left, right) is disjoint
    assert are_disjoint(right, left) is disjoint


@pytest.mark.parametrize(
    ("left", "right", "both"),
    [
        (">=3.5,<3.7", "", ">=3.5,<3.7"),
        (">=3.5,<3.7", ">=3.6", ">=3.6,<3.7"),
        (">=3.5,<3.7", ">3.5,<=3.7", ">3.5,<3.7"),
        ("<3.7", ">=3.5,!=3.6.0,<4", ">=3.5,<3.7,!=3.6.0"),
        ("==3.6.2", "<4", "==3.6.2"),
        ("==3.6.*", "<4", "<4,==3.6.*"),
    ],
)
def test_both_as_one(left: str, right: str, both: str) -> None:
    assert intersect(left, right) == both
