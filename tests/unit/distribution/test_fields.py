"""METADATA with other external fields: nothing else changes."""

from __future__ import annotations

from email.parser import BytesParser

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.distribution.fields import PROVIDES, REQUIRES, read_fields, replace_fields

HEAD = b"Metadata-Version: 2.4\nName: spam\nVersion: 1.0\n"
GIT = (REQUIRES, "dep:generic/git")
GEO = ((PROVIDES, "geo"), (REQUIRES, "dep:generic/gdal; extra == 'geo'"))
WRITTEN = b"Requires-External-Dep: dep:generic/git\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (HEAD, HEAD + WRITTEN),
        (HEAD[:-1], HEAD + WRITTEN),
        (HEAD + b"\nRequires-External-Dep: a body\n", HEAD + WRITTEN + b"\nRequires-External-Dep: a body\n"),
        (HEAD + b"no field\n\n", HEAD + WRITTEN + b"no field\n\n"),
        (HEAD.replace(b"\n", b"\r\n") + b"\r\nx", (HEAD + WRITTEN + b"\n").replace(b"\n", b"\r\n") + b"x"),
        (b"requires-external-dep: old\n  more\nprovides-EXTERNAL-extra: x\n" + HEAD, HEAD + WRITTEN),
        (WRITTEN + HEAD, WRITTEN + HEAD),
        (
            HEAD + b"Requires-External-Dep: \n  dep:generic/git\n",
            HEAD + b"Requires-External-Dep: \n  dep:generic/git\n",
        ),
        (HEAD + b"Requires-External: git\n", HEAD + b"Requires-External: git\n" + WRITTEN),
        (HEAD + b"Summary: \xc3\xa9\n\n\xff", HEAD + b"Summary: \xc3\xa9\n" + WRITTEN + b"\n\xff"),
    ],
    ids=["plain", "no-newline", "body", "broken", "crlf", "old", "there", "folded", "obsolete", "bytes"],
)
def test_replace(before: bytes, after: bytes) -> None:
    assert replace_fields(before, (GIT,)) == after
    assert replace_fields(after, (GIT,)) == after
    assert read_fields(after) in ((GIT,), ((REQUIRES, "dep:generic/git"),))


def test_order_is_kept() -> None:
    content = replace_fields(HEAD + b"\nbody", (GIT, *GEO))
    assert read_fields(content) == (GIT, *GEO)
    assert replace_fields(content, ()) == HEAD + b"\nbody"


@given(st.binary(max_size=60), st.sampled_from([(), (GIT,), (GIT, *GEO)]))
def test_the_rest_is_as_it_was(body: bytes, fields: tuple[tuple[str, str], ...]) -> None:
    before = HEAD + WRITTEN + b"\n" + body
    after = replace_fields(before, fields)
    assert read_fields(after) == fields
    assert after.endswith(b"\n\n" + body)
    told, parsed = (BytesParser().parsebytes(content) for content in (before, after))
    assert [parsed[name] for name in ("Name", "Version")] == ["spam", "1.0"]
    assert parsed.get_all(REQUIRES, []) == [value for name, value in fields if name == REQUIRES]
    assert parsed.get_payload() == told.get_payload()
