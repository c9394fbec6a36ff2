"""Signatures of archives, with the real gpg and gpgv."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from extdeps.curate.index.aptarchive import AptArchive
from extdeps.errors import UntrustedIndexError
from extdeps.fetch import Fetcher
from extdeps.host import LocalHost
from support.aptarchive import write_default_archive
from support.gnupg import gpg, make_key


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with make_key(tmp_path_factory.mktemp("gnupg")) as directory:
        yield directory


def write_signed(root: Path, home: Path, *, fields: str = "") -> Path:
    release = write_default_archive(root, fields=fields)
    signed = release.with_name("InRelease")
    gpg(home, "--output", str(signed), "--clearsign", str(release))
    release.unlink()
    return signed


def open_archive(root: Path, keyring: Path) -> AptArchive:
    return AptArchive(root.as_uri(), "bookworm", fetcher=Fetcher(), host=LocalHost(), keyring=str(keyring))


def test_an_archive_that_is_signed(tmp_path: Path, home: Path) -> None:
    write_signed(tmp_path, home, fields="Valid-Until: Sat, 01 Jan 2999 00:00:00 UTC\n")
    archive = open_archive(tmp_path, home / "keys.gpg")
    assert archive.components == ("main", "non-free")
    assert next(iter(archive.read_lines("main/binary-amd64/Packages"))) == b"Package: libz-dev\n"


def test_what_stands_outside_the_signature_does_not_count(tmp_path: Path, home: Path) -> None:
    signed = write_signed(tmp_path, home)
    signed.write_text("Components: evil\n\n" + signed.read_text() + "\nComponents: evil\n")
    try:
        components = open_archive(tmp_path, home / "keys.gpg").components
    except UntrustedIndexError:
        return
    assert components == ("main", "non-free")


def test_a_release_that_was_changed(tmp_path: Path, home: Path) -> None:
    signed = write_signed(tmp_path, home)
    signed.write_text(signed.read_text().replace("main", "evil"))
    with pytest.raises(UntrustedIndexError) as caught:
        open_archive(tmp_path, home / "keys.gpg")
    assert caught.value.message == f"the signature of `{tmp_path.as_uri()}/dists/bookworm` is not trusted"
    assert any("BAD signature" in line for line in caught.value.context)


def test_a_release_that_is_signed_by_somebody_else(tmp_path: Path, home: Path) -> None:
    write_signed(tmp_path, home)
    (tmp_path / "keys.gpg").touch()
    with pytest.raises(UntrustedIndexError):
        open_archive(tmp_path, tmp_path / "keys.gpg")


@pytest.mark.parametrize("until", ["Sat, 01 Jan 2000 00:00:00 UTC", "someday"])
def test_a_release_that_has_expired(tmp_path: Path, home: Path, until: str) -> None:
    write_signed(tmp_path, home, fields=f"Valid-Until: {until}\n")
    with pytest.raises(UntrustedIndexError) as caught:
        open_archive(tmp_path, home / "keys.gpg")
    assert caught.value.message == f"`{tmp_path.as_uri()}/dists/bookworm` was valid until {until}"
