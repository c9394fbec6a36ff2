"""The Gentoo repository: a directory with or without its metadata cache, and its snapshot."""

from __future__ import annotations

import io
import lzma
import os
import tarfile
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from extdeps.curate.index.interface import Package
from extdeps.curate.index.table import open_index
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError
from support.indexes import Pages, make_source

FILES = {
    "dev-libs/openssl/openssl-3.3.2.ebuild": "exit 1",
    "dev-libs/openssl/metadata.xml": "",
    "dev-libs/openssl/other-1.ebuild": "",
    "dev-libs/openssl/files/openssl-1.ebuild": "",
    "x11-libs/gtk+/gtk+-3.24.41-r1.ebuild": "",
    "x11-libs/-o/-o-1.ebuild": "",
    "net-libs/a;b/a;b-1.ebuild": "",
    "profiles/updates/1Q-2020": (
        "# comment\nmove dev-libs/ssl dev-libs/tls\nslotmove dev-libs/openssl 0 1\n"
        "move dev-libs/a dev-libs/b\nmove dev-libs/b dev-libs/a\nmove ../x dev-libs/openssl\nmove dev-libs/y\n"
    ),
    "profiles/updates/2Q-2020": "move dev-libs/tls dev-libs/openssl\n",
    "metadata/md5-cache/dev-libs/openssl-1.0.2u-r1": "EAPI=7\nSLOT=0\n",
    "metadata/md5-cache/dev-libs/openssl-3.3.2": "DEPEND=x\nDESCRIPTION=Robust = full-featured\n_md5_=0\n",
    "metadata/md5-cache/media-fonts/font-adobe-100dpi-1.0.4_p1": "DESCRIPTION=Fonts\n",
    "metadata/md5-cache/dev-libs/Manifest.gz": "",
}
PACKAGES = {
    "dev-libs/openssl": Package(
        name="dev-libs/openssl",
        repository="gentoo",
        provides=("dev-libs/ssl", "dev-libs/tls"),
        summary="Robust = full-featured",
    ),
    "x11-libs/gtk+": Package(name="x11-libs/gtk+", repository="gentoo"),
    "media-fonts/font-adobe-100dpi": Package(
        name="media-fonts/font-adobe-100dpi", repository="gentoo", summary="Fonts"
    ),
}


def write_tree(root: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(text)
    return root


def make_snapshot(files: Mapping[str, str]) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"gentoo-20261101/{name}")
            member.size = len(text.encode())
            archive.addfile(member, io.BytesIO(text.encode()))
    return buffer.getvalue()


def test_a_directory(tmp_path: Path) -> None:
    write_tree(tmp_path, {**FILES, ".git/dev-libs/x/x-1.ebuild": ""})
    index = open_index(make_source("gentoo", tmp_path))
    assert index.packages() == PACKAGES
    assert (index.default_repositories, index.shows) == (("gentoo",), frozenset())
    assert not index.tells_versions
    assert list(index.find_files(frozenset(["ssl.h"]))) == []


def test_a_directory_without_a_cache(tmp_path: Path) -> None:
    ebuilds = {name: text for name, text in FILES.items() if not name.startswith("metadata")}
    packages = open_index(make_source("gentoo", write_tree(tmp_path, ebuilds))).packages()
    assert set(packages) == {"dev-libs/openssl", "x11-libs/gtk+"}
    assert packages["dev-libs/openssl"].provides == ("dev-libs/ssl", "dev-libs/tls")


@pytest.mark.parametrize("name", ["gentoo-latest.tar.xz", "gentoo-20261101.tar.xz"])
def test_a_snapshot(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(lzma.compress(make_snapshot(FILES)))
    assert open_index(make_source("gentoo", tmp_path / name)).packages() == PACKAGES


def test_the_latest_snapshot_is_fetched() -> None:
    address = "https://distfiles.gentoo.org/snapshots"
    pages = Pages({f"{address}/gentoo-latest.tar.xz": lzma.compress(make_snapshot(FILES))})
    index = open_index(make_source("gentoo", fetcher=pages))
    assert (index.packages(), index.name) == (PACKAGES, address)


def test_a_directory_is_not_vouched_for(tmp_path: Path) -> None:
    with pytest.raises(UntrustedIndexError):
        open_index(replace(make_source("gentoo", tmp_path), allow_unsigned=False))


def test_nothing_is_there(tmp_path: Path) -> None:
    with pytest.raises(AbsentAddressError, match="is no directory or archive"):
        open_index(make_source("gentoo", tmp_path / "none")).packages()
    with pytest.raises(FetchError, match="has no packages"):
        open_index(make_source("gentoo", tmp_path)).packages()


def test_a_file_that_cannot_be_read(tmp_path: Path) -> None:
    write_tree(tmp_path, FILES)
    (tmp_path / "metadata/md5-cache/dev-libs/openssl-3.3.2").unlink()
    os.symlink("openssl-3.3.2", tmp_path / "metadata/md5-cache/dev-libs/openssl-3.3.2")
    with pytest.raises(FetchError, match=r"openssl-3\.3\.2` cannot be read"):
        open_index(make_source("gentoo", tmp_path)).packages()


HUGE = tarfile.TarInfo("pax")
HUGE.type, HUGE.size = tarfile.XHDTYPE, 1 << 40


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"no", "ended before"),
        (lzma.compress(b"x" * 1000), "invalid header"),
        (lzma.compress(make_snapshot(FILES))[:-80], "ended before"),
        (lzma.compress(HUGE.tobuf(tarfile.GNU_FORMAT) + bytes(1024)), "a header of"),
    ],
)
def test_a_snapshot_that_is_damaged(tmp_path: Path, content: bytes, message: str) -> None:
    (tmp_path / "x.tar.xz").write_bytes(content)
    with pytest.raises(FetchError, match=r"x\.tar\.xz` cannot be read") as caught:
        open_index(make_source("gentoo", tmp_path / "x.tar.xz")).packages()
    assert message in caught.value.context[0]
