"""What a requirement of an RPM package comes to."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.curate.index.capability import parse_requirement


@pytest.mark.parametrize(
    ("text", "groups"),
    [
        ("zlib", (("zlib",),)),
        ("libz.so.1()(64bit)", (("libz.so.1()(64bit)",),)),
        ("/usr/bin/perl", (("/usr/bin/perl",),)),
        ("rpmlib(PayloadIsZstd)", ()),
        ("", ()),
        ("(a or b or c)", (("a", "b", "c"),)),
        ("(a >= 1:2-3 or b)", (("a", "b"),)),
        ("( a and  b = 1 )", (("a",), ("b",))),
        ("(python3dist(foo) >= 1 with python3dist(foo) < 2)", (("python3dist(foo)",),)),
        ("(crate(a/default) >= 1.0.0 with crate(a/default) < 2.0.0~)", (("crate(a/default)",),)),
        ("(a if b)", (("a",),)),
        ("(a if b else c)", (("a",),)),
        ("((a or b) if (c and d))", (("a", "b"),)),
        ("((a or b) and libc.so.6()(64bit))", (("a", "b"), ("libc.so.6()(64bit)",))),
        ("((a and b) or c)", (("a", "c"),)),
        ("(a without b)", (("a",),)),
        ("(a unless b)", ()),
        ("(a and (b unless c))", (("a",),)),
        ("(rpmlib(X) or (a unless b))", ()),
        ("(android or orca)", (("android", "orca"),)),
        # what rpm would not accept either
        ("(a or b", ()),
        ("(a b)", ()),
        ("(", ()),
        ("()", ()),
        ("(" * 100_000, ()),
        ("(" * 17 + "a" + ")" * 17, ()),
    ],
)
def test_groups(text: str, groups: tuple[tuple[str, ...], ...]) -> None:
    assert parse_requirement(text) == groups


@given(st.lists(st.sampled_from(["(", ")", " ", "a", "or", "and", "if", " or ", " with ", ">= 1", "rpmlib("])))
def test_any_text_has_an_answer(parts: list[str]) -> None:
    assert all(name and not name.startswith("rpmlib(") for group in parse_requirement("".join(parts)) for name in group)
