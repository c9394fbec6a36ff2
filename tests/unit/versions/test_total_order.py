"""Every order is reflexive, antisymmetric and transitive, whatever the text."""

from __future__ import annotations

from functools import cmp_to_key

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extdeps.versions import get_order
from extdeps.versions.table import ORDERS

# Few characters, so that texts that differ little are common.
ALPHABETS = {
    "deb": "019aZ.+~-:",
    "rpm": "019aZ.+~^-:_",
    "apk": "01.ab_-r~",
    "alpm": "01a._+:",
    "conda": "01a.!_+-*",
    "pep440": "01.a!+-",
    "loose": "01.ab-+~_ ",
}
WORDS = [
    *("dev", "post", "rc", "alpha", "beta", "_p", "_rc", "_git"),
    *("-r1", "p1", "v", "1.0", "~rc1", "w", "é", "²"),
]


def _texts(scheme: str) -> st.SearchStrategy[str]:
    parts = st.one_of(st.sampled_from(ALPHABETS[scheme]), st.sampled_from(WORDS))
    texts = st.lists(parts, max_size=7).map("".join)
    if scheme == "alpm":
        # A `rel` counts only where both versions have one, so all of them have.
        return texts.map(lambda text: f"{text.replace('-', '')}-1")
    return texts


@pytest.mark.parametrize("scheme", ALPHABETS)
@settings(deadline=None, max_examples=300)
@given(data=st.data())
def test_that_three_texts_are_ordered(scheme: str, data: st.DataObject) -> None:
    compare = get_order(scheme).compare
    a, b, c = (data.draw(_texts(scheme)) for _ in range(3))
    assert compare(a, a) == 0
    assert compare(a, b) == -compare(b, a)
    if compare(a, b) <= 0 and compare(b, c) <= 0:
        assert compare(a, c) <= 0
    if compare(a, b) == 0:
        assert compare(a, c) == compare(b, c)


@pytest.mark.parametrize("scheme", ALPHABETS)
@settings(deadline=None, max_examples=100)
@given(data=st.data())
def test_that_sorting_does_not_depend_on_the_sequence(scheme: str, data: st.DataObject) -> None:
    compare = get_order(scheme).compare
    texts = data.draw(st.lists(_texts(scheme), max_size=8))
    one = sorted(texts, key=cmp_to_key(compare))
    backwards = texts[::-1]
    other = sorted(backwards, key=cmp_to_key(compare))
    assert [compare(left, right) for left, right in zip(one, other, strict=True)] == [0] * len(texts)
    assert all(compare(one[i], one[j]) <= 0 for i in range(len(one)) for j in range(i, len(one)))


@pytest.mark.parametrize("scheme", ORDERS)
@settings(deadline=None)
@given(left=st.text(), right=st.text())
def test_that_no_text_raises(scheme: str, left: str, right: str) -> None:
    compare = get_order(scheme).compare
    assert compare(left, right) == -compare(right, left)
