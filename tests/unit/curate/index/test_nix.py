"""Nixpkgs: the documents of channels and of nix-env."""

from __future__ import annotations

import json
from dataclasses import replace
from importlib import import_module
from pathlib import Path

import pytest

from extdeps.curate.index.interface import Package
from extdeps.curate.index.table import open_index
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError
from support.indexes import Pages, make_source

brotli = import_module("brotli")

ZLIB = {"name": "zlib-1.3", "pname": "zlib", "version": "1.3", "meta": {"description": "Compression"}}
CHANNEL = json.dumps({"version": 2, "packages": {"zlib": ZLIB, "_7zz": {}}}).encode()


def write(path: Path, document: object) -> Path:
    path.write_text(json.dumps(document))
    return path


def test_what_nix_env_prints(tmp_path: Path) -> None:
    attributes = {
        "nixpkgs.zlib": ZLIB,
        "nixos.hello": {"meta": None},
        "packages": {"meta": {"description": 1}},
        "version": {},
        'nodePackages."@angular/cli"': ZLIB,
        "-o": ZLIB,
        "a;b": ZLIB,
    }
    index = open_index(make_source("nix", write(tmp_path / "out.txt", attributes)))
    assert index.packages() == {
        "zlib": Package(name="zlib", repository="nixpkgs", summary="Compression", version="1.3"),
        "hello": Package(name="hello", repository="nixpkgs"),
        "packages": Package(name="packages", repository="nixpkgs"),
        "version": Package(name="version", repository="nixpkgs"),
    }
    assert (index.default_repositories, index.shows) == (("nixpkgs",), frozenset())
    assert list(index.find_files(frozenset(["zlib.h"]))) == []


def test_a_channel(tmp_path: Path) -> None:
    (tmp_path / "packages.json").write_bytes(CHANNEL)
    assert set(open_index(make_source("nix", tmp_path)).packages()) == {"zlib", "_7zz"}


@pytest.mark.parametrize(("ecosystem", "channel"), [("nix", "unstable"), ("nix+25.05", "25.05")])
def test_the_channel_of_a_release(ecosystem: str, channel: str) -> None:
    address = f"https://channels.nixos.org/nixos-{channel}"
    moved = {f"{address}/packages.json.br": "https://releases.nixos.org/x/packages.json.br"}
    pages = Pages({"https://releases.nixos.org/x/packages.json.br": brotli.compress(CHANNEL)}, moved)
    index = open_index(make_source(ecosystem, fetcher=pages))
    assert (set(index.packages()), index.name) == ({"zlib", "_7zz"}, address)


def test_sets_of_packages_are_called_without_their_version_too(tmp_path: Path) -> None:
    listed = [
        "python313Packages.numpy",
        "python27Packages.six",
        "cudaPackages_12_9.nccl",
        "llvmPackages_20.openmp",
        "postgresql17Packages.postgis",
        "linuxPackages.perf",
        "linuxPackages_6_12.perf",
    ]
    packages = open_index(make_source("nix", write(tmp_path / "x", dict.fromkeys(listed, ZLIB)))).packages()
    assert set(packages) - set(listed) == {
        "python3Packages.numpy",
        "pythonPackages.six",
        "cudaPackages.nccl",
        "llvmPackages.openmp",
        "postgresqlPackages.postgis",
    }
    assert all(package.name == name for name, package in packages.items())
    assert {name for name, package in packages.items() if package.version} == set(listed)


def test_a_file_is_not_vouched_for(tmp_path: Path) -> None:
    with pytest.raises(UntrustedIndexError):
        open_index(replace(make_source("nix", tmp_path), allow_unsigned=False))


def test_nothing_is_there(tmp_path: Path) -> None:
    with pytest.raises(AbsentAddressError, match=r"has no `packages\.json\.br` or `packages\.json`"):
        open_index(make_source("nix", tmp_path)).packages()
    with pytest.raises(FetchError, match="has no packages"):
        open_index(make_source("nix", write(tmp_path / "x", {"version": 2, "packages": {}}))).packages()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[]", "at character 0: `{` is missing"),
        ('{"a": {"meta": {}', "at character 17: Expecting ',' delimiter"),
        ('{"version": 2, "packages": []}', "at character 27: `{` is missing"),
        ('{"a": ' + "[" * 100_000, "at character 6: a value is nested too deeply"),
        ('{"a": [], "b": {}}', "`a` is not an object"),
        ('{"version": 2, "packages": {"a": 1}}', "`a` is not an object"),
    ],
)
def test_a_document_that_is_wrong(tmp_path: Path, text: str, message: str) -> None:
    (tmp_path / "packages.json").write_text(text)
    with pytest.raises(FetchError, match=r"packages\.json` is not what it should be") as caught:
        open_index(make_source("nix", tmp_path)).packages()
    assert message in caught.value.context[0]


def test_a_channel_that_is_truncated(tmp_path: Path) -> None:
    (tmp_path / "packages.json.br").write_bytes(brotli.compress(CHANNEL)[:-4])
    with pytest.raises(FetchError, match=r"packages\.json\.br` cannot be decompressed"):
        open_index(make_source("nix", tmp_path)).packages()
