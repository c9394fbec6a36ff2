"""pacman's repositories: packages, files, and whom they are believed from."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.curate.index.interface import Package
from extdeps.curate.index.table import open_index
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError
from support.repositories import FakeFetcher, Verifier, make_archive, make_pacman, make_source

ADDRESS = "https://geo.mirror.pkgbuild.com"
CORE = {
    "zlib-1:1.3.1-2": """\
%FILENAME%
zlib-1:1.3.1-2-x86_64.pkg.tar.zst

%NAME%
zlib

%VERSION%
1:1.3.1-2

%DESC%
Compression library

%REPLACES%
zlib-old
zlib-older<1.2

%DEPENDS%
glibc>=2.36
libfoo.so=1-64

%PROVIDES%
libz.so=1-64

""",
    "glibc-2.40-1": "%NAME%\nglibc\n",
}
EXTRA = {"gtk-doc-1.0-1": "\n\n%NAME%\ngtk-doc\n\n\n%DESC%\nTwo\nlines\n", "glibc-1-1": "%NAME%\nglibc\n"}
FILES = {
    "zlib-1:1.3.1-2": "%FILES%\nusr/\nusr/include/\nusr/include/zlib.h\nusr/lib/libz.so\nusr/lib/libz.so.1\n",
    "gtk-doc-1.0-1": "%FILES%\nusr/share/%NAME%\nusr/share/doc/zlib.h\n\n%BACKUP%\netc/zlib.h\n",
}
ZLIB = Package(
    name="zlib",
    repository="core",
    version="1:1.3.1-2",
    depends=(("glibc",), ("libfoo.so",)),
    provides=("libz.so", "zlib-old", "zlib-older"),
    summary="Compression library",
)


def write_directory(root: Path) -> Path:
    (root / "core.db").write_bytes(make_pacman(CORE))
    (root / "core.files").write_bytes(make_pacman({**FILES}, "files"))
    return root


def test_packages_of_the_distribution() -> None:
    pages = {
        f"{ADDRESS}/core/os/x86_64/core.db": make_pacman(CORE),
        f"{ADDRESS}/extra/os/x86_64/extra.db": make_pacman(EXTRA),
    }
    index = open_index(make_source("arch", fetcher=FakeFetcher(pages)))
    assert index.packages() == {
        "zlib": ZLIB,
        "glibc": Package(name="glibc", repository="core"),
        "gtk-doc": Package(name="gtk-doc", repository="extra", summary="Two lines"),
    }
    assert (index.name, index.default_repositories) == (ADDRESS, ("core", "extra"))


def test_a_repository_that_is_not_on_by_itself() -> None:
    pages = {
        f"{ADDRESS}/core/os/x86_64/core.db": make_pacman(CORE),
        f"{ADDRESS}/extra/os/x86_64/extra.db": make_pacman(EXTRA),
        f"{ADDRESS}/multilib/os/x86_64/multilib.db": make_pacman({"lib32-zlib-1-1": "%NAME%\nlib32-zlib\n"}),
    }
    index = open_index(make_source("arch", fetcher=FakeFetcher(pages)))
    assert index.packages()["lib32-zlib"].repository == "multilib"


def test_files_of_a_mirror() -> None:
    pages = {
        "http://mirror/core/os/riscv64/core.files": make_pacman(FILES, "files"),
        "http://mirror/extra/os/riscv64/extra.files": make_pacman({}),
    }
    source = make_source(
        "arch", "http://mirror/", fetcher=FakeFetcher(pages), architecture="riscv64", allow_unsigned=True
    )
    assert list(open_index(source).find_files(frozenset({"zlib.h", "libz.so", "%NAME%"}))) == [
        ("usr/include/zlib.h", ("zlib",)),
        ("usr/lib/libz.so", ("zlib",)),
        ("usr/lib/libz.so.1", ("zlib",)),
        ("usr/share/%NAME%", ("gtk-doc",)),
        ("usr/share/doc/zlib.h", ("gtk-doc",)),
    ]


def test_a_directory_of_databases(tmp_path: Path) -> None:
    directory = tmp_path / "a #b%20c"
    directory.mkdir()
    write_directory(directory)
    (directory / "a name?.db").write_bytes(make_pacman(EXTRA))
    (directory / "a name?.files").write_bytes(make_pacman({}))
    index = open_index(make_source("arch", directory, allow_unsigned=True))
    assert {package.name: package.repository for package in index.packages().values()} == {
        "zlib": "core",
        "glibc": "core",
        "gtk-doc": "a name?",
    }
    assert len(list(index.find_files(frozenset({"zlib.h"})))) == 2


def test_a_mirror_in_a_directory(tmp_path: Path) -> None:
    for repository in ("core", "extra"):
        directory = tmp_path / repository / "os/x86_64"
        directory.mkdir(parents=True)
        (directory / f"{repository}.db").write_bytes(make_pacman(CORE))
    assert set(open_index(make_source("arch", tmp_path, allow_unsigned=True)).packages()) == {"zlib", "glibc"}


# what is not there, or not right


def test_a_repository_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(AbsentAddressError) as caught:
        open_index(make_source("arch", tmp_path, allow_unsigned=True)).packages()
    assert caught.value.message == f"`{tmp_path.as_uri()}/extra/os/x86_64/extra.db` cannot be read"


def test_files_that_are_not_there(tmp_path: Path) -> None:
    (tmp_path / "multilib.db").write_bytes(make_pacman(CORE))
    with pytest.raises(AbsentAddressError):
        list(open_index(make_source("arch", tmp_path, allow_unsigned=True)).find_files(frozenset()))


def test_no_packages(tmp_path: Path) -> None:
    (tmp_path / "core.db").write_bytes(make_pacman({}))
    with pytest.raises(FetchError) as caught:
        open_index(make_source("arch", tmp_path, allow_unsigned=True)).packages()
    assert str(caught.value) == f"`{tmp_path.as_uri()}` has no packages"


@pytest.mark.parametrize("text", ["", "%NAME%\n", "%NAME%\na\nb\n", "NAME\n\x00", "%DESC%\n%NAME%\nzlib\n"])
def test_an_entry_without_a_name(tmp_path: Path, text: str) -> None:
    (tmp_path / "core.db").write_bytes(make_pacman({"zlib-1-1": text}))
    with pytest.raises(FetchError) as caught:
        open_index(make_source("arch", tmp_path, allow_unsigned=True)).packages()
    assert str(caught.value) == f"`{tmp_path.as_uri()}/core.db`: `zlib-1-1/desc` has no %NAME%"


@pytest.mark.parametrize(
    "content",
    [b"", b"<html>no</html>", make_pacman(CORE)[:-20], make_archive({})[:5]],
    ids=["empty", "text", "truncated", "header"],
)
def test_a_database_that_is_damaged(tmp_path: Path, content: bytes) -> None:
    for ending in (".db", ".files"):
        (tmp_path / f"core{ending}").write_bytes(content)
    index = open_index(make_source("arch", tmp_path, allow_unsigned=True))
    for name, ask in ((".db", index.packages), (".files", lambda: list(index.find_files(frozenset({"z"}))))):
        with pytest.raises(FetchError) as caught:
            ask()
        assert caught.value.message == f"`{tmp_path.as_uri()}/core{name}` is damaged"


def test_bytes_that_are_no_text(tmp_path: Path) -> None:
    files = {"x-1-1/desc": b"%NAME%\n\xff-o; rm\n", "no directory": b"", "desc": b"", "/desc": b"%NAME%\nroot\n"}
    (tmp_path / "core.db").write_bytes(make_archive(files))
    (tmp_path / "core.files").write_bytes(
        make_archive({"files": b"", "/files": b"%FILES%\na/z.h\n", "x/files": b"\xff"})
    )
    index = open_index(make_source("arch", tmp_path, allow_unsigned=True))
    assert set(index.packages()) == {"\ufffd-o; rm", "root"}
    assert list(index.find_files(frozenset({"z.h"}))) == [("a/z.h", ("",))]


# whom it is believed from


def test_a_directory_is_not_believed(tmp_path: Path) -> None:
    index = open_index(make_source("arch", write_directory(tmp_path)))
    with pytest.raises(UntrustedIndexError) as caught:
        index.packages()
    assert caught.value.message == f"nobody vouches for `{tmp_path.as_uri()}/core.db`"
    assert caught.value.hint == (
        "`--keyring FILE` names the keys that sign it, `--allow-unsigned` takes it all the same"
    )


def test_the_distribution_without_tls_is_not_believed() -> None:
    pages = {f"{ADDRESS}/{name}/os/x86_64/{name}.db": make_pacman(CORE) for name in ("core", "extra")}
    index = open_index(make_source("arch", fetcher=FakeFetcher(pages, redirect=("https:", "http:"))))
    with pytest.raises(UntrustedIndexError):
        index.packages()


def test_a_database_without_a_signature(tmp_path: Path) -> None:
    index = open_index(make_source("arch", write_directory(tmp_path), keyring=tmp_path / "keys", host=_local(0)))
    with pytest.raises(UntrustedIndexError) as caught:
        index.packages()
    assert caught.value.message == f"`{tmp_path.as_uri()}/core.db` has no signature `.sig`"


def test_signatures(tmp_path: Path) -> None:
    write_directory(tmp_path)
    (tmp_path / "keys").touch()
    for name in ("core.db.sig", "core.files.sig"):
        (tmp_path / name).write_bytes(name.encode())
    good = _local(0)
    index = open_index(make_source("arch", tmp_path, keyring=tmp_path / "keys", host=good))
    assert set(index.packages()) == {"zlib", "glibc"}
    assert list(index.find_files(frozenset({"libz.so"})))
    assert good.given[::2] == [b"core.db.sig", b"core.files.sig"]
    assert good.given[1] == make_pacman(CORE)
    with pytest.raises(UntrustedIndexError) as caught:
        open_index(make_source("arch", tmp_path, keyring=tmp_path / "keys", host=_local(1))).packages()
    assert caught.value.message == f"the signature of `{tmp_path.as_uri()}/core.db` is not trusted"


def _local(returncode: int) -> Verifier:
    return LocalVerifier(returncode)


class LocalVerifier(Verifier):
    """Lists the directories of this machine."""

    def list_directory(self, path: str, /) -> tuple[str, ...]:
        return tuple(sorted(entry.name for entry in Path(path).iterdir()))
