"""Guix's document of all packages."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path

import pytest

from extdeps.curate.index.interface import Package
from extdeps.curate.index.table import open_index
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError
from support.indexes import Pages, make_source

DOCUMENT = [
    {"name": "zlib", "version": "1.3.1", "synopsis": "Compression library", "location": "gnu/packages/x.scm:1"},
    {"name": "gtk+", "version": "2.24.33"},
    {"name": "gtk+", "version": "3.24.43"},
    {"name": "gtk+", "version": "3.9"},
]
PACKAGES = {
    "zlib": Package(name="zlib", repository="guix", summary="Compression library", version="1.3.1"),
    "gtk+": Package(name="gtk+", repository="guix", version="3.24.43"),
}


def test_packages(tmp_path: Path) -> None:
    path = tmp_path / "packages.json"
    path.write_text(json.dumps(DOCUMENT))
    for address in (tmp_path, path):
        index = open_index(make_source("guix", address))
        assert index.packages() == PACKAGES
    assert (index.default_repositories, index.shows) == (("guix",), frozenset())
    assert list(index.find_files(frozenset(["zlib.h"]))) == []


@pytest.mark.parametrize("content", [json.dumps(DOCUMENT).encode(), gzip.compress(json.dumps(DOCUMENT).encode())])
def test_the_website(content: bytes) -> None:
    pages = Pages({"https://guix.gnu.org/packages.json": content})
    index = open_index(make_source("guix", fetcher=pages))
    assert (index.packages(), index.name) == (PACKAGES, "https://guix.gnu.org")


def test_what_cannot_be_had(tmp_path: Path) -> None:
    with pytest.raises(UntrustedIndexError):
        open_index(replace(make_source("guix", tmp_path), allow_unsigned=False))
    with pytest.raises(AbsentAddressError, match=r"has no `packages\.json`"):
        open_index(make_source("guix", tmp_path)).packages()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "at character 0: `[` is missing"),
        ('[{"name": "a"}', "at character 14: `,` is missing"),
        ("[" * 100_000, "at character 1: a value is nested too deeply"),
        ('[{"name": "a"}, []]', "`[1].name` is not the name of a package"),
        ('[{"name": 1}]', "`[0].name` is not the name of a package"),
        ('[{"name": "-o"}]', "`[0].name` is not the name of a package"),
        ('[{"name": "a;b"}]', "`[0].name` is not the name of a package"),
    ],
)
def test_a_document_that_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "packages.json").write_text(text)
    with pytest.raises(FetchError, match=r"packages\.json` is not what it should be") as caught:
        open_index(make_source("guix", tmp_path)).packages()
    assert message in caught.value.context[0]


def test_a_document_of_nothing(tmp_path: Path) -> None:
    (tmp_path / "packages.json").write_text("[]")
    with pytest.raises(FetchError, match="has no packages"):
        open_index(make_source("guix", tmp_path)).packages()
