"""Versions as upstream projects write them."""

from __future__ import annotations

import pytest

from extdeps.versions.loose import Loose, key

CASES = [
    # patch letters
    ("1.1.1w", ">", "1.1.1"),
    ("1.1.1w", ">", "1.1.1v"),
    ("1.1.1p", ">", "1.1.1o"),
    ("1.1.1w", "<", "1.1.2"),
    ("0.9.8zh", ">", "0.9.8z"),
    ("0.9.8zh", ">", "0.9.8za"),
    ("0.9.8y", "<", "0.9.8za"),
    ("9e", ">", "9d"),
    ("9e", ">", "9"),
    ("2023c", ">", "2023"),
    ("2023c", "<", "2024a"),
    ("1.0a", ">", "1.0"),
    ("1.0b", ">", "1.0a"),
    # pre-releases
    ("1.0a1", "<", "1.0"),
    ("1.0b2", ">", "1.0a1"),
    ("1.0rc1", "<", "1.0"),
    ("1.0rc1", ">", "1.0b2"),
    ("1.0rc2", "<", "1.0rc10"),
    ("1.0-beta2", "<", "1.0"),
    ("1.0-beta2", "=", "1.0b2"),
    ("1.0-beta.2", "=", "1.0b2"),
    ("2.0.0alpha", "<", "2.0.0"),
    ("2.0.0alpha", ">", "1.9"),
    ("1.2.dev3", "<", "1.2"),
    ("1.2.dev3", "<", "1.2a1"),
    ("1.0pre1", "=", "1.0rc1"),
    ("1.0~rc1", "=", "1.0-rc.1"),
    ("1.1.1-pre9", "<", "1.1.1"),
    ("1.0-SNAPSHOT", "<", "1.0"),
    ("1.0a1.dev2", "<", "1.0a1"),
    ("1.0-alpha.beta", "<", "1.0-beta"),
    # patch levels and post-releases
    ("9.2p1", ">", "9.2"),
    ("9.2p1", "<", "9.2p2"),
    ("9.2-p1", "=", "9.2p1"),
    ("9.2p1", "<", "9.3"),
    ("1.0.post1", ">", "1.0"),
    ("1.0.post1.dev2", "<", "1.0.post1"),
    ("6.9.11-60", ">", "6.9.11"),
    ("6.9.11-60", "=", "6.9.11.60"),
    ("6.9.11-60", "<", "6.9.12-1"),
    ("8u392", ">", "8u202"),
    # notation
    ("3.4", "=", "3.4.0"),
    ("3", "=", "3.0.0"),
    ("v1.2", "=", "1.2"),
    ("V1.2", "=", "1.2"),
    ("1_82_0", "=", "1.82.0"),
    ("2_0", "=", "2"),
    ("1.02", "=", "1.2"),
    ("3.40.1", ">", "3.9"),
    ("12", ">", "9.5"),
    ("20230311", ">", "2023.3"),
    ("2023-01-02", ">", "2023-01-01"),
    ("1.2.3+cuda12", "=", "1.2.3"),
    ("1.2.3-4-gabcdef0", ">", "1.2.3"),
    ("5.15.0-91-generic", ">", "5.15.0-90"),
    ("1.1.1w-fips", "=", "1.1.1w"),
    ("1.1.1w.0", "=", "1.1.1w"),
    ("1.2+5", "=", "1.2"),
    ("20.04.6 LTS", "=", "20.04.6"),
    ("1.2 (stable)", "=", "1.2"),
    # no versions
    ("unknown", "<", "0"),
    ("", "<", "0"),
    ("abcdef0", "<", "unknown"),
]


@pytest.mark.parametrize(("left", "relation", "right"), CASES)
def test_order(left: str, relation: str, right: str) -> None:
    expected = {"<": -1, "=": 0, ">": 1}[relation]
    assert Loose().compare(left, right) == expected
    assert Loose().compare(right, left) == -expected


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "unknown",
        "abcdef0",
        "git-1234",
        "r1234.abc",
        "UNRELEASED",
        "v",
        "v-1",
        ".1",
        "1.2.*",
        "1.x",
        "1.2.",
        "1:2",
        "1/2",
        "1..2",
        "7f3e2a9",
        "1a2b3c4",
        "1.2foo",
        "12%",
        "\u0662.\u0663",
    ],
)
def test_that_text_without_a_version_has_no_key(text: str) -> None:
    assert key(text) is None


def test_that_a_key_holds_the_numbers_without_trailing_zeros() -> None:
    assert key("3.4.0") == key("3.4") == (((1, "3"), (1, "4")), ((0, (0, "")),))
