"""Debian Policy 5.6.12, and versions that Debian shipped."""

from __future__ import annotations

import pytest

from extdeps.versions.deb import Deb

CASES = [
    # the policy's own chain: ~~, ~~a, ~, the empty part, a
    ("1.0~~", "<", "1.0~~a"),
    ("1.0~~a", "<", "1.0~"),
    ("1.0~", "<", "1.0"),
    ("1.0", "<", "1.0a"),
    ("1.0~beta1~svn1245", "<", "1.0~beta1"),
    ("1.0~beta1", "<", "1.0"),
    # epochs
    ("1:1.0", ">", "2.0"),
    ("0:1.0", "=", "1.0"),
    ("00:1.0", "=", "1.0"),
    ("2:0.1", ">", "1:99"),
    ("4:12.2.0-3", ">", "12.2.0-14"),
    # revisions
    ("1.0", "=", "1.0-0"),
    ("1.0-1", ">", "1.0"),
    ("1.0-1", "<", "1.0-1.1"),
    ("1.0-1", "<", "1.0-1+b1"),
    ("1.0-1~bpo12+1", "<", "1.0-1"),
    ("1.2-3-4", ">", "1.2-3-3"),
    ("3.0.16-1~deb12u1", "<", "3.0.16-1"),
    ("3.0.16-1~deb12u1", "<", "3.0.16-1~deb12u2"),
    ("1.1.1n-0+deb11u5", ">", "1.1.1n-0+deb11u4"),
    ("1.1.1f-1ubuntu2.22", ">", "1.1.1f-1ubuntu2.3"),
    # numbers are numbers, and leading zeros do not count
    ("1.10", ">", "1.9"),
    ("1.002", "=", "1.2"),
    ("1.", "=", "1.0"),
    ("", "=", "0"),
    # letters before all other characters
    ("1.0a", "<", "1.0+"),
    ("1.0z", "<", "1.0."),
    ("1.0+dfsg", ">", "1.0"),
    ("1.0.1", ">", "1.0+dfsg"),
    ("1.0+dfsg", ">", "1.0a1"),
    ("2.9.14+dfsg-1.3~deb12u2", "<", "2.9.14+dfsg-1.3"),
    ("5.10.0~rc1-2", "<", "5.10.0-1"),
    ("6.9.11.60+dfsg-1.6+deb12u3", "<", "7.1.1.43+dfsg-1"),
    ("3.7+really3.6-1", ">", "3.7-1"),
    # what the policy does not allow still has a place
    ("x:1", ">", "1"),
    ("1.0é", ">", "1.0z"),
]


@pytest.mark.parametrize(("left", "relation", "right"), CASES)
def test_order(left: str, relation: str, right: str) -> None:
    expected = {"<": -1, "=": 0, ">": 1}[relation]
    assert Deb().compare(left, right) == expected
    assert Deb().compare(right, left) == -expected


def test_that_digits_beyond_the_limit_of_int_compare() -> None:
    assert Deb().compare("1" * 5000, "2" * 5000) < 0
