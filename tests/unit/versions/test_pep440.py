"""PEP 440, by way of packaging."""

from __future__ import annotations

import pytest

from extdeps.versions.pep440 import Pep440

CASES = [
    ("1.0.dev1", "<", "1.0a1"),
    ("1.0a1", "<", "1.0b1"),
    ("1.0b1", "<", "1.0rc1"),
    ("1.0rc1", "<", "1.0"),
    ("1.0", "=", "1.0.0"),
    ("1.0", "=", "v1.0"),
    ("1.0", "<", "1.0+local"),
    ("1.0+local", "<", "1.0.post1"),
    ("1.0-1", "=", "1.0.post1"),
    ("1.0.post1", "<", "1.1"),
    ("1!0.1", ">", "2024.1"),
    # what is no such version
    ("1.1.1w", "<", "0.0.dev0"),
    ("foo", "<", "0.dev0"),
    ("", "<", "foo"),
    ("foo", "=", "foo"),
]


@pytest.mark.parametrize(("left", "relation", "right"), CASES)
def test_order(left: str, relation: str, right: str) -> None:
    expected = {"<": -1, "=": 0, ">": 1}[relation]
    assert Pep440().compare(left, right) == expected
    assert Pep440().compare(right, left) == -expected


def test_that_digits_beyond_the_limit_of_int_do_not_raise() -> None:
    assert Pep440().compare("1" * 5000, "1") < 0
