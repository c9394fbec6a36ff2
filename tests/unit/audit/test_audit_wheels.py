"""Whole wheels: what is carried, what would be left, what would have to be asked for, and wheels that are hostile."""

from __future__ import annotations

import contextlib
import json
import random
import struct
import subprocess
import sys
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from extdeps.audit.wheel import audit_wheels
from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import Ecosystem
from extdeps.cli.main import main
from extdeps.errors import ArchiveError
from extdeps.model.wheelaudit import WheelAudit
from extdeps.resources import shipped_directory
from support.archives import make_zip
from support.binaries import make_elf, make_macho, make_pe, write_wheel

CATALOGUE = Catalogue((shipped_directory(),))
DEBIAN = Ecosystem(name="debian", release="13")
EXTENSION = "spam/_spam.abi3.so"


def audit(path: Path) -> WheelAudit:
    return audit_wheels([str(path)], CATALOGUE, DEBIAN).wheels[0]


def write_sample(directory: Path) -> Path:
    files = {
        EXTENSION: make_elf(needed=("libpng16-11111111.so.16.1", "libc.so.6", "libown.so")),
        "spam/libown.so": make_elf("libown.so", ("libssl-22222222.so.3",)),
        "spam.libs/libpng16-11111111.so.16.1": make_elf("libpng16-11111111.so.16.1", ("libz-33333333.so.1",)),
        "spam.libs/libz-33333333.so.1": make_elf("libz-33333333.so.1") + random.Random(1).randbytes(2000),
        "spam.libs/libssl-22222222.so.3": make_elf("libssl-22222222.so.3", ("libcrypto-44444444.so.3",)),
        "spam.libs/libcrypto-44444444.so.3": make_elf("libcrypto-44444444.so.3"),
        "spam.libs/libgif-55555555.so.7": make_elf("libgif-55555555.so.7", ("libjpeg-66666666.so.62",)),
        "spam.libs/libjpeg-66666666.so.62": make_elf("libjpeg-66666666.so.62"),
        "spam/__init__.py": b"import spam._spam\n",
    }
    return write_wheel(directory, files)


def test_a_wheel(tmp_path: Path) -> None:
    path = write_sample(tmp_path)
    found = audit(path)
    with zipfile.ZipFile(path) as wheel:
        packed = {member.filename: member for member in wheel.infolist()}
    assert (found.name, found.version, found.extensions, found.programs) == ("spam", "1.0", 1, 0)
    assert (found.compressed, found.size) == (path.stat().st_size, sum(item.file_size for item in packed.values()))
    assert [item.path for item in found.unknown] == ["spam/libown.so"]
    assert found.libraries[0].original == "libz.so.1"
    assert found.libraries[0].compressed == packed["spam.libs/libz-33333333.so.1"].compress_size
    gone = sum(item.compress_size for name, item in packed.items() if name.startswith("spam.libs/"))
    assert found.without == path.stat().st_size - gone
    assert {item.identifier.removeprefix("dep:generic/"): item.is_direct for item in found.externalized} == {
        "zlib": False,
        "libpng": True,
        "openssl": True,  # what stays asks for it, though it is no extension module
        "giflib": True,  # nothing asks for it: it is loaded by name
        "libjpeg": False,
    }
    assert found.externalized[0].packages == ("zlib1g",)
    openssl = next(item for item in found.externalized if item.identifier == "dep:generic/openssl")
    assert (openssl.libraries, openssl.is_mapped) == (2, True)


def test_a_circle_is_entered_somewhere(tmp_path: Path) -> None:
    files = {
        "s.libs/libssl.so.3": make_elf("libssl.so.3", ("libz.so.1",)),
        "s.libs/libz.so.1": make_elf("libz.so.1", ("libssl.so.3",)),
    }
    direct = [item.identifier for item in audit(write_wheel(tmp_path, files)).externalized if item.is_direct]
    assert len(direct) == 1


def test_loaders_of_other_systems(tmp_path: Path) -> None:
    files = {
        "spam/_a.pyd": make_pe("_a.pyd", ("ZLIB1.dll", "python312.dll")),
        "spam.libs/zlib1-0123456789abcdef0123456789abcdef.dll": make_pe("zlib1.dll"),
        "spam/_b.cpython-312-darwin.so": make_macho(needed=("@loader_path/.dylibs/libpng16.16.dylib",), kind=8),
        "spam/.dylibs/libpng16.16.dylib": make_macho("/DLC/spam/.dylibs/libpng16.16.dylib", ("@loader_path/x",)),
        "spam-1.0.data/scripts/tool.exe": make_pe(flags=2),
    }
    found = audit(write_wheel(tmp_path, files))
    assert {(item.original, item.vendor, item.format) for item in found.libraries} == {
        ("zlib1.dll", "delvewheel", "pe"),
        ("libpng16.16.dylib", "delocate", "macho"),
    }
    assert (found.extensions, found.programs) == (2, 1)
    assert all(item.is_direct for item in found.externalized)


def test_ambiguous_and_unmapped(tmp_path: Path) -> None:
    found = audit(write_wheel(tmp_path, {"s/libamdhip64.so.6": make_elf("libamdhip64.so.6")}))
    (item,) = found.externalized
    assert (item.identifier, item.also) == ("dep:generic/hip", ("dep:generic/rocm",))
    nowhere = audit_wheels([found.path], CATALOGUE, None)
    assert (nowhere.ecosystem, nowhere.externalized[0].is_mapped, nowhere.dependencies) == (
        "",
        False,
        ("dep:generic/hip",),
    )


def test_several_wheels_add_up(tmp_path: Path) -> None:
    (tmp_path / "a").mkdir()
    first = write_sample(tmp_path / "a")
    second = write_wheel(
        tmp_path, {EXTENSION: make_elf(needed=("libz.so.1",)), "s.libs/libz.so.1": make_elf("libz.so.1")}
    )
    report = audit_wheels([str(first), str(second)], CATALOGUE, DEBIAN)
    zlib = next(item for item in report.externalized if item.identifier == "dep:generic/zlib")
    assert (zlib.libraries, zlib.is_direct) == (2, True)
    assert zlib.compressed == sum(
        item.compressed for wheel in report.wheels for item in wheel.libraries if item.original == "libz.so.1"
    )
    assert "dep:generic/zlib" in report.dependencies


def test_the_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.chdir(tmp_path)
    elf = make_elf("libz-33333333.so.1")
    files = {
        EXTENSION: make_elf(needed=("libz-33333333.so.1",)),
        "spam.libs/libz-33333333.so.1": elf.ljust(1500, b"z"),
        "spam.libs/libnvToolsExt-33333333.so.1": make_elf("libnvToolsExt-33333333.so.1").ljust(1400, b"z"),
        "spam/libeggs.so": make_elf("libeggs.so").ljust(1000, b"z"),
        "spam/bad\x1b.so": b"\x7fELF truncated",
        "spam/large.bin": bytes(2000),
    }
    path = write_wheel(tmp_path, files, stored=True)
    assert main(["wheel", "audit", "--target", "debian+13", path.name]) == 0
    assert path.stat().st_size == 7141
    assert capsys.readouterr().out == (
        "spam 1.0  spam-1.0-cp312-abi3-linux_x86_64.whl: 7.1 kB, 6.3 kB unpacked\n"
        "    1.5 kB  (1.5 kB)  libz.so.1           zlib     auditwheel\n"
        "    1.4 kB  (1.4 kB)  libnvToolsExt.so.1  nvtx     auditwheel\n"
        "    1.0 kB  (1.0 kB)  libeggs.so          unknown\n"
        "  ?  spam/bad\N{REPLACEMENT CHARACTER}.so cannot be read: it ends before its headers do\n"
        "  4.2 kB without what is known: 2.9 kB or 41% less\n"
        "\n"
        "If these came from outside, and what would supply them on debian+13:\n"
        "\n"
        "    1.5 kB  zlib  zlib1g\n"
        "    1.4 kB  nvtx  no package\n"
        "\n"
        "The wheels would have to say:\n"
        "\n"
        "    [external]\n"
        "    dependencies = [\n"
        '      "dep:generic/nvtx",\n'
        '      "dep:generic/zlib",\n'
        "    ]\n"
        "\n"
        "1 wheel with 3 libraries, 2 of them known: 7.1 kB, 4.2 kB without them.\n"
    )
    assert main(["wheel", "audit", "--target", "debian+13", "--quiet", path.name]) == 0
    assert "libz.so.1" not in capsys.readouterr().out
    assert main(["wheel", "audit", "--target", "debian+13", "--verbose", path.name]) == 0
    assert "              soname  libz-33333333.so.1\n" in capsys.readouterr().out


def test_nothing_is_carried(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write_wheel(tmp_path, {"spam.py": b"", "spam.so": b"", "short": b"MZ"})
    assert main(["wheel", "audit", "--target", "debian", str(path)]) == 0
    out = capsys.readouterr().out
    assert "  carries no shared library; what is linked into an extension module cannot be told\n" in out
    assert out.endswith("\n1 wheel with 0 libraries, 0 of them known: 467 B, 467 B without them.\n")


def absolute(path: Path) -> None:
    write_wheel(path.parent, {"/etc/x": b"", "../y": b"", "a/../../z": b"", "C:\\w": b"", "a\\..\\v": b""}).rename(path)


def no_metadata(path: Path) -> None:
    path.write_bytes(make_zip({"spam.py": ""}))


def two_metadata(path: Path) -> None:
    path.write_bytes(make_zip({"a-1.dist-info/METADATA": "", "b-1.dist-info/METADATA": ""}))


def claims_too_much(path: Path) -> None:
    """A central directory in which each member says that it has 4 GB."""
    content = bytearray(make_zip({f"{number}.so": "x" for number in range(5)}))
    position = -1
    while (position := content.find(b"PK\1\2", position + 1)) >= 0:
        content[position + 24 : position + 28] = struct.pack("<I", 0xFFFFFFF0)
    path.write_bytes(bytes(content))


def large_directory(path: Path) -> None:
    """A central directory of 9 MB, most of it comments."""
    with zipfile.ZipFile(path, "w") as archive:
        for number in range(150):
            info = zipfile.ZipInfo(f"{number}")
            info.comment = bytes(60_000)
            archive.writestr(info, b"")


@pytest.mark.parametrize(
    ("write", "message", "context"),
    [
        (lambda path: path.write_bytes(b"no zip at all"), "`{}` is not a wheel", ("File is not a zip file",)),
        (lambda path: path.write_bytes(b""), "`{}` is not a wheel", ("File is not a zip file",)),
        (lambda path: path.mkdir(), "`{}` cannot be read", ("Is a directory",)),
        (lambda path: None, "`{}` cannot be read", ("No such file or directory",)),
        (no_metadata, "`{}` is not a wheel: it has no METADATA files", ()),
        (two_metadata, "`{}` is not a wheel: it has 2 METADATA files", ()),
        (
            absolute,
            "`{}` has members that would be written elsewhere",
            ("`/etc/x`", "`../y`", "`a/../../z`", "`C:\\w`", "`a\\..\\v`"),
        ),
        (claims_too_much, "`{}` unpacks to more than 16 GiB", ()),
        (large_directory, "`{}` is not a wheel", ("a directory of more than 8 MiB",)),
    ],
)
def test_what_is_no_wheel(
    write: Callable[[Path], Any],
    message: str,
    context: tuple[str, ...],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    path = tmp_path / "bad.whl"
    write(path)
    with pytest.raises(ArchiveError) as caught:
        audit(path)
    assert (caught.value.message, caught.value.context) == (message.format(path), context)
    assert main(["wheel", "audit", str(path), "--format", "json"]) == 3
    assert json.loads(capsys.readouterr().out)["error"]["code"] == "invalid-archive"


def test_a_bomb_is_unreadable(tmp_path: Path) -> None:
    elf = make_elf("libz.so.1")
    position = 64 + 56 + 8  # its dynamic section is said to be far behind
    bomb = elf[:position] + struct.pack("<Q", 190_000_000) + elf[position + 8 :]
    found = audit(write_wheel(tmp_path, {"s/libz.so.1": bomb + bytes(200_000_000)}))
    assert [item.reason for item in found.unreadable] == ["it unpacks to more than 256 times its size"]


@pytest.mark.parametrize(("method", "flag"), [(zipfile.ZIP_LZMA, 0), (zipfile.ZIP_BZIP2, 0), (zipfile.ZIP_STORED, 1)])
def test_what_wheels_do_not_use_is_unreadable(method: int, flag: int, tmp_path: Path) -> None:
    path = write_wheel(tmp_path, {})
    with zipfile.ZipFile(path, "a", method) as archive:
        archive.writestr("spam/libz.so.1", make_elf("libz.so.1"))
        archive.writestr("spam/notes.txt", "MZ is how programs begin")
        for member in archive.infolist()[1:]:
            member.flag_bits |= flag
    reason = "it is encrypted, or compressed in a way that wheels are not"
    assert [(item.path, item.reason) for item in audit(path).unreadable] == [("spam/libz.so.1", reason)]


def test_damage_in_the_archive(tmp_path: Path) -> None:
    path = write_wheel(
        tmp_path, {"libz.so.1": make_elf("libz.so.1"), "notes.txt": b"some text of some length"}, stored=True
    )
    content = path.read_bytes()
    path.write_bytes(content.replace(b"libz.so.1\0", b"libq.so.2\0").replace(b"PK\3\4", b"PK\7\7"))
    (item,) = audit(path).unreadable
    assert item.path == "libz.so.1"
    assert item.reason.startswith("it cannot be unpacked: ")


def test_every_cut_and_flip_of_a_wheel_is_told(tmp_path: Path) -> None:
    content = write_sample(tmp_path).read_bytes()
    source = random.Random(4)
    path = tmp_path / "spoilt.whl"
    for _ in range(150):
        spoilt = bytearray(content[: source.randrange(len(content))] if source.random() < 0.2 else content)
        for _ in range(source.randrange(4)):
            if spoilt:
                spoilt[source.randrange(len(spoilt))] = source.randrange(256)
        path.write_bytes(bytes(spoilt))
        with contextlib.suppress(ArchiveError):
            audit(path)


def write_large(path: Path, size: int) -> None:
    """A wheel with one library, whose headers are at its end; it packs as well as libraries do."""
    tail = make_elf("libz.so.1", ("libc.so.6",))
    dynamic, length = struct.unpack_from("<Q", tail, 64 + 56 + 8)[0], struct.unpack_from("<Q", tail, 64 + 56 + 32)[0]
    head = bytearray(tail[: 64 + 112])
    struct.pack_into("<Q", head, 64 + 56 + 8, size + dynamic)  # where the dynamic section is
    struct.pack_into("<QQQ", head, 64 + 8, size, 0, 0)  # and what is loaded at 0
    assert length
    block = random.Random(2).randbytes(64 * 1024) + bytes(960 * 1024)
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        archive.writestr("big-1.dist-info/METADATA", "")
        with archive.open("big.libs/libz.so.1", "w") as member:
            member.write(bytes(head))
            written = len(head)
            while written < size:
                written += member.write(block[: size - written])
            member.write(tail)


def peak_of(*arguments: str) -> int:
    """The most memory that the command line had, in bytes."""
    program = "import resource, sys; from extdeps.cli.main import main; code = main(sys.argv[1:]);"
    program += "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr); sys.exit(code)"
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True)
    assert "libz.so.1" in done.stdout
    return int(done.stderr.split()[-1]) * 1024


def test_a_large_member_is_not_held(tmp_path: Path) -> None:
    small, large = tmp_path / "small.whl", tmp_path / "large.whl"
    write_large(small, 2_000_000)
    write_large(large, 300_000_000)
    found = audit(large)
    assert found.libraries[0].needed == ("libc.so.6",)
    assert found.libraries[0].size > 300_000_000
    options = ("wheel", "audit", "--target", "debian+13")
    assert peak_of(*options, str(large)) - peak_of(*options, str(small)) < 10_000_000


def test_an_empty_archive(tmp_path: Path) -> None:
    path = tmp_path / "empty.whl"
    path.write_bytes(make_zip({}))
    with pytest.raises(ArchiveError, match="it has no METADATA files"):
        audit(path)
