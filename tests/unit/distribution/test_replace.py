"""Finished files with other fields: everything else stays, and nothing is written on an error."""

from __future__ import annotations

import gzip
import io
import os
import stat
import struct
import tarfile
import zipfile
from pathlib import Path

import pytest

from extdeps.declaration import archive
from extdeps.distribution.describe import describe_file
from extdeps.distribution.fields import REQUIRES
from extdeps.distribution.open import open_distribution
from extdeps.distribution.replace import replace_external
from extdeps.errors import ArchiveError, EnvironmentFaultError, ExtdepsError, InvalidInputError, SignedArchiveError
from support.archives import make_tar, make_zip
from support.finished import METADATA, check_record, make_wheel

FIELDS = ((REQUIRES, "dep:generic/git"),)
INFO = "spam-1.0.dist-info"


@pytest.fixture
def wheel(tmp_path: Path) -> Path:
    return make_wheel(tmp_path)


def test_wheel(wheel: Path) -> None:
    wheel.chmod(0o640)
    with zipfile.ZipFile(wheel) as before:
        told = {member.filename: member for member in before.infolist()}
        contents = {name: before.read(name) for name in told}
    replace_external(open_distribution(str(wheel)), FIELDS)
    assert stat.S_IMODE(wheel.stat().st_mode) == 0o640
    with zipfile.ZipFile(wheel) as after:
        assert after.testzip() is None
        assert after.comment == b"a comment"
        assert after.namelist() == list(told)
        for member in after.infolist():
            for key in ("date_time", "external_attr", "compress_type", "extra", "create_system", "comment"):
                assert getattr(member, key) == getattr(told[member.filename], key), key
        changed = {name for name in told if after.read(name) != contents[name]}
    assert changed == {f"{INFO}/METADATA", f"{INFO}/RECORD"}
    check_record(wheel)
    assert describe_file(open_distribution(str(wheel))).requires == ("dep:generic/git",)
    assert os.listdir(wheel.parent) == [wheel.name]


def test_twice_is_once(wheel: Path) -> None:
    replace_external(open_distribution(str(wheel)), FIELDS)
    once, time = wheel.read_bytes(), wheel.stat().st_mtime_ns
    replace_external(open_distribution(str(wheel)), FIELDS)
    assert (wheel.read_bytes(), wheel.stat().st_mtime_ns) == (once, time)


def test_there_and_back_is_the_same_file(tmp_path: Path) -> None:
    """Members that are not rewritten are copied as they are, whatever has compressed them."""
    path = make_wheel(tmp_path, stored=True)
    before = path.read_bytes()
    replace_external(open_distribution(str(path)), FIELDS)
    assert path.read_bytes() != before
    replace_external(open_distribution(str(path)), ())
    assert path.read_bytes() == before


def test_output(wheel: Path, tmp_path: Path) -> None:
    before = wheel.read_bytes()
    target = tmp_path / "other" / wheel.name
    with pytest.raises(EnvironmentFaultError, match="cannot be written\nNo such file or directory"):
        replace_external(open_distribution(str(wheel)), FIELDS, output=str(target))
    target.parent.mkdir()
    replace_external(open_distribution(str(wheel)), (), output=str(target))
    assert target.read_bytes() == before
    replace_external(open_distribution(str(wheel)), FIELDS, output=str(target))
    check_record(target)
    assert wheel.read_bytes() == before
    assert os.listdir(target.parent) == [wheel.name]


@pytest.mark.parametrize("kind", ["RECORD.jws", "RECORD.p7s"])
def test_signature_within(kind: str, tmp_path: Path) -> None:
    path = make_wheel(tmp_path, extra={f"{INFO}/{kind}": "signed"})
    before = path.read_bytes()
    with pytest.raises(SignedArchiveError) as caught:
        replace_external(open_distribution(str(path)), FIELDS)
    assert caught.value.message == f"`{path}` is signed, and would not be what was signed any more"
    assert caught.value.context == (f"{INFO}/{kind}",)
    assert caught.value.hint == "`--drop-signature` writes it without"
    assert path.read_bytes() == before
    replace_external(open_distribution(str(path)), FIELDS, drop_signature=True)
    check_record(path)
    assert f"{INFO}/{kind}" not in zipfile.ZipFile(path).namelist()


@pytest.mark.parametrize("suffix", [".asc", ".publish.attestation", ".sigstore.json"])
def test_signature_beside(suffix: str, wheel: Path) -> None:
    beside = wheel.with_name(wheel.name + suffix)
    beside.write_text("signed")
    before = wheel.read_bytes()
    with pytest.raises(SignedArchiveError) as caught:
        replace_external(open_distribution(str(wheel)), FIELDS)
    assert caught.value.context == (str(beside),)
    assert wheel.read_bytes() == before
    replace_external(open_distribution(str(wheel)), (), drop_signature=True)
    assert beside.exists()  # nothing has changed
    replace_external(open_distribution(str(wheel)), FIELDS, drop_signature=True)
    assert not beside.exists()


def test_sizes_that_follow_their_member(tmp_path: Path) -> None:
    """A writer that cannot seek puts sizes behind the data, and zip64 sizes into the header where it expects many."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.content = b""

        def writable(self) -> bool:
            return True

        def write(self, data: bytes, /) -> int:  # type: ignore[override]
            self.content += bytes(data)
            return len(data)

    pipe = Pipe()
    with zipfile.ZipFile(make_wheel(tmp_path)) as before, zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as after:
        for name in before.namelist():
            with after.open(name, "w", force_zip64=True) as file:
                file.write(before.read(name))
    path = tmp_path / "spam-1.0-py3-none-any.whl"
    path.write_bytes(pipe.content)
    replace_external(open_distribution(str(path)), FIELDS)
    check_record(path)
    assert zipfile.ZipFile(path).testzip() is None


def make_sdist(directory: Path, *, kind: int = tarfile.PAX_FORMAT, level: int = 9) -> Path:
    path = directory / "spam-1.0.tar.gz"
    buffer = io.BytesIO()
    with (
        gzip.GzipFile("spam-1.0.tar", "wb", level, buffer, mtime=1_000_000_000) as stream,
        tarfile.open(fileobj=stream, mode="w", format=kind) as sdist,
    ):
        for name, content in (("\u00e9" * 60, b"x" * 700), ("PKG-INFO", METADATA.encode()), ("z", b"\0" * 513)):
            member = tarfile.TarInfo(f"spam-1.0/{name}")
            member.size, member.mtime, member.mode, member.uname = len(content), 1_700_000_000, 0o640, "me"
            sdist.addfile(member, io.BytesIO(content))
    path.write_bytes(buffer.getvalue())
    return path


@pytest.mark.parametrize("kind", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT])
@pytest.mark.parametrize("level", [1, 6, 9])
def test_sdist(kind: int, level: int, tmp_path: Path) -> None:
    path = make_sdist(tmp_path, kind=kind, level=level)
    before = path.read_bytes()

    def list_members() -> list[dict[str, object]]:
        with tarfile.open(path) as sdist:
            return [{**member.get_info(), "size": 0, "chksum": 0} for member in sdist]

    members = list_members()
    replace_external(open_distribution(str(path)), FIELDS)
    assert list_members() == members
    with tarfile.open(path) as sdist:
        file = sdist.extractfile("spam-1.0/PKG-INFO")
        assert file
        assert file.read().decode() == METADATA.replace("\n\n", "\nRequires-External-Dep: dep:generic/git\n\n", 1)
        file = sdist.extractfile("spam-1.0/z")
        assert file
        assert file.read() == b"\0" * 513
    head = 10 + len(b"spam-1.0.tar\0")
    assert path.read_bytes()[:head] == before[:head]
    assert len(gzip.decompress(path.read_bytes())) % tarfile.RECORDSIZE == 0
    replace_external(open_distribution(str(path)), ())
    assert path.read_bytes() == before


def test_a_member_that_is_not_changed_in_size_tells_of_it(tmp_path: Path) -> None:
    path = tmp_path / "spam-1.0.tar.gz"
    with tarfile.open(path, "w:gz") as sdist:
        member = tarfile.TarInfo("spam-1.0/PKG-INFO")
        member.size, member.pax_headers = len(METADATA), {"size": str(len(METADATA))}
        sdist.addfile(member, io.BytesIO(METADATA.encode()))
    before = path.read_bytes()
    with pytest.raises(ArchiveError) as caught:
        replace_external(open_distribution(str(path)), FIELDS)
    assert (
        caught.value.message == f"`{path}`: `spam-1.0/PKG-INFO` cannot be replaced: its size is not in its own header"
    )
    assert path.read_bytes() == before


def make_link(name: str, target: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as sdist:
        member = tarfile.TarInfo(name)
        member.type, member.linkname = tarfile.SYMTYPE, target
        sdist.addfile(member)
        member = tarfile.TarInfo("spam-1.0/PKG-INFO")
        member.size = len(METADATA)
        sdist.addfile(member, io.BytesIO(METADATA.encode()))
    return buffer.getvalue()


def make_zip_link(target: str) -> bytes:
    buffer = io.BytesIO(make_zip({f"{INFO}/METADATA": METADATA, f"{INFO}/RECORD": f"{INFO}/METADATA,,\n"}))
    with zipfile.ZipFile(buffer, "a") as wheel:
        member = zipfile.ZipInfo("spam/link")
        member.external_attr = (stat.S_IFLNK | 0o777) << 16
        wheel.writestr(member, target)
    return buffer.getvalue()


def make_bomb() -> bytes:
    """An sdist whose first member says that it is larger than all of an sdist may be."""
    member = tarfile.TarInfo("spam-1.0/x")
    member.size = archive.MAX_TOTAL_BYTES + 1
    return gzip.compress(member.tobuf())


def overlap(content: bytes) -> bytes:
    """The second member of the directory is said to be where the first one is."""
    first = content.index(b"PK\1\2")
    second = content.index(b"PK\1\2", first + 4)
    return content[: second + 42] + struct.pack("<L", 1) + content[second + 46 :]


MEMBER = f"{INFO}/METADATA"
GOOD = make_zip({MEMBER: METADATA, f"{INFO}/RECORD": f"{MEMBER},,\n"})
LARGE = b"Name: x\n" + b" " * archive.MAX_MEMBER_BYTES
WRONG = METADATA.replace("\n\n", "\nRequires-External-Dep: a/\x1b[31mb\n\n", 1)
ASTRAY = "`{path}` has members that would be written elsewhere"
LINKS = "`{path}` has links that lead out of it"
BAD = {
    "no-zip": ("x.whl", b"nothing", "`{path}` is not a wheel"),
    "no-gzip": ("x.tar.gz", b"nothing", "`{path}` is damaged"),
    "broken-off-zip": ("x.whl", GOOD[:-30], "`{path}` is not a wheel"),
    "broken-off-gzip": ("x.tar.gz", make_link("spam-1.0/x", "y")[:-40], "`{path}` is damaged"),
    "other-name": ("x.txt", b"", "`{path}` is neither a wheel nor an sdist"),
    "no-metadata": ("x.whl", make_zip({"x": ""}), "`{path}` is not a wheel: it has no METADATA files"),
    "no-pkg-info": (
        "x.tar.gz",
        make_tar({"x/a/PKG-INFO": ""}),
        "`{path}` is not an sdist: it has no PKG-INFO at its top level",
    ),
    "no-record": ("x.whl", make_zip({MEMBER: METADATA}), "`{path}` has no RECORD files"),
    "other-record": (
        "x.whl",
        make_zip({MEMBER: METADATA, f"{INFO}/RECORD": "x,,\n"}),
        f"`{{path}}`: the RECORD has no lines for `{MEMBER}`",
    ),
    "large-metadata": ("x.whl", make_zip({MEMBER: LARGE}), f"`{{path}}`: `{MEMBER}` is larger than 16 MiB"),
    "large-pkg-info": ("x.tar.gz", make_tar({"x/PKG-INFO": LARGE}), "`{path}`: `x/PKG-INFO` is larger than 16 MiB"),
    "absolute": ("x.whl", make_zip({MEMBER: METADATA, "/etc/x": ""}), ASTRAY),
    "upwards": ("x.tar.gz", make_tar({"x/../../y": "", "x/PKG-INFO": METADATA}), ASTRAY),
    "link": ("x.tar.gz", make_link("spam-1.0/x", "../../etc/passwd"), LINKS),
    "absolute-link": ("x.tar.gz", make_link("spam-1.0/x", "/etc/passwd"), LINKS),
    "link-in-wheel": ("x.whl", make_zip_link("../../etc/passwd"), LINKS),
    "not-utf-8": ("x.whl", make_zip({MEMBER: METADATA.encode() + b"\xff"}), f"`{{path}}`: `{MEMBER}` is not in UTF-8"),
    "overlap": ("x.whl", overlap(GOOD), "`{path}` is damaged"),
    "bomb": ("x.tar.gz", make_bomb(), "`{path}` unpacks to more than 4 GiB"),
    "nameless": (
        "x.whl",
        make_zip({MEMBER: "Summary: x\n"}),
        f"`{{path}}`: `{MEMBER}` does not name a project and its version",
    ),
    "wrong-requirement": (
        "x.whl",
        make_zip({MEMBER: WRONG}),
        f"`{{path}}: {MEMBER}` has 1 external requirements that are wrong",
    ),
}


def rewrite(path: Path) -> None:
    found = open_distribution(str(path))
    describe_file(found)
    replace_external(found, FIELDS)


@pytest.mark.parametrize("name", BAD)
def test_bad_input(name: str, tmp_path: Path) -> None:
    file, content, message = BAD[name]
    path = tmp_path / file
    path.write_bytes(content)
    with pytest.raises(InvalidInputError) as caught:
        rewrite(path)
    assert caught.value.message == message.format(path=path)
    assert caught.value.exit_code == 3
    assert path.read_bytes() == content
    assert os.listdir(tmp_path) == [file]


def test_links_within_are_none_of_our_business(tmp_path: Path) -> None:
    path = tmp_path / "spam-1.0.tar.gz"
    path.write_bytes(make_link("spam-1.0/a/x", "../PKG-INFO"))
    assert open_distribution(str(path)).member == "spam-1.0/PKG-INFO"
    path = tmp_path / "spam-1.0-py3-none-any.whl"
    path.write_bytes(make_zip_link("__init__.py"))
    assert open_distribution(str(path)).member == f"{INFO}/METADATA"


def test_encrypted(tmp_path: Path) -> None:
    path = tmp_path / "spam-1.0-py3-none-any.whl"
    directory = GOOD.index(b"PK\1\2")
    path.write_bytes(GOOD[: directory + 8] + b"\1" + GOOD[directory + 9 :])
    with pytest.raises(ExtdepsError, match=f"`{INFO}/METADATA` is encrypted"):
        open_distribution(str(path))


def test_what_is_not_there(tmp_path: Path) -> None:
    for name in ("x.whl", "x.tar.gz"):
        with pytest.raises(ArchiveError) as caught:
            open_distribution(str(tmp_path / name))
        assert caught.value.message == f"`{tmp_path / name}` cannot be read"
        assert caught.value.context == ("No such file or directory",)
