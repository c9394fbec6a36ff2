"""xbps's repositories: packages, and the libraries that they provide."""

from __future__ import annotations

import plistlib
from pathlib import Path

import pytest

from extdeps.curate.index.interface import Package
from extdeps.curate.index.table import open_index
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError, UsageError
from support.repositories import FakeFetcher, make_archive, make_repodata, make_source, name_bytes

ADDRESS = "https://repo-default.voidlinux.org/current"
PACKAGES: list[dict[str, object]] = [
    {
        "pkgver": "zlib-1.3.1_1",
        "run_depends": ["glibc>=2.39_1", "font-util-1.4.1_1", "perl<6", "virtual?_1"],
        "provides": ["zlib-ng-2.1_1"],
        "replaces": ["zlib-old>=0"],
        "shlib-provides": ["libz.so.1"],
        "short_desc": "Compression library",
        "installed_size": 1,
    },
    {"pkgver": "font-util-1.4.1_1"},
]
ZLIB = Package(
    name="zlib",
    repository="current",
    version="1.3.1_1",
    depends=(("glibc",), ("font-util",), ("perl",), ("virtual",)),
    provides=("zlib-ng", "zlib-old"),
    summary="Compression library",
)
BOMB = (
    b'<?xml version="1.0"?><!DOCTYPE plist [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
    b"<plist><dict><key>z</key><string>&b;</string></dict></plist>"
)


def write_repository(root: Path, content: bytes) -> str:
    path = root / "x86_64-repodata"
    path.write_bytes(content)
    return path.as_uri()


@pytest.mark.parametrize(
    ("architecture", "path"),
    [
        ("amd64", "x86_64-repodata"),
        ("x86_64-musl", "musl/x86_64-musl-repodata"),
        ("arm64", "aarch64/aarch64-repodata"),
        ("aarch64-musl", "aarch64/aarch64-musl-repodata"),
    ],
)
def test_packages_of_the_distribution(architecture: str, path: str) -> None:
    pages = {f"{ADDRESS}/{path}": make_repodata(PACKAGES)}
    index = open_index(make_source("void", fetcher=FakeFetcher(pages), architecture=architecture))
    assert index.packages() == {
        "zlib": ZLIB,
        "font-util": Package(name="font-util", repository="current", version="1.4.1_1"),
    }


def test_what_is_not_on_by_itself() -> None:
    pages = {
        f"{ADDRESS}/x86_64-repodata": make_repodata(PACKAGES),
        f"{ADDRESS}/nonfree/x86_64-repodata": make_repodata([{"pkgver": "nvidia-550_1"}, {"pkgver": "zlib-0_1"}]),
    }
    packages = open_index(make_source("void", fetcher=FakeFetcher(pages))).packages()
    assert (packages["nvidia"].repository, packages["zlib"].repository) == ("nonfree", "current")


def test_libraries(tmp_path: Path) -> None:
    write_repository(tmp_path, make_repodata(PACKAGES))
    index = open_index(make_source("void", tmp_path, allow_unsigned=True))
    assert list(index.find_files(frozenset({"libz.so", "zlib.h"}))) == [("usr/lib/libz.so.1", ("zlib",))]
    assert index.shows == {"library"}
    assert index.name == tmp_path.as_uri()


# what is not there, or not right


def test_a_repository_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AbsentAddressError):
        open_index(make_source("void", tmp_path, allow_unsigned=True)).packages()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", " is damaged"),
        (b"<html>", " is damaged"),
        (make_repodata(PACKAGES)[:-10], " is damaged"),
        (make_archive({"stage.plist": ""}), " holds no `index.plist`"),
        (make_archive({"index.plist": ""}), ": `index.plist` is damaged"),
        (make_archive({"index.plist": plistlib.dumps({})[:-20]}), ": `index.plist` is damaged"),
        (make_archive({"index.plist": plistlib.dumps({}, fmt=plistlib.FMT_BINARY)}), ": `index.plist` is damaged"),
        (make_archive({"index.plist": BOMB}), ": `index.plist` is damaged"),
        (make_archive({"index.plist": "<plist><date>never</date></plist>"}), ": `index.plist` is damaged"),
        (make_archive({"index.plist": "<plist><integer>x</integer></plist>"}), ": `index.plist` is damaged"),
        (make_archive({"index.plist": f"<plist>{'<array>' * 99_999}"}), ": `index.plist` is damaged"),
        (make_archive({"index.plist": plistlib.dumps([])}), ": `index.plist` is not a dictionary"),
        (make_archive({"index.plist": plistlib.dumps({"z": "z-1_1"})}), ": `z` is not a dictionary"),
        (make_archive({"index.plist": plistlib.dumps({"z": {}})}), ": `z`: `pkgver` is not a string"),
        (make_repodata([{"pkgver": "z-1_1", "provides": "a"}]), ": `z`: `provides` is not an array of strings"),
        (make_repodata([{"pkgver": "z-1_1", "replaces": [1]}]), ": `z`: `replaces` is not an array of strings"),
        (make_repodata([{"pkgver": "z-1_1", "run_depends": {}}]), ": `z`: `run_depends` is not an array of strings"),
        (
            make_repodata([{"pkgver": "z-1_1", "shlib-provides": [[]]}]),
            ": `z`: `shlib-provides` is not an array of strings",
        ),
    ],
    ids=name_bytes,
)
def test_an_index_that_is_damaged(tmp_path: Path, content: bytes, message: str) -> None:
    address = write_repository(tmp_path, content)
    with pytest.raises(FetchError) as caught:
        open_index(make_source("void", tmp_path, allow_unsigned=True)).packages()
    assert caught.value.message == f"`{address}`{message}"


def test_entities_are_refused(tmp_path: Path) -> None:
    write_repository(tmp_path, make_archive({"index.plist": BOMB}))
    with pytest.raises(FetchError) as caught:
        open_index(make_source("void", tmp_path, allow_unsigned=True)).packages()
    assert caught.value.context == ("XML entity declarations are not supported in plist files",)


def test_arrays_in_arrays(tmp_path: Path) -> None:
    deep = f"<plist><dict><key>z</key>{'<array>' * 50_000}{'</array>' * 50_000}</dict></plist>"
    write_repository(tmp_path, make_archive({"index.plist": deep}))
    with pytest.raises(FetchError, match="`z` is not a dictionary"):
        open_index(make_source("void", tmp_path, allow_unsigned=True)).packages()


def test_no_packages(tmp_path: Path) -> None:
    write_repository(tmp_path, make_repodata([]))
    with pytest.raises(FetchError) as caught:
        open_index(make_source("void", tmp_path, allow_unsigned=True)).packages()
    assert str(caught.value) == f"`{tmp_path.as_uri()}` has no packages"


# whom it is believed from


def test_a_mirror_is_not_believed(tmp_path: Path) -> None:
    address = write_repository(tmp_path, make_repodata(PACKAGES))
    with pytest.raises(UntrustedIndexError) as caught:
        open_index(make_source("void", tmp_path)).packages()
    assert caught.value.message == f"nobody vouches for `{address}`"


def test_a_keyring_is_not_taken_for_a_check(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as caught:
        open_index(make_source("void", tmp_path, keyring=tmp_path / "keys"))
    assert str(caught.value) == "the signature of the index of `void` cannot be checked with a keyring"
