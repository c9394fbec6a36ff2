"""The documentation of conda's VersionOrder, and versions of conda-forge."""

from __future__ import annotations

import pytest

from extdeps.versions.conda import Conda

CASES = [
    # the documentation's own chain
    ("0.4", "<", "0.4.1.rc"),
    ("0.4", "=", "0.4.0"),
    ("0.4.1.rc", "=", "0.4.1.RC"),
    ("0.4.1.rc", "<", "0.4.1"),
    ("0.4.1", "<", "0.5a1"),
    ("0.5a1", "<", "0.5b3"),
    ("0.5b3", "<", "0.5C1"),
    ("0.5C1", "<", "0.5"),
    ("0.5", "<", "0.9.6"),
    ("0.9.6", "<", "0.960923"),
    ("0.960923", "<", "1.0"),
    ("1.0", "<", "1.1dev1"),
    ("1.1dev1", "<", "1.1_"),
    ("1.1_", "<", "1.1a1"),
    ("1.1a1", "<", "1.1.0dev1"),
    ("1.1.0dev1", "=", "1.1.dev1"),
    ("1.1.dev1", "<", "1.1.a1"),
    ("1.1.a1", "<", "1.1.0rc1"),
    ("1.1.0rc1", "<", "1.1.0"),
    ("1.1.0", "=", "1.1"),
    ("1.1.0", "<", "1.1.0post1"),
    ("1.1.0post1", "=", "1.1.post1"),
    ("1.1.post1", "<", "1.1post1"),
    ("1.1post1", "<", "1996.07.12"),
    ("1996.07.12", "<", "1!0.4.1"),
    ("1!0.4.1", "<", "1!3.1.1.6"),
    ("1!3.1.1.6", "<", "2!0.4.1"),
    # openssl, as the documentation has it
    ("1.0.1_", "<", "1.0.1a"),
    ("1.0.1a", "<", "1.0.1b"),
    ("1.0.1post.a", ">", "1.0.1"),
    ("1.1.1", ">", "1.1.1w"),
    # separators, local parts, case
    ("1.0-1", "=", "1.0_1"),
    ("1.0.1", "=", "1.0_1"),
    ("1.0+1", ">", "1.0"),
    ("1.0+1.a", "<", "1.0+1.1"),
    ("1.0+2", "<", "1.0+10"),
    ("1.0+1", "<", "1.0.1+0"),
    ("2024A", "=", "2024a"),
    ("0!1.0", "=", "1.0"),
    ("1.10", ">", "1.9"),
    ("2.0rc1", "<", "2.0"),
    ("2.0.*", "<", "2.0"),
    # what is no version of conda
    ("1..2", "<", "0"),
    ("", "<", "0"),
    ("a-_b", "<", "0"),
    ("1!2!3", "<", "0"),
    ("1+2+3", "<", "0"),
    ("é", "<", "0"),
]


@pytest.mark.parametrize(("left", "relation", "right"), CASES)
def test_order(left: str, relation: str, right: str) -> None:
    expected = {"<": -1, "=": 0, ">": 1}[relation]
    assert Conda().compare(left, right) == expected
    assert Conda().compare(right, left) == -expected
