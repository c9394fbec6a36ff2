"""Package URLs, read back by packageurl-python, which also knows the rules of each type."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote

import pytest
from packageurl import PackageURL, ValidationSeverity

from extdeps.render.formats.purl import format_generic, format_purl


@pytest.mark.parametrize(
    ("name", "ecosystem", "version", "purl"),
    [
        ("libproj-dev", "debian+12", "9.1.1-1+b1", "pkg:deb/debian/libproj-dev@9.1.1-1%2Bb1?distro=debian-12"),
        ("libgdal-dev", "ubuntu+24.04", "", "pkg:deb/ubuntu/libgdal-dev?distro=ubuntu-24.04"),
        ("g++", "debian", "4:12.2.0-3", "pkg:deb/debian/g%2B%2B@4:12.2.0-3"),
        ("SDL2-devel", "fedora+42", "2.30-1.fc42", "pkg:rpm/fedora/SDL2-devel@2.30-1.fc42?distro=fedora-42"),
        ("openssl", "rhel+9", "1:3.2-6.el9", "pkg:rpm/redhat/openssl@3.2-6.el9?distro=rhel-9&epoch=1"),
        ("proj", "opensuse", "", "pkg:rpm/opensuse/proj"),
        ("proj-dev", "alpine+3.22", "9.6-r0", "pkg:apk/alpine/proj-dev@9.6-r0?distro=alpine-3.22"),
        ("proj", "arch", "1:9.6-1", "pkg:alpm/arch/proj@1:9.6-1"),
        ("mingw-w64-ucrt-x86_64-GraphicsMagick", "msys2", "", "pkg:alpm/msys/mingw-w64-ucrt-x86_64-graphicsmagick"),
        ("proj", "conda-forge", "9.6.2", "pkg:conda/proj@9.6.2?channel=conda-forge"),
        ("rocm[devel]", "pypi", "7.0", "pkg:pypi/rocm@7.0"),
        ("Clang_Format", "pypi", "", "pkg:pypi/clang-format"),
        ("proj", "conan", "9.6.0", "pkg:conan/proj@9.6.0"),
        ("openssl@3", "homebrew", "", "pkg:generic/homebrew/openssl%403"),
        ("user/tap/formula", "homebrew", "", "pkg:generic/homebrew/user/tap/formula"),
        ("sci-libs/proj", "gentoo", "9.6", "pkg:generic/gentoo/sci-libs/proj@9.6"),
        ("openssl.dev", "nix", "", "pkg:generic/nix/openssl.dev"),
        ("util-linux:lib", "guix", "", "pkg:generic/guix/util-linux:lib"),
        ("proj", "", "", "pkg:generic/proj"),
    ],
)
def test_package(name: str, ecosystem: str, version: str, purl: str) -> None:
    assert format_purl(name, ecosystem, version) == purl
    assert PackageURL.from_string(purl).to_string() == purl
    assert PackageURL.validate_string(purl) == []


@pytest.mark.parametrize(
    ("identifier", "version", "purl"),
    [
        ("dep:generic/proj", "9.1.1", "pkg:generic/proj@9.1.1"),
        ("dep:github/apache/arrow", "", "pkg:github/apache/arrow"),
        ("dep:virtual/compiler/c", "12", "pkg:generic/virtual/compiler/c@12"),
        ("dep:generic/x?a=b#c", "1", "pkg:generic/x@1?a=b#c"),
        ("dep:generic/x#c", "", "pkg:generic/x#c"),
        ("dep:generic/gtk%2B", "a b@?#", "pkg:generic/gtk%2B@a%20b%40%3F%23"),
    ],
)
def test_what_is_of_no_package(identifier: str, version: str, purl: str) -> None:
    assert format_generic(identifier, version) == purl
    assert PackageURL.from_string(purl).to_string() == purl


MAPPINGS = sorted((Path(__file__).parents[3] / "mappings").glob("*.mapping.json"))


def iter_names(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from iter_names(list(value.values()))
    elif isinstance(value, list):
        for item in value:
            yield from iter_names(item)


@pytest.mark.parametrize("path", MAPPINGS, ids=lambda path: path.name.removesuffix(".mapping.json"))
def test_every_package_that_is_mapped(path: Path) -> None:
    ecosystem = path.name.removesuffix(".mapping.json")
    entries = json.loads(path.read_text(encoding="utf-8"))["mappings"]
    names = {name for entry in entries for name in iter_names(entry.get("specs"))}
    for name in names:
        purl = format_purl(name, ecosystem, "1.0")
        # where names are in small letters, the reader writes %2b for the %2B that the specification asks for
        assert unquote(PackageURL.from_string(purl).to_string()) == unquote(purl)
        # of what has no type it says that its names should be in small letters; their managers do not agree
        assert all(message.severity != ValidationSeverity.ERROR for message in PackageURL.validate_string(purl))
