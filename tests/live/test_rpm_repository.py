"""RPM repositories made by the real rpmbuild and createrepo_c, and signed by the real gpg."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.cli.main import main
from extdeps.curate.index.interface import Source
from extdeps.curate.index.table import open_index
from extdeps.errors import UntrustedIndexError
from extdeps.fetch import Fetcher
from extdeps.host import LocalHost, find_executable
from support.documents import write_catalogue
from support.gnupg import gpg, make_key

SPEC = """
Name: z
Version: 1.3
Release: 1
Summary: A tool
License: MIT
BuildArch: noarch
%description
A tool.
%package libs
Summary: A library
Provides: libz-compat = 1.3
Provides: libz.so.1()(64bit)
Requires: (nosuch or z-common)
%description libs
A library.
%package devel
Summary: Its headers
Requires: libz.so.1()(64bit)
Requires: /usr/bin/z
Provides: pkgconfig(z) = 1.3
%description devel
Its headers.
%package common
Summary: What all need
%description common
What all need.
%install
mkdir -p %{buildroot}/usr/bin %{buildroot}/usr/include/z %{buildroot}/usr/lib64/pkgconfig %{buildroot}/usr/share/z
echo tool > %{buildroot}/usr/bin/z
echo header > %{buildroot}/usr/include/z/z.h
echo module > %{buildroot}/usr/lib64/pkgconfig/z.pc
echo library > %{buildroot}/usr/lib64/libz.so.1.3
ln -s libz.so.1.3 %{buildroot}/usr/lib64/libz.so
echo common > %{buildroot}/usr/share/z/common
%files
/usr/bin/z
%files libs
/usr/lib64/libz.so.1.3
%files devel
/usr/include/z
/usr/lib64/pkgconfig/z.pc
/usr/lib64/libz.so
%files common
/usr/share/z
"""
PROBES: list[dict[str, object]] = [
    {"id": "dep:generic/z", "headers": ["z/z.h"], "libraries": ["z"], "pkg_config": ["z"]},
    {"id": "dep:generic/tool", "executables": ["z"]},
    {"id": "dep:generic/bare", "executables": ["z"]},
]
MAPPINGS: list[dict[str, object]] = [
    {"id": "dep:generic/z", "specs": {"host": ["z-devel"], "run": ["z-libs"]}},
    {"id": "dep:generic/tool", "specs": {"run": ["z-devel"]}},  # which requires the path /usr/bin/z
    {"id": "dep:generic/gone", "specs": {"run": ["z-old"]}},
    {"id": "dep:generic/renamed", "specs": {"run": ["libz-compat"]}},
    {"id": "dep:generic/bare", "specs": {"run": ["z-libs"]}},
]
FAULTS = [
    "gone: `dep:generic/gone`: `z-old` does not exist",
    "gone: `dep:generic/renamed`: `libz-compat` does not exist; `z-libs` provides it",
    "not-shipped: `dep:generic/bare`: `z-libs` does not ship the executable that the run phase needs",
]


def run(name: str, *arguments: str, home: Path) -> bytes:
    """What a program prints that these tests need; a machine without it fails."""
    path = find_executable(LocalHost(), name)
    assert path, f"install {name}"
    environ = {"HOME": str(home), "PATH": os.environ["PATH"], "LC_ALL": "C"}
    return subprocess.run([path, *arguments], env=environ, check=True, capture_output=True).stdout


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A directory of packages."""
    home = tmp_path_factory.mktemp("rpm")
    (home / ".rpmmacros").write_text(f"%_dbpath {home}/db\n%_topdir {home}/build\n")
    (home / "z.spec").write_text(SPEC)
    run("rpmbuild", "-ba", "--quiet", str(home / "z.spec"), home=home)
    packages = home / "packages"
    packages.mkdir()
    for path in (home / "build").rglob("*.rpm"):
        path.rename(packages / path.name)
    assert len(list(packages.iterdir())) == 5, "four packages and their source"
    return packages


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A directory with a key, and with its public half as a keyring, bare and armored."""
    with make_key(tmp_path_factory.mktemp("gnupg")) as home:
        (home / "keys.asc").write_bytes(b"What it is for\n" + gpg(home, "--export", "--armor"))
        yield home


def make_repository(root: Path, built: Path, keys: Path, compression: str = "gz") -> Path:
    """A signed repository; returns its repomd.xml."""
    shutil.copytree(built, root, dirs_exist_ok=True)
    run("createrepo_c", "--quiet", "--general-compress-type", compression, str(root), home=keys)
    index = root / "repodata/repomd.xml"
    gpg(keys, "--detach-sign", "--armor", str(index))
    return index


def verify(root: Path, keyring: Path) -> int:
    return main(["mapping", "verify", "fedora+99", "--from", str(root), "--keyring", str(keyring)])


@pytest.fixture
def catalogue(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A catalogue where commands look for one, with a fault of each kind."""
    definitions = [{"id": entry["id"]} for entry in MAPPINGS]
    write_catalogue(tmp_path / "mappings", definitions=definitions, probes=PROBES, mappings={"fedora": MAPPINGS})
    monkeypatch.chdir(tmp_path)


@pytest.mark.usefixtures("catalogue")
@pytest.mark.parametrize("compression", ["gz", "xz", "bz2"])  # zstd is newer than Debian's createrepo_c
def test_a_mapping(
    tmp_path: Path, built: Path, keys: Path, compression: str, *, capsys: pytest.CaptureFixture[str]
) -> None:
    make_repository(tmp_path / "mirror", built, keys, compression)
    assert verify(tmp_path / "mirror", keys / "keys.gpg") == 1
    *faults, names, proved = capsys.readouterr().out.splitlines()
    assert [fault.partition(": ")[2] for fault in faults] == FAULTS
    assert names == f"4 names looked up in {(tmp_path / 'mirror').as_uri()}: 2 gone."
    assert proved == "4 of 5 entries and phases whose evidence is known ship it."


def open_repository(root: Path, keyring: Path) -> None:
    ecosystem = parse_ecosystem("fedora+99")
    address, host = root.as_uri(), LocalHost()
    source = Source(ecosystem=ecosystem, fetcher=Fetcher(), host=host, address=address, keyring=str(keyring))
    assert set(open_index(source).packages()) == {"z", "z-libs", "z-devel", "z-common"}


def test_an_armored_keyring(tmp_path: Path, built: Path, keys: Path) -> None:
    make_repository(tmp_path, built, keys)
    open_repository(tmp_path, keys / "keys.asc")


def test_a_keyring_beside_which_one_stands(
    tmp_path: Path, built: Path, keys: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_repository(tmp_path, built, keys)
    monkeypatch.chdir(keys)  # gpgv looks for names without `/` in a directory of its own
    open_repository(tmp_path, Path("keys.gpg"))


def test_an_index_that_was_changed(tmp_path: Path, built: Path, keys: Path) -> None:
    index = make_repository(tmp_path, built, keys)
    index.write_text(index.read_text() + "<!-- -->")
    with pytest.raises(UntrustedIndexError) as caught:
        open_repository(tmp_path, keys / "keys.gpg")
    assert caught.value.message == f"the signature of `{tmp_path.as_uri()}` is not trusted"
    assert any("BAD signature" in line for line in caught.value.context)


def test_an_index_that_is_signed_by_somebody_else(tmp_path: Path, built: Path, keys: Path) -> None:
    make_repository(tmp_path, built, keys)
    (tmp_path / "other.gpg").touch()
    with pytest.raises(UntrustedIndexError):
        open_repository(tmp_path, tmp_path / "other.gpg")


@pytest.mark.parametrize("how", ["--clearsign", "--sign", "nothing"])
def test_what_is_signed_must_be_the_index(tmp_path: Path, built: Path, keys: Path, how: str) -> None:
    """A true signature, but of something else and not apart from it; and none at all."""
    index = make_repository(tmp_path, built, keys)
    signature = index.with_name("repomd.xml.asc")
    signature.unlink()
    signature.touch()
    if how != "nothing":
        (tmp_path / "note").write_text("Something that was signed once.\n")
        signature.write_bytes(gpg(keys, "--output", "-", how, str(tmp_path / "note")))
    with pytest.raises(UntrustedIndexError):
        open_repository(tmp_path, keys / "keys.gpg")
