"""The rules of apk-package(5), and versions that Alpine shipped."""

from __future__ import annotations

import pytest

from extdeps.versions.apk import Apk

CASES = [
    ("1.0", "=", "1.0"),
    ("2.34", ">", "0.1.0_alpha"),
    ("0.1.0_alpha", "<", "0.1.3_alpha"),
    ("0.1.0_alpha2", ">", "0.1.0_alpha"),
    ("1.0.4-r3", "<", "1.0.4-r4"),
    ("1.0.4-r10", ">", "1.0.4-r9"),
    ("1.0", "<", "1.0-r0"),
    # suffixes
    ("1.1_alpha1", "<", "1.1"),
    ("1.1_alpha", "<", "1.1_beta"),
    ("1.1_beta", "<", "1.1_pre"),
    ("1.1_pre", "<", "1.1_rc"),
    ("1.1_rc", "<", "1.1"),
    ("1.1", "<", "1.1_cvs"),
    ("1.1_cvs", "<", "1.1_svn"),
    ("1.1_svn", "<", "1.1_git"),
    ("1.1_git", "<", "1.1_hg"),
    ("1.1_hg", "<", "1.1_p"),
    ("1.0_p10-r0", ">", "1.0_p9-r0"),
    ("0.1.0_alpha_pre2", "<", "0.1.0_alpha"),
    ("1.0.0_pre20191002222144-r0", "<", "1.0.0_pre20210530193627-r0"),
    ("1.1_p1", ">", "1.1-r7"),
    ("1.1_p1", "<", "1.1.1"),
    ("1.3_pre1-r1", "<", "1.3.2"),
    ("9.6_p1-r0", "<", "9.7_p1-r0"),
    ("6.4_p20230506-r0", "<", "6.5_p20241006-r0"),
    # letters
    ("1.7", "<", "1.7b"),
    ("1.7b", "<", "1.8"),
    ("2.3.0b-r1", "<", "2.3.0b-r2"),
    ("1.7b", "<", "1.7.1"),
    ("1.7b", "<", "1.7.0"),
    ("6b-r7", ">", "1.12-r7"),
    ("0.9.8c-r1", "<", "0.9.8d"),
    # leading zeros: all but the first number compare as text
    ("006", ">", "1.0.0"),
    ("02", "=", "2"),
    ("1.05", "<", "1.1"),
    ("1.05", "<", "1.5"),
    ("1.010", "<", "1.02"),
    ("1.1", ">", "1.02"),
    ("8.2.0015", "<", "8.2.002"),
    ("2.02.06", "<", "2.02.10"),
    ("1.0", "<", "1.00"),
    # commits
    ("1.0~aa", ">", "1.0"),
    ("1.0~aa", "<", "1.0~bb"),
    ("1.0~aa-r1", ">", "1.0-r1"),
    # what the specification does not allow still has a place
    ("1.0bc", ">", "1.0"),
    ("1.0bc", "<", "1.0b"),
    ("1.0_foo", "<", "1.0"),
    ("1.0_foo", ">", "1.0_rc1"),
    ("foo", "<", "0"),
    ("", "<", "0"),
]


@pytest.mark.parametrize(("left", "relation", "right"), CASES)
def test_order(left: str, relation: str, right: str) -> None:
    expected = {"<": -1, "=": 0, ">": 1}[relation]
    assert Apk().compare(left, right) == expected
    assert Apk().compare(right, left) == -expected
