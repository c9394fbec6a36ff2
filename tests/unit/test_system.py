"""os-release, what macOS has instead, and the C library by its own bytes."""

from __future__ import annotations

import pytest

from extdeps.system import OsRelease, find_libc, read_os_release
from support.recorded import RecordedHost

GLIBC = b"\0GNU C Library (Debian GLIBC 2.36-9+deb12u10) stable release version 2.36.\n\0"
MUSL = b"\x7fELF\0musl libc (x86_64)\0\x001.2.5\0Version 127.0.0.1\0"
PLIST = """<?xml version="1.0" encoding="UTF-8"?>
<plist version="1.0"><dict>
	<key>ProductBuildVersion</key><string>24G84</string>
	<key>ProductVersion</key>
	<string>15.6</string>
</dict></plist>"""


def release(text: str, path: str = "/etc/os-release") -> OsRelease:
    return read_os_release(RecordedHost(files={path: text}))


def test_os_release() -> None:
    text = """# made by hand
PRETTY_NAME="Linux Mint 22"
NAME="Linux Mint"
VERSION_ID='22'
ID=linuxmint
ID_LIKE="ubuntu Debian"
VERSION_CODENAME=wilma
UBUNTU_CODENAME=noble
DEBIAN_CODENAME=noble
not an assignment
lower=case
"""
    assert release(text) == OsRelease(
        id="linuxmint",
        version_id="22",
        id_like=("ubuntu", "debian"),
        pretty_name="Linux Mint 22",
        codenames=("wilma", "noble"),
    )


@pytest.mark.parametrize(
    ("value", "name"),
    [
        ("plain", "plain"),
        ('"with space"', "with space"),
        ("'with space'", "with space"),
        (r'"a \"b\" \$c \`d\` \\e"', r'a "b" $c `d` \e'),
        (r'"kept \n"', r"kept \n"),
        ('""', ""),
        ('"', '"'),
        ("\"unequal'", "\"unequal'"),
        ("  blank  ", "blank"),
        ("windows\r", "windows"),
        ("a=b", "a=b"),
        ("Ünï", "Ünï"),
    ],
)
def test_values_are_unquoted_as_a_shell_does(value: str, name: str) -> None:
    assert release(f"PRETTY_NAME={value}\n").pretty_name == name


def test_a_backslash_between_single_quotes_is_kept() -> None:
    assert release(r"PRETTY_NAME='a\$b'").pretty_name == r"a\$b"


def test_the_last_of_two_assignments_counts() -> None:
    assert release("ID=a\nID=b\n").id == "b"


def test_the_name_stands_in_for_the_pretty_one() -> None:
    assert release("NAME=Void\n").pretty_name == "Void"


@pytest.mark.parametrize(("build", "version"), [("rolling", ""), ("20250801", "43")])
def test_a_rolling_distribution_has_no_release(build: str, version: str) -> None:
    assert release(f"ID=x\nBUILD_ID={build}\nVERSION_ID=43\n").version_id == version


def test_the_second_place_of_os_release() -> None:
    assert release("ID=debian\n", "/usr/lib/os-release").id == "debian"
    both = RecordedHost(files={"/etc/os-release": "ID=a\n", "/usr/lib/os-release": "ID=b\n"})
    assert read_os_release(both).id == "a"


def test_no_os_release() -> None:
    assert read_os_release(RecordedHost()) == OsRelease()
    assert release("\0\x01garbage") == OsRelease()


def test_macos_by_its_property_list() -> None:
    files = {"/System/Library/CoreServices/SystemVersion.plist": PLIST}
    assert read_os_release(RecordedHost(system="Darwin", files=files)) == OsRelease(
        id="macos", version_id="15.6", pretty_name="macOS 15.6"
    )
    assert read_os_release(RecordedHost(files=files)) == OsRelease()


def test_macos_without_its_property_list() -> None:
    assert read_os_release(RecordedHost(system="Darwin")) == OsRelease(id="macos", pretty_name="macOS")


@pytest.mark.parametrize(
    "path",
    [
        "/lib64/libc.so.6",
        "/usr/lib64/libc.so.6",
        "/lib/libc.so.6",
        "/usr/lib/libc.so.6",
        "/lib/x86_64-linux-gnu/libc.so.6",
        "/lib/arm-linux-gnueabihf/libc.so.6",
    ],
)
def test_glibc_says_its_version(path: str) -> None:
    assert find_libc(RecordedHost(files={path: GLIBC})) == ("glibc", "2.36")


def test_musl_has_its_version_among_its_strings() -> None:
    assert find_libc(RecordedHost(files={"/lib/ld-musl-x86_64.so.1": MUSL})) == ("musl", "1.2.5")
    assert find_libc(RecordedHost(files={"/usr/lib/ld-musl-aarch64.so.1": b"1.2.3.4 11.2.3"})) == ("musl", "")


def test_no_c_library_that_is_known() -> None:
    assert find_libc(RecordedHost()) == ("", "")
    assert find_libc(RecordedHost(files={"/lib64/libc.so.6": b"something else"})) == ("", "")
    assert find_libc(RecordedHost(system="Darwin", files={"/lib64/libc.so.6": GLIBC})) == ("", "")


def test_a_system_of_glibc_may_have_musl_too() -> None:
    files = {"/lib/x86_64-linux-gnu/libc.so.6": GLIBC, "/lib/ld-musl-x86_64.so.1": MUSL}
    assert find_libc(RecordedHost(files=files)) == ("glibc", "2.36")
