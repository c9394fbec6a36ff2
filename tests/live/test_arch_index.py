"""The index of pacman's repositories, as the real repo-add writes and the real gpg signs it."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path

import pytest

from extdeps.cli.main import main
from extdeps.curate.index.interface import PackageIndex
from extdeps.curate.index.table import open_index
from extdeps.errors import UntrustedIndexError
from support.documents import write_catalogue
from support.gnupg import gpg, make_key
from support.repositories import make_source

zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

DEVELOPMENT = {"pkg_config": ["z"], "headers": ["z.h"], "libraries": ["z"]}
Z_FILES = ("usr/include/z.h", "usr/lib/libz.so", "usr/lib/libz.so.1", "usr/lib/pkgconfig/z.pc")


def write_package(directory: Path, name: str, files: Sequence[str] = (), **fields: Sequence[str]) -> Path:
    """A package as makepkg makes it, of empty files."""
    lines = [f"pkgname = {name}", "pkgver = 1:1.3-2", "pkgdesc = A small package", "arch = x86_64", "size = 0"]
    lines += [f"{field} = {value}" for field, values in fields.items() for value in values]
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for member_name, text in {".PKGINFO": "\n".join(lines) + "\n", **dict.fromkeys(files, "")}.items():
            member = tarfile.TarInfo(member_name)
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    path = directory / f"{name}-1:1.3-2-x86_64.pkg.tar.zst"
    path.write_bytes(zstd.compress(buffer.getvalue()))
    return path


def add(database: Path, *packages: Path, options: Sequence[str] = (), environ: Mapping[str, str] | None = None) -> None:
    command = ["repo-add", "--quiet", *options, str(database), *map(str, packages)]
    subprocess.run(command, check=True, capture_output=True, env={**os.environ, **(environ or {})})


def write_repositories(directory: Path, ending: str, **signing: object) -> Path:
    """core with a library, extra with what needs and what replaces something."""
    directory.mkdir()
    z = write_package(directory, "zlib", Z_FILES, depend=["glibc>=2.36"], provides=["libz.so=1-64"])
    glibc = write_package(directory, "glibc", ["usr/lib/libc.so.6"])
    tool = write_package(directory, "zlib-tools", ["usr/bin/z"], depend=["libz.so=1-64"], replaces=["zlib-utils"])
    add(directory / f"core.db.tar{ending}", z, glibc, **signing)  # type: ignore[arg-type]
    add(directory / f"extra.db.tar{ending}", tool, **signing)  # type: ignore[arg-type]
    return directory


@pytest.mark.parametrize("ending", [".gz", ".xz", ".zst", ".bz2", ""])
def test_every_compression_of_repo_add(tmp_path: Path, ending: str) -> None:
    index = open_index(make_source("arch", write_repositories(tmp_path / "repositories", ending), allow_unsigned=True))
    packages = index.packages()
    assert {name: package.repository for name, package in packages.items()} == {
        "zlib": "core",
        "glibc": "core",
        "zlib-tools": "extra",
    }
    assert (packages["zlib"].depends, packages["zlib"].provides) == ((("glibc",),), ("libz.so",))
    assert (packages["zlib-tools"].provides, packages["zlib-tools"].summary) == (("zlib-utils",), "A small package")
    assert sorted(index.find_files(frozenset({"z.h", "libz.so", "z"}))) == [
        ("usr/bin/z", ("zlib-tools",)),
        ("usr/include/z.h", ("zlib",)),
        ("usr/lib/libz.so", ("zlib",)),
        ("usr/lib/libz.so.1", ("zlib",)),
    ]


def test_verify_finds_every_fault(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    repositories = write_repositories(tmp_path / "repositories", ".zst")
    add(repositories / "multilib.db.tar.gz", write_package(repositories, "lib32-z", ["usr/lib32/libz.so.1"]))
    probes: dict[str, Mapping[str, object]] = {
        "true": DEVELOPMENT,
        "through-a-capability": {"libraries": ["z"]},
        "gone": DEVELOPMENT,
        "renamed": {"executables": ["z"]},
        "provided": {},
        "not-shipped": DEVELOPMENT,
        "elsewhere": {},
        "elsewhere-as-it-says": {},
    }
    specs: dict[str, object] = {
        "true": "zlib",
        "through-a-capability": {"run": ["zlib-tools"]},
        "gone": {"host": ["zlib2"]},
        "renamed": {"run": ["zlib-utils"]},
        "provided": {"run": ["libz.so"]},
        "not-shipped": {"host": ["glibc"]},
        "elsewhere": {"run": ["lib32-z"]},
        "elsewhere-as-it-says": {"run": ["lib32-z"]},
    }
    metadata = {"elsewhere-as-it-says": {"repository": "multilib"}}
    write_catalogue(
        tmp_path / "mappings",
        definitions=[{"id": f"dep:generic/{name}"} for name in specs],
        probes=[{"id": f"dep:generic/{name}", **probe} for name, probe in probes.items()],
        mappings={
            "arch": [
                {"id": f"dep:generic/{name}", "specs": value, "extra_metadata": metadata.get(name, {})}
                for name, value in specs.items()
            ]
        },
    )
    monkeypatch.chdir(tmp_path)
    assert main(["mapping", "verify", "arch", "--from", str(repositories), "--allow-unsigned"]) == 1
    assert capsys.readouterr().out.replace("mappings/arch.mapping.json:1: ", "").splitlines() == [
        "gone: `dep:generic/gone`: `zlib2` does not exist; `zlib` ships such files",
        "gone: `dep:generic/renamed`: `zlib-utils` does not exist; `zlib-tools` provides it",
        "gone: `dep:generic/provided`: `libz.so` does not exist; `zlib` provides it",
        "not-shipped: `dep:generic/not-shipped`: `glibc` does not ship the development that the build phase needs",
        "not-shipped: `dep:generic/not-shipped`: `glibc` does not ship the development that the host phase needs",
        "repository: `dep:generic/elsewhere`: `lib32-z` is in `multilib`, which the entry does not say",
        f"7 names looked up in {repositories.as_uri()}: 3 gone.",
        "4 of 6 entries and phases whose evidence is known ship it.",
    ]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    with make_key(tmp_path_factory.mktemp("gnupg")) as directory:
        yield directory


@pytest.fixture
def signed(tmp_path: Path, home: Path) -> Path:
    signing = {"options": ["--sign"], "environ": {"GNUPGHOME": str(home)}}
    return write_repositories(tmp_path / "signed", ".gz", **signing)


def test_what_repo_add_signs_is_trusted(signed: Path, home: Path) -> None:
    index = open_index(make_source("arch", signed, keyring=home / "keys.gpg"))
    assert set(index.packages()) == {"zlib", "glibc", "zlib-tools"}
    assert list(index.find_files(frozenset({"z.h"}))) == [("usr/include/z.h", ("zlib",))]


def read_all(index: PackageIndex) -> None:
    index.packages()
    list(index.find_files(frozenset({"z.h"})))


@pytest.mark.parametrize("ending", [".db", ".files"])
def test_a_database_that_was_changed(signed: Path, home: Path, ending: str) -> None:
    with open(signed / f"core{ending}", "ab") as file:
        file.write(bytes(512))
    index = open_index(make_source("arch", signed, keyring=home / "keys.gpg"))
    with pytest.raises(UntrustedIndexError) as caught:
        read_all(index)
    assert caught.value.message == f"the signature of `{signed.as_uri()}/core{ending}` is not trusted"
    assert any("BAD signature" in line for line in caught.value.context)


def test_the_signature_of_something_else(signed: Path, home: Path) -> None:
    (signed / "core.db.sig").unlink()
    gpg(home, "--output", str(signed / "core.db.sig"), "--sign", str(signed / "extra.db"))
    with pytest.raises(UntrustedIndexError) as caught:
        open_index(make_source("arch", signed, keyring=home / "keys.gpg")).packages()
    assert any("not a detached signature" in line for line in caught.value.context)


def test_a_database_that_is_signed_by_somebody_else(signed: Path, tmp_path: Path) -> None:
    (tmp_path / "keys.gpg").touch()
    with pytest.raises(UntrustedIndexError):
        open_index(make_source("arch", signed, keyring=tmp_path / "keys.gpg")).packages()
