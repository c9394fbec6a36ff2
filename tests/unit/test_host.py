"""This machine and other root file systems, on small trees below a temporary directory."""

from __future__ import annotations

import os
import struct
import sys
import threading
from contextlib import suppress
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.host import ElevatedHost, LocalHost, RootHost, find_executable, read_text, search_path
from support.processes import ends
from support.recorded import RecordedHost

PATH = "/usr/bin:/bin"
DEFAULT_PATH = ("/usr/local/sbin", "/usr/local/bin", "/usr/sbin", "/usr/bin", "/sbin", "/bin")


def write_program(path: Path, script: str) -> str:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


# what all hosts share


@pytest.mark.parametrize(
    ("path", "directories"),
    [
        ("/a:/b", ("/a", "/b")),
        ("/a::/b:/a", ("/a", "/b")),
        (".:bin:/a", ("/a",)),
        ("", DEFAULT_PATH),
    ],
)
def test_search_path(path: str, directories: tuple[str, ...]) -> None:
    assert search_path(RecordedHost(environ={"PATH": path})) == directories


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("cc", "/a/cc"),
        ("ld", "/b/ld"),
        ("/b/cc", "/b/cc"),
        ("/a/ld", None),
        ("README", None),
        ("nosuch", None),
    ],
)
def test_find_executable(name: str, path: str | None) -> None:
    host = RecordedHost(executables=["/a/cc", "/b/cc", "/b/ld"], empty=["/a/README"], environ={"PATH": "/a/:/b"})
    assert find_executable(host, name) == path


def test_text_is_decoded_leniently() -> None:
    assert read_text(RecordedHost(files={"/a": b"x\xffy"}), "/a") == "x\N{REPLACEMENT CHARACTER}y"
    assert read_text(RecordedHost(), "/a") is None


# this machine


def test_this_machine_describes_itself() -> None:
    host = LocalHost({"PATH": PATH})
    assert host.name == "this machine"
    assert host.system == {"linux": "Linux", "darwin": "Darwin"}.get(sys.platform, sys.platform)
    assert host.machine == os.uname().machine
    assert host.is_root == (os.geteuid() == 0)
    assert host.environ == {"PATH": PATH}
    assert LocalHost().environ == dict(os.environ)


def test_local_files(tmp_path: Path) -> None:
    (tmp_path / "b").write_bytes(b"\0x")
    (tmp_path / "a").mkdir()
    (tmp_path / "c").symlink_to("b")
    host = LocalHost()
    assert host.list_directory(str(tmp_path)) == ("a", "b", "c")
    assert host.read_bytes(f"{tmp_path}/c") == b"\0x"
    file = host.open_bytes(f"{tmp_path}/c")
    assert file
    with file:
        assert (file.read(1), file.read()) == (b"\0", b"x")
    assert host.real_path(f"{tmp_path}/a/../c") == os.path.realpath(tmp_path / "b")
    assert (host.exists(f"{tmp_path}/a"), host.exists(f"{tmp_path}/c")) == (True, True)


@pytest.mark.parametrize("name", ["nosuch", "directory", "loop", "dangling", "a\0b", "file/x", "n" * 300])
def test_what_cannot_be_read_is_none(tmp_path: Path, name: str) -> None:
    (tmp_path / "directory").mkdir()
    (tmp_path / "file").write_text("")
    (tmp_path / "loop").symlink_to("loop")
    (tmp_path / "dangling").symlink_to("nosuch")
    path = f"{tmp_path}/{name}"
    host = LocalHost()
    assert host.read_bytes(path) is None
    assert host.open_bytes(path) is None
    assert host.list_directory(path) == ()
    assert host.exists(path) == (name == "directory")
    assert not host.is_executable(path)


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_may_not_be_read_is_none(tmp_path: Path) -> None:
    file, directory = tmp_path / "file", tmp_path / "directory"
    file.write_text("x")
    directory.mkdir()
    (directory / "x").write_text("x")
    file.chmod(0)
    directory.chmod(0)
    host = LocalHost()
    try:
        assert host.read_bytes(str(file)) is None
        assert host.exists(str(file))
        assert host.list_directory(str(directory)) == ()
        assert not host.exists(str(directory / "x"))
    finally:
        directory.chmod(0o755)


def test_only_a_file_with_its_bit_is_executable(tmp_path: Path) -> None:
    program = write_program(tmp_path / "program", ":")
    (tmp_path / "text").write_text("")
    host = LocalHost()
    assert host.is_executable(program)
    assert not host.is_executable(f"{tmp_path}/text")
    assert not host.is_executable(str(tmp_path))


def test_run_gives_status_output_and_messages(tmp_path: Path) -> None:
    write_program(tmp_path / "bin" / "say", "printf 'out %s' \"$1\"; printf 'a\\377b' >&2; exit 3")
    host = LocalHost({"PATH": f"{tmp_path}/bin:{PATH}"})
    assert host.run(["say", "a b"]) == Completed(returncode=3, stdout="out a b", stderr="a\N{REPLACEMENT CHARACTER}b")


def test_a_program_runs_in_the_environment_of_the_host_and_in_english(tmp_path: Path) -> None:
    program = write_program(tmp_path / "say", 'echo "$LC_ALL $LANGUAGE $OWN ${HOME-unset}"')
    done = LocalHost({"PATH": PATH, "LC_ALL": "de_DE.UTF-8", "LANGUAGE": "de", "OWN": "x"}).run([program])
    assert done == Completed(returncode=0, stdout="C C x unset\n")


def test_a_program_has_no_input(tmp_path: Path) -> None:
    assert LocalHost({"PATH": PATH}).run([write_program(tmp_path / "ask", "read -r line || echo none")]) == Completed(
        returncode=0, stdout="none\n"
    )


def test_what_cannot_be_run_is_none(tmp_path: Path) -> None:
    (tmp_path / "broken").write_bytes(b"\x7fELF")
    (tmp_path / "broken").chmod(0o755)
    write_program(tmp_path / "dangling", ":")
    (tmp_path / "dangling").write_text("#!/nosuch/interpreter\n")
    host = LocalHost({"PATH": PATH})
    assert host.run(["no-such-program-anywhere"]) is None
    assert host.run([f"{tmp_path}/nosuch"]) is None
    assert host.run([f"{tmp_path}/broken"]) is None
    assert host.run([f"{tmp_path}/dangling"]) is None


@pytest.mark.parametrize("script", ["exec sleep 60", "sleep 3 & wait", "while :; do echo flood; done"])
def test_a_program_that_takes_too_long_is_given_up(tmp_path: Path, script: str) -> None:
    done = LocalHost({"PATH": PATH}).run([write_program(tmp_path / "slow", script)], timeout=0.2)
    assert done
    assert (done.fault, done.stdout, done.is_success) == ("it took longer than 0.2 s", "", False)


def test_what_a_program_has_started_ends_with_it(tmp_path: Path) -> None:
    program = write_program(tmp_path / "slow", f"sleep 60 & echo $! > {tmp_path}/pid; wait")
    done = LocalHost({"PATH": PATH}).run([program], timeout=0.5)
    assert done
    assert done.fault == "it took longer than 0.5 s"
    assert ends(tmp_path / "pid")


def test_a_program_that_floods_both_pipes_is_read_to_its_end(tmp_path: Path) -> None:
    program = write_program(tmp_path / "flood", "head -c 300000 /dev/zero >&2; head -c 300000 /dev/zero")
    done = LocalHost({"PATH": PATH}).run([program])
    assert done is not None
    assert (len(done.stdout), len(done.stderr)) == (300000, 300000)


def test_an_argument_that_no_process_can_have_is_none(tmp_path: Path) -> None:
    assert LocalHost({"PATH": PATH}).run([write_program(tmp_path / "say", ":"), "a\0b"]) is None


# another root file system


@pytest.fixture
def root(tmp_path: Path) -> Path:
    directory = tmp_path / "root"
    (directory / "etc").mkdir(parents=True)
    (directory / "usr" / "lib").mkdir(parents=True)
    (directory / "usr" / "lib" / "libz.so.1.3").write_bytes(b"inside")
    (directory / "etc" / "passwd").write_bytes(b"inside")
    (tmp_path / "secret").write_bytes(b"outside")
    return directory


def test_a_root_describes_itself(root: Path) -> None:
    host = RootHost(f"{root}/../root")
    assert host.name == host.root == os.path.realpath(root)
    assert (host.system, host.is_root) == ("Linux", True)
    assert host.environ == {"PATH": ":".join(DEFAULT_PATH)}
    assert host.machine == os.uname().machine


def test_a_root_of_macos_is_known_by_its_version_file(root: Path) -> None:
    plist = root / "System" / "Library" / "CoreServices" / "SystemVersion.plist"
    plist.parent.mkdir(parents=True)
    plist.write_text("")
    assert RootHost(str(root)).system == "Darwin"


@pytest.mark.parametrize(
    ("code", "order", "machine"),
    [
        (3, "<", "i686"),
        (62, "<", "x86_64"),
        (183, "<", "aarch64"),
        (243, "<", "riscv64"),
        (21, "<", "ppc64le"),
        (22, ">", "s390x"),
        (40, "<", "armv7l"),
        (9999, "<", os.uname().machine),
    ],
)
def test_the_architecture_of_a_root_is_that_of_its_shell(root: Path, code: int, order: str, machine: str) -> None:
    (root / "usr" / "bin").mkdir()
    (root / "bin").symlink_to("usr/bin")
    (root / "usr" / "bin" / "sh").symlink_to("dash")
    head = struct.pack(f"{order}4sBB10xHH", b"\x7fELF", 2, 1 if order == "<" else 2, 3, code)
    (root / "usr" / "bin" / "dash").write_bytes(head)
    assert RootHost(str(root)).machine == machine


@pytest.mark.parametrize("content", [b"\x7fELF", b"\x7fELF\x02"])
def test_a_root_whose_shell_is_cut_off_has_this_machines_architecture(root: Path, content: bytes) -> None:
    (root / "bin").mkdir()
    (root / "bin" / "sh").write_bytes(content)
    assert RootHost(str(root)).machine == os.uname().machine


@pytest.mark.parametrize(
    ("link", "target", "path", "real"),
    [
        ("usr/lib/libz.so.1", "libz.so.1.3", "/usr/lib/libz.so.1", "/usr/lib/libz.so.1.3"),
        ("usr/lib/libz.so", "/usr/lib/libz.so.1.3", "/usr/lib/libz.so", "/usr/lib/libz.so.1.3"),
        ("lib", "usr/lib", "/lib/libz.so.1.3", "/usr/lib/libz.so.1.3"),
        ("lib", "/usr/lib/", "/lib//./libz.so.1.3", "/usr/lib/libz.so.1.3"),
        ("usr/lib/up", "../../etc", "/usr/lib/up/passwd", "/etc/passwd"),
        ("usr/lib/up", "../../../../../../etc", "/usr/lib/up/passwd", "/etc/passwd"),
        ("usr/lib/out", "/../../secret", "/usr/lib/out", "/secret"),
        ("top", "..", "/top/etc/passwd", "/etc/passwd"),
        ("slash", "/", "/slash/slash/slash/etc/passwd", "/etc/passwd"),
        ("dangling", "/nosuch/x", "/dangling/y", "/nosuch/x/y"),
    ],
)
def test_links_stay_inside_the_root(root: Path, link: str, target: str, path: str, real: str) -> None:
    (root / link).symlink_to(target)
    host = RootHost(str(root))
    assert host.real_path(path) == real
    there = real in ("/usr/lib/libz.so.1.3", "/etc/passwd")
    assert host.read_bytes(path) == (b"inside" if there else None)
    assert host.exists(path) == there


@pytest.mark.parametrize("path", ["/../secret", "/etc/../../secret", "../../secret", "/../root/../secret"])
def test_dots_stop_at_the_root(root: Path, path: str) -> None:
    host = RootHost(str(root))
    assert host.read_bytes(path) is None
    assert not host.exists(path)
    assert not host.is_executable(path)


def test_an_absolute_link_to_a_file_outside_leads_to_the_roots_own(root: Path, tmp_path: Path) -> None:
    (root / "leak").symlink_to(tmp_path / "secret")
    (root / "all").symlink_to(tmp_path)
    host = RootHost(str(root))
    assert host.read_bytes("/leak") is None
    assert host.open_bytes("/leak") is None
    assert host.list_directory("/all") == ()
    own = root / str(tmp_path).lstrip("/")
    own.mkdir(parents=True)
    (own / "secret").write_bytes(b"inside")
    assert host.read_bytes("/leak") == b"inside"
    file = host.open_bytes("/leak")
    assert file
    with file:
        assert file.read() == b"inside"
    assert host.list_directory("/all") == ("secret",)


def test_a_loop_of_links_is_not_there(root: Path) -> None:
    (root / "a").symlink_to("b")
    (root / "b").symlink_to("/a")
    (root / "self").symlink_to("self/x")
    host = RootHost(str(root))
    for path in ("/a", "/b/x", "/self"):
        assert host.read_bytes(path) is None
        assert host.list_directory(path) == ()
        assert not host.exists(path)
    assert host.list_directory("/") == ("a", "b", "etc", "self", "usr")


def make_chain(root: Path, length: int, target: str) -> None:
    """/link1 -> link2 -> ... -> target, over that many links."""
    for number in range(1, length):
        (root / f"link{number}").symlink_to(f"link{number + 1}")
    (root / f"link{length}").symlink_to(target)


def test_a_chain_of_forty_links_is_followed(root: Path) -> None:
    make_chain(root, 40, "/etc/passwd")
    assert RootHost(str(root)).read_bytes("/link1") == b"inside"


@pytest.mark.parametrize("relative", [True, False])
def test_a_chain_of_more_links_does_not_leave_the_root(root: Path, tmp_path: Path, relative: bool) -> None:
    make_chain(root, 41, "../secret" if relative else str(tmp_path / "secret"))
    host = RootHost(str(root))
    assert host.read_bytes("/link1") is None
    assert not host.exists("/link1")


def test_a_path_with_a_nul_is_not_in_the_root(root: Path) -> None:
    host = RootHost(str(root))
    assert host.read_bytes("/a\0b") is None
    assert host.list_directory("/a\0b") == ()
    assert not host.exists("/a\0b")


def test_a_named_pipe_is_no_file(root: Path) -> None:
    pipe = root / "etc" / "os-release"
    os.mkfifo(pipe)

    def write() -> None:
        with suppress(OSError):
            pipe.write_bytes(b"ID=trap")

    writer = threading.Thread(target=write)
    writer.start()
    content = RootHost(str(root)).read_bytes("/etc/os-release")
    release = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)  # lets the writer go where nobody has read
    writer.join()
    os.close(release)
    assert content is None


def test_nothing_of_a_root_is_run(root: Path) -> None:
    write_program(root / "bin" / "say", "echo hello")
    host = RootHost(str(root))
    assert find_executable(host, "say") == "/bin/say"
    assert host.run(["/bin/say"]) is None  # type: ignore[func-returns-value]


# this machine, as root


def test_an_elevated_host_asks_as_root(tmp_path: Path) -> None:
    write_program(tmp_path / "become", 'echo "became"; exec "$@"')
    host = ElevatedHost("become", {"PATH": f"{tmp_path}:{PATH}", "SECRET": "x"})
    assert host.is_root
    done = host.run(["sh", "-c", 'echo "$LC_ALL $A"'], environ={"A": "1"})
    assert done
    assert done.stdout == "became\nC 1\n"
    assert host.run(["no-such-program-anywhere"]) is None


@pytest.mark.skipif("sys.platform != 'linux'")
@pytest.mark.parametrize("path", ["/proc/sys/kernel/osrelease", "/proc/self/status"])
def test_files_that_the_kernel_makes_as_they_are_read(path: str) -> None:
    assert LocalHost().read_bytes(path)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty").touch()
    assert LocalHost().read_bytes(f"{tmp_path}/empty") == b""
