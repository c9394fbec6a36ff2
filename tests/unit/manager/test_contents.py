"""Debian's lists of contents: which package is taken for a module or a program, from lists in every compression."""

from __future__ import annotations

import gzip
import lzma
import sys
from collections.abc import Callable
from importlib import import_module

import pytest

from extdeps.child import Completed
from extdeps.manager.apt import Apt
from extdeps.manager.interface import Content, Derivation, Derived
from support.recorded import RecordedHost

LISTS = "/var/lib/apt/lists"
MAIN = f"{LISTS}/deb.debian.org_debian_dists_bookworm_main_Contents-amd64"
HELPER = "/usr/lib/apt/apt-helper"
SEARCH = 'helper=$1 pattern=$2; shift 2; "$helper" cat-file "$@" | grep -a -E -e "^$pattern"'
CONTENTS = """\
usr/bin/foo                                 utils/foo
usr/bin/fooled                              utils/fooled
usr/share/foo/bin/foo                       utils/wrong
usr/lib/x86_64-linux-gnu/pkgconfig/foo.pc   libdevel/libfoo-dev
usr/lib/x86_64-linux-gnu/pkgconfig/fooXpc   libdevel/wrong-dev
usr/lib/x86_64-linux-gnu/pkgconfig/gtk+-3.0.pc\tlibdevel/libgtk-3-dev
usr/share/pkgconfig/gtkk-3x0.pc             libdevel/wrong-dev
usr/share/doc/a file/foo.pc                 doc/foo-doc
"""


def module(name: str) -> Content:
    return Content(kind="pkg-config", name=name)


def program(name: str) -> Content:
    return Content(kind="executable", name=name)


def derive(lists: dict[str, str | bytes] | str, *contents: Content, **other: str) -> dict[str, tuple[str, str]]:
    """Spec and location by name, of a host that runs nothing."""
    host = RecordedHost(files={MAIN: lists} if isinstance(lists, str) else lists, **other)  # type: ignore[arg-type]
    derivation = Apt().derive(contents, host)
    assert derivation.note == ""
    return {item.name: (derived.spec, derived.location) for item, derived in derivation.specs.items()}


def test_modules_and_programs() -> None:
    assert derive(CONTENTS, module("foo"), module("gtk+-3.0"), module("nosuch"), program("nosuch")) == {
        "foo": ("libfoo-dev", "/usr/lib/x86_64-linux-gnu/pkgconfig/foo.pc"),
        "gtk+-3.0": ("libgtk-3-dev", "/usr/lib/x86_64-linux-gnu/pkgconfig/gtk+-3.0.pc"),
    }
    assert derive(CONTENTS, program("foo")) == {"foo": ("foo", "/usr/bin/foo")}


@pytest.mark.parametrize(
    ("ending", "compress"),
    [
        (".gz", gzip.compress),
        (".xz", lzma.compress),
        (".lz4", import_module("lz4.frame").compress),
        (".zst", import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd").compress),
    ],
)
def test_every_compression(ending: str, compress: Callable[[bytes], bytes]) -> None:
    assert derive({f"{MAIN}{ending}": compress(CONTENTS.encode())}, program("foo")) == {"foo": ("foo", "/usr/bin/foo")}


@pytest.mark.parametrize(
    ("lines", "package"),
    [
        (["usr/bin/foo utils/foo"], "foo"),
        (["bin/foo utils/foo"], "foo"),
        (["usr/sbin/foo utils/foo"], "foo"),
        (["usr/local/bin/foo utils/foo"], ""),
        (["opt/x/bin/foo utils/foo"], ""),
        (["usr/bin/foo utils/aaa,utils/foo"], "foo"),  # the package of that name
        (["usr/bin/foo utils/aaaaa,utils/bbb"], "bbb"),  # else the shortest
        (["usr/bin/foo universe/utils/foo,multiverse/utils/f2"], "foo"),
        (["usr/bin/foo non-free/utils/foo", "usr/bin/foo utils/other"], "other"),  # main first
        (["usr/bin/foo devel/gcc-arm-cross"], ""),
        (["usr/bin/foo devel/gcc-arm-cross,utils/x1"], "x1"),
        (["usr/bin/foo utils/$(reboot)"], ""),
        (["usr/bin/foo utils/-o"], ""),
        (["usr/bin/foo utils/libfoo-dev-"], ""),
        (["usr/bin/foo plain"], "plain"),
        (["usr/bin/foo"], ""),
        (["usr/bin/foo "], ""),
    ],
)
def test_the_package_of_a_program(lines: list[str], package: str) -> None:
    found = derive("\n".join(lines) + "\n", program("foo"))
    assert found.get("foo", ("",))[0] == package


@pytest.mark.parametrize(
    ("path", "there"),
    [
        ("usr/lib/x86_64-linux-gnu/pkgconfig/foo.pc", True),
        ("usr/lib/pkgconfig/foo.pc", True),
        ("usr/share/pkgconfig/foo.pc", True),
        ("usr/lib/aarch64-linux-gnu/pkgconfig/foo.pc", False),
        ("usr/x86_64-w64-mingw32/lib/pkgconfig/foo.pc", False),
        ("usr/lib/x86_64-linux-gnu/openmpi/lib/pkgconfig/foo.pc", False),
        ("usr/share/doc/pkgconfig/foo.pc", False),
    ],
)
def test_the_directories_of_a_module(path: str, there: bool) -> None:
    assert bool(derive(f"{path} libdevel/libfoo-dev\n", module("foo"))) == there


def test_a_package_for_development_comes_first() -> None:
    line = "usr/share/pkgconfig/foo.pc libs/foo,libdevel/libfoo-openssl-dev,libdevel/libfoo-nss-dev\n"
    assert derive(line, module("foo"))["foo"][0] == "libfoo-nss-dev"


@pytest.mark.parametrize(
    ("name", "machine", "counts"),
    [
        ("Contents-amd64", "x86_64", True),
        ("Contents-all", "x86_64", True),
        ("Contents-arm64", "x86_64", False),
        ("Contents-arm64", "aarch64", True),
        ("Contents-udeb-amd64", "x86_64", False),
        ("Contents-source", "x86_64", False),
        ("Contents-amd64", "sparc64", False),
        ("Contents-all", "sparc64", True),
        ("Packages", "x86_64", False),
    ],
)
def test_the_lists_of_this_architecture(name: str, machine: str, counts: bool) -> None:
    path = f"{LISTS}/deb.debian.org_debian_dists_bookworm_main_{name}"
    assert bool(derive({path: CONTENTS}, program("foo"), machine=machine)) == counts


def test_one_process_reads_all_lists_where_apt_is() -> None:
    pattern = (
        "(usr/(lib|lib64|share|lib/x86_64-linux-gnu)/pkgconfig/(foo|gtk\\+-3\\.0)\\.pc|(usr/)?s?bin/(bar|foo))[ \t]"
    )
    argv = ("sh", "-c", SEARCH, "sh", HELPER, pattern, f"{LISTS}/a_Contents-all.lz4", f"{LISTS}/b_Contents-amd64.lz4")
    done = Completed(returncode=0, stdout="usr/bin/foo utils/foo\n", stderr="E: Read error\nE: more\n")
    host = RecordedHost(executables=[HELPER], empty=argv[-2:], commands={argv: done})
    contents = (program("foo"), module("gtk+-3.0"), program("bar"), module("foo"), module("x|y"), module("$(x)"))
    assert Apt().derive(contents, host) == Derivation(
        specs={program("foo"): Derived(spec="foo", location="/usr/bin/foo")},
        note="the lists of apt-file cannot all be read: E: Read error",
    )
    assert host.runs == [argv]


@pytest.mark.parametrize(
    ("content", "note"),
    [
        (b"nonsense", f"the lists of apt-file cannot all be read: `{MAIN}.gz` cannot be decompressed"),
        (gzip.compress(CONTENTS.encode() * 99)[:-9], f"`{MAIN}.gz` cannot be decompressed"),
    ],
)
def test_a_list_that_is_broken_spoils_no_other(content: bytes, note: str) -> None:
    other = f"{LISTS}/z_Contents-all"
    host = RecordedHost(files={f"{MAIN}.gz": content, other: "usr/bin/foo utils/foo\n"})
    derivation = Apt().derive((program("foo"),), host)
    assert derivation.specs == {program("foo"): Derived(spec="foo", location="/usr/bin/foo")}
    assert note in derivation.note


def test_without_what_decompresses_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "lz4.frame", None)
    host = RecordedHost(files={f"{MAIN}.lz4": b""})
    assert Apt().derive((program("foo"),), host) == Derivation(
        note="the lists of apt-file cannot all be read: nothing here decompresses `.lz4`"
    )


def test_nothing_is_read_where_nothing_can_be_known() -> None:
    host = RecordedHost(executables=[HELPER], files={MAIN: CONTENTS})
    assert Apt().derive((module("a b"), program("-o"), program("[")), host) == Derivation()
    assert Apt().derive((program("foo"),), None) == Derivation()
    assert Apt().derive((program("foo"),), RecordedHost(executables=[HELPER])) == Derivation()
    assert host.runs == []
