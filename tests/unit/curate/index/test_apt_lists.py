"""What apt keeps of an archive: one directory, compressed anew, and vouched for by the archive's Release."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.curate.index.debian import DebianIndex
from extdeps.errors import UntrustedIndexError
from support.aptarchive import CONTENTS, PACKAGES, open_archive, write_archive
from support.documents import write_catalogue

lz4 = import_module("lz4.frame")
PREFIX = "deb.example.org_debian_dists_bookworm_"


@pytest.fixture
def lists(tmp_path: Path) -> Path:
    """A directory as apt leaves it."""
    archive = tmp_path / "archive"
    release = write_archive(archive, {"main/binary-amd64/Packages": PACKAGES, "main/Contents-amd64": CONTENTS})
    directory = tmp_path / "lists"
    directory.mkdir()
    (directory / f"{PREFIX}Release").write_bytes(release.read_bytes())
    (directory / f"{PREFIX}main_binary-amd64_Packages").write_text(PACKAGES)
    (directory / f"{PREFIX}main_Contents-amd64.lz4").write_bytes(lz4.compress(CONTENTS.encode()))
    (directory / "other.example.org_debian_dists_sid_Release").write_text("Components: main\n")
    (directory / "lock").touch()
    return directory


def test_what_apt_keeps(lists: Path) -> None:
    archive = open_archive(lists)
    assert archive.address == f"{lists.as_uri()}/{PREFIX.removesuffix('_')}"
    index = DebianIndex(archive, "amd64")
    assert "libz-dev" in index.packages()
    assert list(index.find_files(frozenset({"z.pc"}))) == [
        ("usr/lib/x86_64-linux-gnu/pkgconfig/z.pc", ("libz-dev",)),
    ]


@pytest.mark.parametrize("name", ["main_binary-amd64_Packages", "main_Contents-amd64.lz4"])
def test_what_was_changed_since(lists: Path, name: str) -> None:
    path = lists / f"{PREFIX}{name}"
    text = PACKAGES + "\nPackage: evil\n"
    path.write_bytes(lz4.compress(text.encode()) if name.endswith(".lz4") else text.encode())
    archive = open_archive(lists)
    path_in_suite = name.removesuffix(".lz4").replace("_", "/")
    with pytest.raises(UntrustedIndexError) as caught:
        archive.read_lines(path_in_suite)
    assert str(caught.value) == f"`{path.as_uri()}` is not what the archive's Release says"


def test_the_command(lists: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    identifier = "dep:generic/z"
    write_catalogue(
        lists.parent / "mappings",
        definitions=[{"id": identifier}],
        probes=[{"id": identifier, "pkg_config": ["z"]}],
        mappings={"debian": [{"id": identifier, "specs": {"host": ["libz-dev"]}}]},
    )
    monkeypatch.chdir(lists.parent)
    assert main(["mapping", "verify", "debian+12", "--from", str(lists), "--allow-unsigned"]) == 0
    assert "2 of 2 entries" in capsys.readouterr().out
