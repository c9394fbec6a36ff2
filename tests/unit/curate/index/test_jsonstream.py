"""A document read in pieces is what it is as a whole; what is broken is located."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.curate.index.jsonstream import JsonReader
from extdeps.errors import FetchError

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=12,
)


def in_pieces(text: bytes, size: int) -> Iterator[bytes]:
    yield from (text[start : start + size] for start in range(0, len(text), size))


def read(reader: JsonReader) -> object:
    value: object
    if reader.is_object():
        value = {key: reader.value() for key in reader.iter_keys()}
    else:
        value = [reader.value() for _ in reader.iter_items()]
    reader.end()
    return value


@given(
    st.lists(VALUES) | st.dictionaries(st.text(), VALUES),
    st.integers(1, 9),
    st.booleans(),
    st.sampled_from([None, 1]),
)
def test_pieces_make_no_difference(value: object, size: int, is_ascii: bool, indent: int | None) -> None:
    text = json.dumps(value, ensure_ascii=is_ascii, indent=indent).encode("utf-8", "surrogatepass")
    if not is_ascii:
        text = text.decode("utf-8", "ignore").encode()
        value = json.loads(text)
    assert read(JsonReader(in_pieces(text, size), "x")) == value


def test_a_byte_order_mark_is_none_of_it() -> None:
    assert read(JsonReader([b'\xef\xbb\xbf{"a": 1}\n'], "x")) == {"a": 1}


@pytest.mark.parametrize(
    ("text", "place"),
    [
        (b"", "at character 0: `[` is missing"),
        (b"<html>", "at character 0: `[` is missing"),
        (b'{"a": 1', "at character 7: `,` is missing"),
        (b'{"a" 1}', "at character 5: `:` is missing"),
        (b'{"a": 1, }', "at character 9: Expecting value"),
        (b"{1: 2}", "at character 2: a key is not a string"),
        (b'{"a": tru', "at character 6: Expecting value"),
        (b'{"a": "b', "at character 6: Unterminated string starting at"),
        (b'{"a": {"b": [1, 2 3]}}', "at character 18: Expecting ',' delimiter"),
        (b'{"a": 1} x', "at character 9: something follows the document"),
        (b'{"a": "\xff"}', "at character 7: it is not UTF-8"),
        (b"[" * 100_000, "at character 1: a value is nested too deeply"),
        (b'{"a":' * 100_000, "at character 5: a value is nested too deeply"),
        (b"[" + b"1" * 5000 + b"]", "Exceeds the limit"),
    ],
)
@pytest.mark.parametrize("pieces", [1, 3, None])
def test_says_where_it_is_broken(text: bytes, place: str, pieces: int | None) -> None:
    size = max(len(text) // pieces, 1) if pieces else 1 + len(text) // 100
    with pytest.raises(FetchError, match="`file:///x` is not what it should be") as caught:
        read(JsonReader(in_pieces(text, size), "file:///x"))
    assert place in caught.value.context[0]


def test_a_value_is_not_looked_for_without_end() -> None:
    def chunks() -> Iterator[bytes]:
        yield b'["'
        for _ in range(100):
            yield b"a" * 1024 * 1024
        raise AssertionError("it was read to the end")

    with pytest.raises(FetchError, match="more than 16777216 characters"):
        read(JsonReader(chunks(), "x"))
