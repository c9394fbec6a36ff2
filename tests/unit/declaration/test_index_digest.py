"""The digests that a simple index gives for its files."""

from __future__ import annotations

import pytest

from extdeps.declaration.index import find_digest, parse_page
from extdeps.fetch import Response
from support.index import json_page

HEX = "ab" * 32


@pytest.mark.parametrize(
    ("hashes", "sha256"),
    [({"hashes": {"sha256": HEX.upper()}}, HEX), ({"hashes": {"md5": "1"}}, ""), ({"hashes": None}, ""), ({}, "")],
)
def test_json(hashes: dict[str, object], sha256: str) -> None:
    kind, content = json_page({"filename": "x-1.tar.gz", "url": "x-1.tar.gz", **hashes})
    (file,) = parse_page(Response(url="https://x.org/simple/x/", content=content, content_type=kind))
    assert file.sha256 == sha256


@pytest.mark.parametrize(
    ("fragment", "sha256"), [(f"#sha256={HEX}", HEX), (f"#md5={HEX}", ""), ("#sha256=zz", ""), ("", "")]
)
def test_html(fragment: str, sha256: str) -> None:
    page = f'<a href="x-1.tar.gz{fragment}">x</a>'.encode()
    (file,) = parse_page(Response(url="https://x.org/simple/x/", content=page, content_type="text/html"))
    assert file.sha256 == sha256 == find_digest(file.url)
