"""Homebrew's API: formulae, casks, old names and programs."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest

from extdeps.curate.index.interface import Package
from extdeps.curate.index.table import open_index
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError
from support.indexes import Pages, make_source

API = "https://formulae.brew.sh/api"

OPENSSL = {
    "name": "openssl@3",
    "full_name": "openssl@3",
    "oldnames": ["openssl@3.0"],
    "aliases": ["openssl"],
    "desc": "Cryptography and SSL/TLS Toolkit",
    "dependencies": ["ca-certificates"],
    "keg_only": True,
    "versions": {"stable": "3.6.0", "head": None},
    "revision": 1,
    "deprecated": True,
    "disabled": False,
}
GONE: dict[str, object] = {
    "name": "python@2",
    "oldnames": [],
    "aliases": [],
    "desc": None,
    "dependencies": [],
    "disabled": True,
}
CASKS = [
    {"token": "docker-desktop", "name": ["Docker"], "desc": None, "old_tokens": ["docker"], "version": "4.5,1"},
    {"token": "openssl@3", "desc": "a cask of the same name", "disabled": False},
    {"token": "adium", "disabled": True},
]
PACKAGE = Package(
    name="openssl@3",
    repository="core",
    version="3.6.0_1",
    depends=(("ca-certificates",),),
    provides=("openssl", "openssl@3.0"),
    summary="Cryptography and SSL/TLS Toolkit",
)


def write(root: Path, **documents: object) -> Path:
    for name, document in documents.items():
        (root / f"{name}.json").write_text(json.dumps(document))
    return root


def test_formulae_and_casks(tmp_path: Path) -> None:
    index = open_index(make_source("homebrew", write(tmp_path, formula=[OPENSSL, GONE], cask=CASKS)))
    docker = Package(name="docker-desktop", repository="cask", provides=("docker",), version="4.5,1")
    assert index.packages() == {"openssl@3": PACKAGE, "docker-desktop": docker}
    assert (index.default_repositories, index.shows) == (("core",), frozenset())


@pytest.mark.parametrize(
    ("fields", "version"),
    [
        ({"versions": {"stable": "1.2"}, "revision": 0}, "1.2"),
        ({"versions": {"stable": "1.2"}, "revision": 3}, "1.2_3"),
        ({"versions": {"stable": None, "head": "HEAD"}, "revision": 1}, ""),
        ({"versions": []}, ""),
        ({"versions": None}, ""),
    ],
)
def test_versions(tmp_path: Path, fields: dict[str, object], version: str) -> None:
    index = open_index(make_source("homebrew", write(tmp_path, formula=[{**OPENSSL, "revision": 0, **fields}])))
    assert index.packages()["openssl@3"].version == version


def test_one_document(tmp_path: Path) -> None:
    write(tmp_path, formula=[OPENSSL], cask=CASKS)
    index = open_index(make_source("homebrew", tmp_path / "formula.json"))
    assert (index.packages(), index.shows) == ({"openssl@3": PACKAGE}, frozenset())


def test_programs_that_the_entries_list(tmp_path: Path) -> None:
    entries = [{**OPENSSL, "executables": ["openssl", "c_rehash"]}, {**GONE, "executables": ["openssl"]}]
    index = open_index(make_source("homebrew", write(tmp_path, formula=entries)))
    assert index.shows == {"executable"}
    assert list(index.find_files(frozenset(["openssl", "ssl.h"]))) == [("bin/openssl", ("openssl@3",))]


def test_programs_in_a_document_of_their_own() -> None:
    listed = b"openssl@3(3.5.0_1):c_rehash openssl\ngcc:cpp-15 gcc-15\nempty(1):\n\n"
    pages = Pages({f"{API}/formula.json": json.dumps([OPENSSL]).encode(), f"{API}/internal/executables.txt": listed})
    index = open_index(make_source("homebrew", fetcher=pages))
    assert index.shows == {"executable"}
    assert list(index.find_files(frozenset(["openssl", "gcc-15"]))) == [
        ("bin/openssl", ("openssl@3",)),
        ("bin/gcc-15", ("gcc",)),
    ]
    assert index.packages() == {"openssl@3": PACKAGE}
    assert index.name == API


def test_a_directory_is_not_vouched_for(tmp_path: Path) -> None:
    with pytest.raises(UntrustedIndexError):
        open_index(replace(make_source("homebrew", tmp_path), allow_unsigned=False))


def test_nothing_is_there(tmp_path: Path) -> None:
    with pytest.raises(AbsentAddressError, match=r"has no `formula\.json`"):
        open_index(make_source("homebrew", tmp_path)).packages()
    with pytest.raises(FetchError, match="has no formulae"):
        open_index(make_source("homebrew", write(tmp_path, formula=[GONE]))).packages()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{}", "at character 0: `[` is missing"),
        ('[{"name": "a"', "at character 13: Expecting ',' delimiter"),
        ("[" * 100_000, "at character 1: a value is nested too deeply"),
        ('[{"name": "a"}, 1]', "`[1]` is not an object"),
        ('[{"disabled": false}]', "`[0].name` is not the name of a package"),
        ('[{"name": "-o"}]', "`[0].name` is not the name of a package"),
        ('[{"name": "a;b"}]', "`[0].name` is not the name of a package"),
        ('[{"name": "a", "aliases": "b"}]', "`[0].aliases` is not an array of strings"),
        ('[{"name": "a", "dependencies": [1]}]', "`[0].dependencies` is not an array of strings"),
        ('[{"name": "a", "oldnames": {}}]', "`[0].oldnames` is not an array of strings"),
    ],
)
def test_a_document_that_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "formula.json").write_text(text)
    with pytest.raises(FetchError, match=r"formula\.json` is not what it should be") as caught:
        open_index(make_source("homebrew", tmp_path)).packages()
    assert message in caught.value.context[0]


def test_a_cask_that_is_wrong(tmp_path: Path) -> None:
    write(tmp_path, formula=[OPENSSL], cask=[{"token": 1}])
    with pytest.raises(FetchError, match=r"cask\.json` is not what it should be") as caught:
        open_index(make_source("homebrew", tmp_path)).packages()
    assert caught.value.context == ("`[0].token` is not the name of a package",)
