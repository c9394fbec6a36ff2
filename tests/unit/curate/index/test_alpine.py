"""Alpine's index: packages, the files that provides name, and signatures."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from extdeps.curate.index.apksignature import split_signed, verify_signed
from extdeps.curate.index.interface import Package
from extdeps.curate.index.table import open_index
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError, UsageError
from support.repositories import (
    FakeFetcher,
    Verifier,
    make_apkindex,
    make_archive,
    make_source,
    name_bytes,
    sign_apkindex,
)

ADDRESS = "https://dl-cdn.alpinelinux.org/alpine"
MAIN = """\
C:Q1abc=
P:zlib-dev
V:1.3.1-r2
T:A compression library: development files
o:zlib
D:zlib=1.3.1-r2 pc:foo>=1.2 /bin/sh !uclibc so:libc.musl-x86_64.so.1 python3~3.12
p:pc:zlib=1.3.1 pc:

P:zlib
T:A compression library
p:so:libz.so.1=1.3.1

P:busybox
p:/bin/sh cmd:[=1.37 cmd:sh=1.37 unknown:sh
"""
COMMUNITY = "P:gdal\n\n\n\nV:no package\n\nP:zlib\nT:the other\n"
NAME = ".SIGN.RSA.alpine@example.org-1234.rsa.pub"


def make_pages(release: str = "v3.22", architecture: str = "x86_64") -> dict[str, bytes]:
    texts = {"main": MAIN, "community": COMMUNITY}
    return {
        f"{ADDRESS}/{release}/{name}/{architecture}/APKINDEX.tar.gz": sign_apkindex(make_apkindex(text), {NAME: b"s"})
        for name, text in texts.items()
    }


def write_mirror(root: Path, main: bytes) -> Path:
    for name, content in (("main", main), ("community", make_apkindex(COMMUNITY))):
        directory = root / "v3.22" / name / "x86_64"
        directory.mkdir(parents=True)
        (directory / "APKINDEX.tar.gz").write_bytes(content)
    return root


def test_packages_of_the_distribution() -> None:
    index = open_index(make_source("alpine+3.22", fetcher=FakeFetcher(make_pages())))
    assert index.packages() == {
        "gdal": Package(name="gdal", repository="community"),
        "zlib": Package(name="zlib", repository="main", provides=("so:libz.so.1",), summary="A compression library"),
        "busybox": Package(name="busybox", repository="main", provides=("/bin/sh", "cmd:[", "cmd:sh", "unknown:sh")),
        "zlib-dev": Package(
            name="zlib-dev",
            repository="main",
            version="1.3.1-r2",
            depends=(("zlib",), ("pc:foo",), ("/bin/sh",), ("so:libc.musl-x86_64.so.1",), ("python3",)),
            provides=("pc:zlib", "pc:"),
            summary="A compression library: development files",
        ),
    }
    assert index.name == f"{ADDRESS}/v3.22"


@pytest.mark.parametrize(
    ("release", "directory", "architecture", "native"),
    [
        ("3.22.1", "v3.22", "amd64", "x86_64"),
        ("v3.22", "v3.22", "arm64", "aarch64"),
        ("edge", "edge", "armv7", "armv7"),
    ],
)
def test_releases_and_architectures(release: str, directory: str, architecture: str, native: str) -> None:
    pages = make_pages(directory, native)
    source = make_source(f"alpine+{release}", fetcher=FakeFetcher(pages), architecture=architecture)
    assert "zlib" in open_index(source).packages()


def test_what_is_not_on_by_itself() -> None:
    pages = make_pages("edge")
    pages[f"{ADDRESS}/edge/testing/x86_64/APKINDEX.tar.gz"] = make_apkindex("P:new\n")
    packages = open_index(make_source("alpine+edge", fetcher=FakeFetcher(pages))).packages()
    assert packages["new"].repository == "testing"


def test_the_files_that_provides_name() -> None:
    index = open_index(make_source("alpine+3.22", fetcher=FakeFetcher(make_pages())))
    names = frozenset({"zlib.pc", "libz.so", "sh", "[", ""})
    assert sorted(index.find_files(names - {""})) == [
        ("usr/bin/[", ("busybox",)),
        ("usr/bin/sh", ("busybox",)),
        ("usr/lib/libz.so.1", ("zlib",)),
        ("usr/lib/pkgconfig/zlib.pc", ("zlib-dev",)),
    ]
    assert index.shows == {"development", "library", "executable"}


# what is not there, or not right


def test_no_release() -> None:
    with pytest.raises(UsageError) as caught:
        open_index(make_source("alpine"))
    assert str(caught.value) == "`alpine` names no release"
    assert caught.value.hint == "write `alpine+3.22`, or `+edge`"


def test_a_release_that_is_not_there() -> None:
    with pytest.raises(AbsentAddressError):
        open_index(make_source("alpine+1.0", fetcher=FakeFetcher({}))).packages()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", " is damaged"),
        (b"<html>", " cannot be decompressed"),
        (make_apkindex(MAIN)[:-10], " is damaged"),
        (make_apkindex(MAIN)[:20], " is damaged"),
        (sign_apkindex(b"", {NAME: b"s"}), " is damaged"),
        (sign_apkindex(b"", {NAME: b"s"})[:-20], " is damaged"),
        (sign_apkindex(make_apkindex(MAIN)[:-10], {NAME: b"s"}), " is damaged"),
        (sign_apkindex(make_apkindex(MAIN), {NAME: bytes(100_000)}), " is damaged"),
        (make_archive({"DESCRIPTION": "v3.22"}), " holds no `APKINDEX`"),
        (sign_apkindex(make_archive({}), {NAME: b"s"}), " holds no `APKINDEX`"),
    ],
    ids=name_bytes,
)
def test_an_index_that_is_damaged(tmp_path: Path, content: bytes, message: str) -> None:
    address = f"{write_mirror(tmp_path, content).as_uri()}/v3.22/main/x86_64/APKINDEX.tar.gz"
    with pytest.raises(FetchError) as caught:
        open_index(make_source("alpine+3.22", tmp_path, allow_unsigned=True)).packages()
    assert caught.value.message == f"`{address}`{message}"


def test_no_packages(tmp_path: Path) -> None:
    write_mirror(tmp_path, make_apkindex("T:\xff nothing\n\n"))
    (tmp_path / "v3.22/community/x86_64/APKINDEX.tar.gz").write_bytes(make_apkindex(""))
    with pytest.raises(FetchError) as caught:
        open_index(make_source("alpine+3.22", tmp_path, allow_unsigned=True)).packages()
    assert str(caught.value) == f"`{tmp_path.as_uri()}/v3.22` has no packages"


def test_names_that_are_none(tmp_path: Path) -> None:
    write_mirror(tmp_path, make_apkindex("P:-o; rm\nP\nD:>= = ! ~\np:so:../../x.so.1 pc:{0.x} cmd:\n\nP: a\x85b\n"))
    index = open_index(make_source("alpine+3.22", tmp_path, allow_unsigned=True))
    assert index.packages()["-o; rm"].provides == ("so:../../x.so.1", "pc:{0.x}", "cmd:")
    assert list(index.find_files(frozenset({"x.so", "{0.x}.pc"}))) == [
        ("usr/lib/../../x.so.1", ("-o; rm",)),
        ("usr/lib/pkgconfig/{0.x}.pc", ("-o; rm",)),
    ]
    assert "a\x85b" in index.packages()


# whom it is believed from


def test_a_mirror_is_not_believed(tmp_path: Path) -> None:
    write_mirror(tmp_path, make_apkindex(MAIN))
    with pytest.raises(UntrustedIndexError) as caught:
        open_index(make_source("alpine+3.22", tmp_path)).packages()
    assert caught.value.message.startswith("nobody vouches for `file:///")
    assert caught.value.hint.startswith("`--keyring PATH` names the keys that sign it")


def test_a_keyring_decides_for_the_distribution_too(tmp_path: Path) -> None:
    source = make_source("alpine+3.22", fetcher=FakeFetcher(make_pages()), keyring=tmp_path, host=Verifier(0))
    with pytest.raises(UntrustedIndexError, match="is not trusted"):
        open_index(source).packages()


def verify(content: bytes, keyring: Path, host: Verifier) -> bytes:
    return verify_signed(content, "APKINDEX.tar.gz", keyring=str(keyring), host=host)


@pytest.mark.parametrize(("kind", "digest"), [("RSA", "-sha1"), ("RSA256", "-sha256"), ("RSA512", "-sha512")])
def test_openssl_is_asked(tmp_path: Path, kind: str, digest: str) -> None:
    key = tmp_path / "alpine@example.org-1234.rsa.pub"
    key.touch()
    index = make_apkindex(MAIN)
    host = Verifier(0)
    assert verify(sign_apkindex(index, {NAME.replace("RSA", kind): b"s" * 600}), tmp_path, host) == index
    assert host.runs[0][:6] == ("openssl", "dgst", digest, "-verify", str(key), "-signature")
    assert host.given == [b"s" * 600, index]
    assert verify(sign_apkindex(index, {NAME: b"s"}), key, host) == index


def test_any_signature_is_enough(tmp_path: Path) -> None:
    (tmp_path / "alpine@example.org-1234.rsa.pub").touch()
    content = sign_apkindex(make_apkindex(MAIN), {".SIGN.RSA.other.rsa.pub": b"o", NAME: b"s"})
    host = Verifier(0)
    verify(content, tmp_path, host)
    assert host.given[0] == b"s"


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        (NAME, f"`{NAME}`: Verification failure"),
        (".SIGN.RSA.unknown.rsa.pub", "no key for `.SIGN.RSA.unknown.rsa.pub`"),
        (".SIGN.DSA.alpine@example.org-1234.rsa.pub", "no key for `.SIGN.DSA.alpine@example.org-1234.rsa.pub`"),
        (".SIGN.RSA.../keys/alpine@example.org-1234.rsa.pub", None),
        (".SIGN.RSA./etc/passwd", "no key for `.SIGN.RSA./etc/passwd`"),
        (".SIGN.RSA.-o.rsa.pub", "no key for `.SIGN.RSA.-o.rsa.pub`"),
    ],
)
def test_a_signature_that_is_not_trusted(tmp_path: Path, name: str, reason: str | None) -> None:
    keys = tmp_path / "keys"
    keys.mkdir()
    (keys / "alpine@example.org-1234.rsa.pub").touch()
    (keys / "-o.rsa.pub").touch()
    content = sign_apkindex(make_apkindex(MAIN), {name: b"s"})
    with pytest.raises(UntrustedIndexError) as caught:
        verify(content, keys, Verifier(1, "Verification failure\nmore\n"))
    assert caught.value.message == "the signature of `APKINDEX.tar.gz` is not trusted"
    assert caught.value.context == (reason or f"no key for `{name}`",)


def test_what_cannot_be_checked(tmp_path: Path) -> None:
    key = tmp_path / "key.pub"
    with pytest.raises(UntrustedIndexError) as caught:
        verify(sign_apkindex(make_apkindex(MAIN), {NAME: b"s"}), key, Verifier(0))
    assert caught.value.message == f"there is no keyring `{key}`"
    key.touch()
    with pytest.raises(UntrustedIndexError) as caught:
        verify(sign_apkindex(make_apkindex(MAIN), {NAME: b"s"}), key, Verifier(None))
    assert caught.value.message == "`openssl` cannot be run, which checks signatures"
    with pytest.raises(UntrustedIndexError) as caught:
        verify(make_apkindex(MAIN), key, Verifier(0))
    assert caught.value.message == "`APKINDEX.tar.gz` is not signed"


def test_signatures_that_end_their_archive() -> None:
    signatures, signed = split_signed(make_archive({NAME: "s"}) + gzip.compress(b"the rest"), "x")
    assert signatures == ((NAME, b"s"),)
    assert gzip.decompress(signed) == b"the rest"
