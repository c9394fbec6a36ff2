"""Mappings against small indexes: every kind of untruth is found, and what is true is not blamed."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import Ecosystem, codename
from extdeps.cli.main import main
from extdeps.curate.index.debian import DebianIndex
from extdeps.curate.index.interface import Source, base_name
from extdeps.curate.index.table import open_index
from extdeps.curate.verify import Verification, verify
from extdeps.errors import FetchError, UntrustedIndexError, UsageError
from extdeps.fetch import Fetcher
from support.aptarchive import PACKAGES, open_archive, write_archive, write_default_archive
from support.recorded import RecordedHost

DEVELOPMENT: dict[str, object] = {"headers": ["z/z.h"], "libraries": ["z"]}


def write_mappings(root: Path, specs: object, probe: dict[str, object], **metadata: str) -> Path:
    directory = root / "mappings"
    directory.mkdir()
    documents = {
        "registry.json": ("definitions", {"id": "dep:generic/z"}),
        "probes.json": ("probes", {"id": "dep:generic/z", **probe}),
        "debian.mapping.json": ("mappings", {"id": "dep:generic/z", "specs": specs, "extra_metadata": metadata}),
    }
    for name, (kind, entry) in documents.items():
        text = f'{{\n"schema_version": 1,\n"{kind}": [\n{json.dumps(entry)}\n]\n}}\n'
        (directory / name).write_text(text)
    return directory


def verify_entry(root: Path, specs: object, probe: dict[str, object], **metadata: str) -> Verification:
    write_default_archive(root)
    catalogue = Catalogue((str(write_mappings(root, specs, probe, **metadata)),))
    mapping = catalogue.mapping(Ecosystem(name="debian", release="12"))
    assert mapping
    return verify(mapping, catalogue, DebianIndex(open_archive(root), "amd64"))


@pytest.mark.parametrize(
    ("specs", "probe"),
    [
        ({"host": ["libz-dev"], "run": ["libz1"]}, DEVELOPMENT),
        ({"host": ["libz-dev"], "run": ["libz1"]}, {"pkg_config": ["z"], "headers": ["nosuch.h"], "libraries": ["z"]}),
        ({"host": ["libz-dev"]}, {"pkg_config": ["other", "z"]}),
        ({"host": ["libz-dev"]}, {"headers": ["nosuch.h", "z/z.h"]}),
        ({"run": ["libz-dev"]}, {"libraries": ["z"]}),  # through its dependency
        ({"host": ["libz-dev"], "run": ["libz1"]}, {}),  # nothing is known that would prove it
        ([], DEVELOPMENT),
    ],
)
def test_what_is_true(tmp_path: Path, specs: object, probe: dict[str, object]) -> None:
    result = verify_entry(tmp_path, specs, probe)
    assert not result.faults
    assert not result.excepted
    assert result.proved == result.tried


@pytest.mark.parametrize(
    ("specs", "probe", "faults"),
    [
        ({"host": ["libz-devel"]}, DEVELOPMENT, [("gone", "`libz-devel` does not exist; `libz-dev` ships such files")]),
        ({"run": ["libz-abi"]}, {}, [("gone", "`libz-abi` does not exist; `libz1` provides it")]),
        ({"run": ["libz9"]}, {"libraries": ["z"]}, [("gone", "`libz9` does not exist; `libz1` ships such files")]),
        ({"run": ["unlike"]}, {"libraries": ["z"]}, [("gone", "`unlike` does not exist")]),
        ({"run": ["libz0"]}, {}, [("transitional", "`libz0` is a transitional package; `libz1` takes its place")]),
        ({"run": ["cuda"]}, {}, [("repository", "`cuda` is in `non-free`, which the entry does not say")]),
        (
            {"run": ["libz1"], "build": ["libz-dev"]},
            {"executables": ["z"]},
            [
                ("not-shipped", "`libz-dev` does not ship the executable that the build phase needs"),
                ("not-shipped", "`libz1` does not ship the executable that the run phase needs"),
            ],
        ),
        (
            {"host": ["libz1"]},
            DEVELOPMENT,
            [
                ("not-shipped", "`libz1` does not ship the development that the build phase needs"),
                ("not-shipped", "`libz1` does not ship the development that the host phase needs"),
            ],
        ),
        (
            {"run": ["libc6"]},
            {"libraries": ["z"]},
            [("not-shipped", "`libc6` does not ship the library that the run phase needs")],
        ),
        (
            {"build": ["libc6", "libz1"]},
            {"headers": ["z.h"]},  # z.h lies in a directory of documents, and of a package that is not asked for
            [("not-shipped", "`libc6`, `libz1` does not ship the development that the build phase needs")],
        ),
    ],
)
def test_what_is_not(tmp_path: Path, specs: object, probe: dict[str, object], faults: list[tuple[str, str]]) -> None:
    result = verify_entry(tmp_path, specs, probe)
    assert [(fault.code, fault.message) for fault in result.faults] == [
        (code, f"`dep:generic/z`: {message}") for code, message in faults
    ]
    assert {(Path(fault.path).name, fault.line) for fault in result.faults} == {("debian.mapping.json", 4)}


@pytest.mark.parametrize(
    ("run", "metadata", "faults"),
    [
        (["libz1"], {}, ["`libzxx1` is linked with, and not among what the run phase needs"]),
        (["libz1", "libzxx1"], {}, []),
        (["libzxx1"], {}, []),  # which depends on the other
        (["libz1"], {"unshipped": "one is for C++"}, []),
        ([], {}, []),
    ],
)
def test_all_that_is_linked_with_is_there_at_run_time(
    run: list[str], metadata: dict[str, str], faults: list[str], tmp_path: Path
) -> None:
    packages = (
        "Package: libz-dev\nDepends: libz1, libzxx1\n\nPackage: libz1\n\nPackage: libzxx1\nDepends: libz1\n\n"
        "Package: libz-tools\n"
    )
    places = {"libz.so": "libz-dev", "libzxx.so": "libz-dev", "libz.so.1": "libz1", "libzxx.so.1": "libzxx1"}
    contents = "".join(f"usr/lib/{path}  libs/{owner}\n" for path, owner in places.items())
    contents += "usr/lib/libzxx.so.2  libs/libz-tools\nusr/include/z.h  libdevel/libz-dev\n"
    write_archive(tmp_path, {"main/binary-amd64/Packages": packages, "main/Contents-amd64": contents})
    specs = {"host": ["libz-dev"], "run": run}
    probe: dict[str, object] = {"headers": ["z.h"], "libraries": ["z", "zxx"]}
    catalogue = Catalogue((str(write_mappings(tmp_path, specs, probe, **metadata)),))
    mapping = catalogue.mapping(Ecosystem(name="debian", release="12"))
    assert mapping
    result = verify(mapping, catalogue, DebianIndex(open_archive(tmp_path), "amd64"))
    assert [(fault.code, fault.message) for fault in result.faults] == [
        ("not-run", f"`dep:generic/z`: {fault}") for fault in faults
    ]


def test_a_repository_that_the_entry_names(tmp_path: Path) -> None:
    assert not verify_entry(tmp_path, {"run": ["cuda"]}, {}, repository="non-free").faults


def test_a_repository_with_an_index_of_its_own(tmp_path: Path) -> None:
    result = verify_entry(tmp_path, {"run": ["cuda-13"]}, DEVELOPMENT, repository="vendor")
    assert (result.faults, result.names, result.tried) == ([], 0, 0)
    assert result.elsewhere == {"vendor": ["dep:generic/z"]}


def test_an_exception_has_its_reason(tmp_path: Path) -> None:
    result = verify_entry(tmp_path, {"run": ["libc6"]}, {"executables": ["z"]}, unshipped="a link made later")
    assert (result.faults, result.excepted) == ([], {"dep:generic/z": "a link made later"})
    assert (result.proved, result.tried) == (0, 1)


def test_packages(tmp_path: Path) -> None:
    write_default_archive(tmp_path)
    packages = DebianIndex(open_archive(tmp_path), "amd64").packages()
    assert set(packages) == {"libz-dev", "libz1", "libz0", "libc6", "libc6-dev", "cuda"}
    assert packages["libz-dev"].depends == (("libz1",), ("libc-dev", "libc6-dev"))
    assert packages["libz1"].depends == (("libc6",),)
    assert packages["libz1"].provides == ("libz-abi", "libz-compat")
    assert (packages["cuda"].repository, packages["cuda"].summary) == ("non-free", "not free")


def test_files(tmp_path: Path) -> None:
    write_default_archive(tmp_path)
    index = DebianIndex(open_archive(tmp_path), "amd64")
    assert list(index.find_files(frozenset({"z.h", "libz.so"}))) == [
        ("usr/include/z/z.h", ("libz-dev",)),
        ("usr/lib/x86_64-linux-gnu/libz.so", ("libz-dev", "other")),
        ("usr/lib/x86_64-linux-gnu/libz.so.1.3", ("libz1",)),
        ("usr/share/doc/with space/z.h", ("libz-doc",)),
    ]


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("usr/lib/libz.so", "libz.so"),
        ("usr/lib/libz.so.1.2.3", "libz.so"),
        ("etc/ld.so.conf", "ld.so.conf"),
        ("z", "z"),
    ],
)
def test_base_names(path: str, name: str) -> None:
    assert base_name(path) == name


@pytest.mark.parametrize(
    ("ecosystem", "name"),
    [
        (Ecosystem(name="debian", release="12"), "bookworm"),
        (Ecosystem(name="ubuntu", release="24.04"), "noble"),
        (Ecosystem(name="debian", release="sid"), "sid"),
    ],
)
def test_codenames(ecosystem: Ecosystem, name: str) -> None:
    assert codename(ecosystem) == name


# archives that are not to be trusted


def test_an_archive_without_a_signature(tmp_path: Path) -> None:
    write_default_archive(tmp_path)
    with pytest.raises(UntrustedIndexError) as caught:
        open_archive(tmp_path, allow_unsigned=False)
    assert str(caught.value) == f"`{tmp_path.as_uri()}/dists/bookworm` has no signed `InRelease`"
    assert caught.value.hint == "`--allow-unsigned` takes it all the same"


def test_an_archive_whose_keyring_is_not_there(tmp_path: Path) -> None:
    write_default_archive(tmp_path).rename(tmp_path / "dists/bookworm/InRelease")
    with pytest.raises(UntrustedIndexError) as caught:
        open_archive(tmp_path, allow_unsigned=False, keyring=f"{tmp_path}/keys.gpg")
    assert str(caught.value) == f"there is no keyring `{tmp_path}/keys.gpg`"


def test_an_archive_where_signatures_cannot_be_checked(tmp_path: Path) -> None:
    release = write_default_archive(tmp_path)
    release.rename(release.with_name("InRelease"))
    (tmp_path / "keys.gpg").touch()
    with pytest.raises(UntrustedIndexError) as caught:
        open_archive(tmp_path, allow_unsigned=False, keyring=f"{tmp_path}/keys.gpg")
    assert str(caught.value) == "`gpgv` cannot be run, which checks signatures"


def test_an_archive_with_one_list_of_files_for_all_components(tmp_path: Path) -> None:
    write_archive(
        tmp_path, {"main/binary-amd64/Packages": PACKAGES, "Contents-amd64.gz": "usr/bin/z  universe/utils/z\n"}
    )
    found = DebianIndex(open_archive(tmp_path), "amd64").find_files(frozenset({"z"}))
    assert list(found) == [("usr/bin/z", ("z",))]


def test_an_index_that_was_changed(tmp_path: Path) -> None:
    write_default_archive(tmp_path)
    path = tmp_path / "dists/bookworm/main/Contents-amd64.gz"
    path.write_bytes(path.read_bytes() + b"x")
    with pytest.raises(UntrustedIndexError) as caught:
        list(DebianIndex(open_archive(tmp_path), "amd64").find_files(frozenset({"z.h"})))
    assert str(caught.value) == f"`{path.as_uri()}` is not what the archive's Release says"


def test_an_index_that_breaks_off(tmp_path: Path) -> None:
    write_archive(tmp_path, {"main/binary-amd64/Packages": PACKAGES})
    path = tmp_path / "dists/bookworm/main/binary-amd64/Packages"
    release = tmp_path / "dists/bookworm/Release"
    release.write_text(release.read_text().replace("/Packages", "/Packages.xz"))
    path.rename(path.with_suffix(".xz"))
    with pytest.raises(FetchError) as caught:
        DebianIndex(open_archive(tmp_path), "amd64").packages()
    assert caught.value.message == f"`{path.with_suffix('.xz').as_uri()}` cannot be decompressed"


def test_an_architecture_that_the_archive_does_not_have(tmp_path: Path) -> None:
    write_default_archive(tmp_path)
    with pytest.raises(FetchError) as caught:
        DebianIndex(open_archive(tmp_path), "vax").packages()
    assert str(caught.value) == f"`{tmp_path.as_uri()}/dists/bookworm` has no packages for `vax`"


def test_a_release_without_hashes(tmp_path: Path) -> None:
    release = write_default_archive(tmp_path)
    release.write_text("Components: main\n")
    with pytest.raises(FetchError) as caught:
        open_archive(tmp_path)
    assert str(caught.value) == "the archive's Release has no SHA256 hashes"


# the command


def run(root: Path, monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    monkeypatch.chdir(root)
    return main(["mapping", "verify", "debian+12", "--from", str(root), "--allow-unsigned", *arguments])


def test_the_command(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    write_default_archive(tmp_path)
    write_mappings(tmp_path, {"host": ["libz-dev"], "run": ["libz9"]}, DEVELOPMENT)
    address = f"{tmp_path.as_uri()}/dists/bookworm"
    assert run(tmp_path, monkeypatch) == 1
    assert capsys.readouterr().out == (
        "mappings/debian.mapping.json:4: gone: `dep:generic/z`: `libz9` does not exist; `libz1` ships such files\n"
        f"2 names looked up in {address}: 1 gone.\n"
        "2 of 2 entries and phases whose evidence is known ship it.\n"
    )
    assert run(tmp_path, monkeypatch, "--format", "github") == 1
    assert capsys.readouterr().out == (
        "::error file=mappings/debian.mapping.json,line=4,title=gone::"
        "`dep:generic/z`: `libz9` does not exist; `libz1` ships such files\n"
    )
    assert run(tmp_path, monkeypatch, "--format", "json") == 1
    assert json.loads(capsys.readouterr().out) == {
        "schema_version": 1,
        "ecosystem": "debian+12",
        "index": address,
        "names": 2,
        "tried": 2,
        "proved": 2,
        "excepted": {},
        "elsewhere": {},
        "faults": [
            {
                "path": "mappings/debian.mapping.json",
                "line": 4,
                "code": "gone",
                "message": "`dep:generic/z`: `libz9` does not exist; `libz1` ships such files",
            }
        ],
    }


def test_names_from_outside_do_no_harm(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_default_archive(tmp_path)
    write_mappings(tmp_path, {"run": ["a\x1b[2J%0A\n::error::b"]}, {})
    assert run(tmp_path, monkeypatch, "--format", "github") == 1
    assert capsys.readouterr().out.endswith("::`dep:generic/z`: `a\ufffd[2J%250A\ufffd::error::b` does not exist\n")
    assert run(tmp_path, monkeypatch) == 1
    assert "`a\ufffd[2J%0A\ufffd::error::b` does not exist\n" in capsys.readouterr().out


def test_the_command_finds_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    write_default_archive(tmp_path)
    write_mappings(tmp_path, {"run": ["libc6"]}, {"executables": ["z"]}, unshipped="a link made later")
    assert run(tmp_path, monkeypatch) == 0
    assert capsys.readouterr().out.startswith("excepted: `dep:generic/z`: a link made later\n1 name looked up")


@pytest.mark.parametrize(
    ("ecosystem", "message"),
    [
        ("debian", "`debian` names no release"),
        ("plan9", "there is no mapping for `plan9`"),
        ("a b", "`a b` is not an ecosystem"),
    ],
)
def test_what_the_command_cannot_do(ecosystem: str, message: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["mapping", "verify", ecosystem]) == 2
    assert f"error[usage]: {message}\n" in capsys.readouterr().err


def test_an_ecosystem_whose_index_cannot_be_read() -> None:
    with pytest.raises(UsageError) as caught:
        open_index(Source(ecosystem=Ecosystem(name="plan9"), fetcher=Fetcher(), host=RecordedHost()))
    assert str(caught.value) == "the index of `plan9` cannot be read"
    assert "`debian`" in caught.value.hint


def test_the_command_says_what_is_not_trusted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write_default_archive(tmp_path)
    assert main(["mapping", "verify", "debian+12", "--from", str(tmp_path)]) == 5
    assert capsys.readouterr().err.startswith("error[untrusted-index]: `file://")
