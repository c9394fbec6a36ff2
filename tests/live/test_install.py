"""`extdeps install` as a user runs it: the real apt, in a Debian of its own, with everything that can go wrong."""

from __future__ import annotations

import fcntl
import json
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from support.debianroot import USER, DebianRoot, layer_over, make_base
from support.debrepository import Deb, clear_lists
from support.schemas import get_validator
from support.terminal import CTRL_C

LIBRARY = "/usr/lib/x86_64-linux-gnu"
KEEP = "-o Dpkg::Options::=--force-confdef -o Dpkg::Options::=--force-confold"
INSTALL = f"apt-get install --yes {KEEP} --no-remove -o APT::Cmd::Pattern-Only=true --"
CONFIGURE = "dpkg --configure --pending --force-confdef --force-confold"
AGAIN = "; what was begun is finished by a second run"
NEED_NONE = "hint: `--prefix DIR` needs neither root nor a manager (`pip install 'extdeps[conda]'`)"
FLOOD = 'i=0; while [ $i -lt 100000 ]; do echo "line $i of a flood"; i=$((i + 1)); done'
ASLEEP = "echo begun; while [ ! -e /srv/awake ]; do sleep 0.1; done"
LOCK = "var/lib/dpkg/lock-frontend"
IMPATIENT = "interrupted: it has 30 s to end by itself; a second interrupt ends it now"
HELD = "another process has locked apt: waiting"


def program(name: str, *, version: str = "3.8", fields: str = "", **scripts: str) -> Deb:
    """A package of a program that tells its version."""
    said = f"#!/bin/sh\necho '{name} {version}'\n"
    return Deb(name=name, version=version, fields=fields, scripts=scripts, files={f"/usr/bin/{name}": said})


PACKAGES = (
    program("bison"),
    program("flex", postinst="[ -e /srv/mended ] || { echo sorry >&2; exit 3; }"),
    program("swig", postinst=ASLEEP),
    program("scons", preinst=ASLEEP),
    program("m4", postinst=FLOOD),
    program("patchelf", fields="Conflicts: rival\n"),
    program("rival", version="2"),
    program("cmake"),
    program("gperf", fields="Depends: nosuch (>= 3)\n"),
    Deb(name="nasm", files={"/usr/share/doc/nasm/README": "there is no program here\n"}),
    Deb(
        name="doxygen",
        files={"/usr/bin/doxygen": "#!/bin/sh\necho 1.9\n", "/opt/full/large": "0123456789abcdef" * 200_000},
    ),
    Deb(
        name="zlib1g-dev",
        version="1:1.2.13.dfsg-1",
        files={
            "/usr/include/zlib.h": '#define ZLIB_VERSION "1.2.13"\n',
            f"{LIBRARY}/libz.so": "INPUT(libz.so.1)\n",
            f"{LIBRARY}/pkgconfig/zlib.pc": "Name: zlib\nDescription: z\nVersion: 1.2.13\nLibs: -lz\nCflags:\n",
        },
    ),
)


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A Debian with extdeps and an index that is up to date; nothing ever changes it."""
    root = tmp_path_factory.mktemp("install") / "base"
    make_base(root, PACKAGES)
    return root


@pytest.fixture
def root(base: Path, tmp_path: Path) -> Iterator[DebianRoot]:
    with layer_over(base, tmp_path) as root:
        yield root


@contextmanager
def hold_lock(path: Path) -> Iterator[None]:
    """Hold a lock as another package manager would."""
    with path.open("r+") as file:
        fcntl.lockf(file, fcntl.LOCK_EX)
        yield


def wait_for(condition: Callable[[], bool]) -> None:
    end = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.05)


def read_until(process: subprocess.Popen[str], text: str) -> None:
    """Read messages until a line begins with a text."""
    assert process.stderr
    for line in process.stderr:
        if line.startswith(text):
            return
    raise AssertionError(f"`{text}` never came")


def may_become_root(root: DebianRoot, rule: str = "NOPASSWD: ALL") -> None:
    """Let the user run things as root."""
    root.write(f"etc/sudoers.d/{USER}", f"{USER} ALL=(ALL) {rule}\n", mode=0o440)
    root.write("etc/hosts", f"127.0.0.1 localhost {root.do('uname', '-n')}")  # else sudo complains


def test_from_nothing_to_the_second_run(root: DebianRoot) -> None:
    clear_lists(root.path)
    before = root.installed
    said = root.run("-d", "zlib", "--phase", "host", "--yes")
    assert said.code == 0, said
    size = (root / "srv/repository/zlib1g-dev_1:1.2.13.dfsg-1_all.deb").stat().st_size
    found = f"{LIBRARY}/libz.so.1.2.13"
    assert said.out == (
        "--dep\n"
        f"  ✗  zlib  host  incomplete: only the library found, without its headers (library at {found})\n"
        "\n"
        "1 external requirement: 0 satisfied, 1 incomplete.\n"
        "The index of apt is absent or older than a day. To fetch it:\n"
        "\n"
        "    apt-get update\n"
        "\n"
        f"apt would install 1 package, and fetch {size} B:\n"
        "  install  zlib1g-dev  1:1.2.13.dfsg-1\n"
        "\n"
        "To install:\n"
        "\n"
        f"    {INSTALL} zlib1g-dev\n"
        "\n"
        "--dep\n"
        f"  ✓  zlib  host  1.2.13 at {LIBRARY}/pkgconfig/zlib.pc\n"
        "\n"
        "1 external requirement, all satisfied.\n"
    )
    lines = said.err.splitlines()
    assert [line for line in lines if line.startswith("$ ")] == ["$ apt-get update", f"$ {INSTALL} zlib1g-dev"]
    assert "Setting up zlib1g-dev (1:1.2.13.dfsg-1) ..." in lines
    assert root.installed == {**before, "zlib1g-dev": "1:1.2.13.dfsg-1"}
    (log,) = root.logs
    logged = log.read_text().splitlines()
    assert [line.partition("    # ")[0] for line in logged if line.startswith("$ ")] == [
        "$ apt-get update",
        f"$ {INSTALL} zlib1g-dev",
    ]
    assert logged.count("# ended with 0") == 2
    again = root.run("-d", "zlib", "--phase", "host", "--yes")
    assert (again.code, again.err) == (0, "")
    assert again.out == "".join(said.out.partition("zlib1g-dev\n\n--dep\n")[2:]).join(("--dep\n", ""))
    assert root.logs == [log]


def test_a_look_changes_nothing(root: DebianRoot) -> None:
    before = root.installed
    said = root.run("-d", "bison", "--dry-run")
    assert (said.code, said.err) == (1, "")
    assert f"    {INSTALL} bison\n" in said.out
    clear_lists(root.path)
    said = root.run("-d", "bison", "--dry-run")
    assert (said.code, said.err) == (1, "")
    assert f"    apt-get update\n\nTo install:\n\n    {INSTALL} bison\n" in said.out  # what with, nobody knows yet
    assert (root.installed, root.logs) == (before, [])
    assert not list((root / "var/lib/apt/lists").iterdir())


def test_a_document_and_nothing_else(root: DebianRoot) -> None:
    said = root.run("-d", "bison", "--yes", "--format", "json")
    assert said.code == 0, said
    document = json.loads(said.out)
    get_validator("install-report").validate(document)
    (step,) = document["steps"]
    assert (step["kind"], step["packages"], document["executed"]) == ("install", ["bison"], True)
    assert step["preview"]["changes"] == [{"kind": "install", "package": "bison", "before": None, "after": "3.8"}]
    assert document["summary"]["satisfied"] is True


def test_nobody_is_here_to_say_yes(root: DebianRoot) -> None:
    said = root.run("-d", "bison")
    assert said.code == 5
    assert said.err == (
        "error[no-consent]: nothing was run: nobody is here to say yes\n"
        "  apt-get install bison\n"
        "\n"
        "hint: `--yes` says it beforehand; or run the command yourself\n"
    )
    assert "bison" not in root.installed


def test_a_removal_is_refused_and_then_allowed(root: DebianRoot) -> None:
    root.do("apt-get", "install", "--yes", "rival")
    said = root.run("-d", "patchelf", "--yes")
    assert said.code == 5
    assert said.err == (
        "error[would-remove]: apt would take something away for patchelf\n"
        "  remove rival 2\n"
        "\n"
        "hint: `--allow-removals` agrees to that\n"
    )
    assert root.installed["rival"] == "2"
    said = root.run("-d", "patchelf", "--yes", "--allow-removals")
    assert said.code == 0, said
    assert "  remove   rival     2\n  install  patchelf  3.8\n" in said.out
    assert "rival" not in root.installed


def test_what_cannot_be_installed(root: DebianRoot) -> None:
    said = root.run("-d", "gperf", "--yes")
    assert said.code == 5
    assert said.err == (
        "error[refused]: apt would not install gperf\n"
        "  Unable to correct problems, you have held broken packages.; "
        "gperf : Depends: nosuch (>= 3) but it is not installable\n"
    )


def test_what_nobody_has_and_what_is_not_in_its_package(root: DebianRoot) -> None:
    said = root.run("-d", "nasm", "-d", "ninja", "--yes")
    assert said.code == 5
    assert said.error == (
        "error[still-missing]: 2 of 2 external requirements are still not satisfied\n"
        "  nasm (build): incomplete; `nasm` installed, but its files were not found; "
        "found 1.0 at /var/lib/dpkg/status\n"
        "  ninja (build): missing\n"
        "  nobody here has ninja (build for --dep)\n"
        "    apt knows no `ninja-build`\n"
        "    conda-forge has `ninja` (its version was not looked up): `--prefix DIR` needs no root "
        "(`pip install 'extdeps[conda]'`)\n"
        "    debian+13 has ninja 1.12.1, debian+sid 1.13.2\n"
        "\n"
        f"hint: all that was printed is in {root.name_of(root.logs[0])}\n"
    )
    assert root.installed["nasm"] == "1.0"


def test_another_process_has_the_lock(root: DebianRoot) -> None:
    with hold_lock(root / LOCK):
        said = root.run("-d", "bison", "--yes", "--lock-timeout", "1")
        assert said.code == 5
        lines = said.error.splitlines()
        assert lines[0] == "error[locked]: another process has kept the lock of apt for 1 s"
        assert lines[1].startswith(f"  E: Could not get lock /{LOCK}.")
        assert lines[-1] == f"hint: all that was printed is in {root.name_of(root.logs[0])}"
        assert said.err.count(HELD) == 1
        waiting = root.start("-d", "bison", "--yes")
        read_until(waiting, HELD)
    _, said_last = waiting.communicate(timeout=60)
    assert waiting.returncode == 0, said_last
    assert root.installed["bison"] == "3.8"


def test_two_runs_at_a_time(root: DebianRoot) -> None:
    first = root.start("-d", "swig", "--yes")
    read_until(first, "begun")
    other = f"another run of extdeps (process {first.pid})"
    said = root.run("-d", "bison", "--yes", "--lock-timeout", "0.5")
    assert said.code == 5
    assert said.err == (
        f"waiting for {other}\n"
        f"error[locked]: {other} has not ended in 0.5 s\n"
        "  /root/.local/state/extdeps/log/lock\n"
        "\n"
        "hint: try again later\n"
    )
    second = root.start("-d", "bison", "--yes")
    read_until(second, f"waiting for {other}")
    root.write("srv/awake", "")
    assert first.wait(30) == 0
    _, rest = second.communicate(timeout=60)
    assert second.returncode == 0, rest
    assert {"swig", "bison"} <= set(root.installed)
    for stream in (first.stdout, first.stderr):
        assert stream
        stream.close()


def test_the_network_is_lost(root: DebianRoot) -> None:
    """`apt-get update` says so, and ends with 0."""
    clear_lists(root.path)
    root.write("etc/apt/sources.list", "deb [trusted=yes] http://127.0.0.1:9/x ./\n")
    said = root.run("-d", "bison", "--yes")
    assert said.code == 5
    assert said.error.startswith("error[step-failed]: `apt-get update` ")
    assert "Could not connect to 127.0.0.1:9" in said.error
    assert said.error.endswith(f"hint: all that was printed is in {root.name_of(root.logs[0])}{AGAIN}\n")


def test_the_disk_is_full(root: DebianRoot) -> None:
    with root.little_space("var/cache/apt", "100k"):
        said = root.run("-d", "doxygen", "--yes")
        assert said.code == 5
        assert said.error.startswith("error[refused]: apt would not install doxygen\n")
        assert "No space left on device" in said.error
    with root.little_space("opt/full", "100k"):
        said = root.run("-d", "doxygen", "--yes")
        assert said.code == 5
        assert said.error.startswith(f"error[step-failed]: `{INSTALL} doxygen` ended with 100\n")
        assert "No space left on device" in said.error
    assert "doxygen" not in root.installed
    said = root.run("-d", "doxygen", "--yes")
    assert said.code == 0, said
    assert "doxygen" in root.installed


def test_a_package_that_vanished(root: DebianRoot) -> None:
    (root / "srv/repository/cmake_3.8_all.deb").unlink()
    said = root.run("-d", "cmake", "-d", "bison", "--yes")
    assert said.code == 5
    assert said.error.startswith(f"error[step-failed]: `{INSTALL} cmake bison` ended with 100\n")
    assert "  E: Failed to fetch copy:/srv/repository/./cmake_3.8_all.deb  Failed to stat" in said.error
    assert not {"cmake", "bison"} & set(root.installed)


def test_what_is_half_installed_and_was_not_asked_for(root: DebianRoot) -> None:
    assert root.run("-d", "bison", "--yes").code == 0
    assert root.run("-d", "flex", "--yes").code == 5
    said = root.run("-d", "bison", "--yes")
    assert said.code == 0
    assert said.err.endswith(
        f"note: nothing is missing, but something else is half installed: `{CONFIGURE}` ended with 1\n"
    )


def test_a_script_that_fails_and_is_mended(root: DebianRoot) -> None:
    said = root.run("-d", "flex", "--yes")
    assert said.code == 5
    lines = said.error.splitlines()
    assert lines[0] == f"error[step-failed]: `{INSTALL} flex` ended with 100"
    assert "  sorry" in lines
    assert lines[-1] == f"hint: all that was printed is in {root.name_of(root.logs[0])}{AGAIN}"
    said = root.run("-d", "flex")  # its program is there, and yet it is not installed
    assert said.code == 5
    assert said.err.startswith("error[no-consent]: nothing was run: nobody is here to say yes\n  dpkg --configure ")
    said = root.run("-d", "flex", "--dry-run")
    assert (said.code, said.err) == (0, "")
    assert (
        f"An interrupted run has left packages half installed. To finish them first:\n\n    {CONFIGURE}\n" in said.out
    )
    said = root.run("-d", "flex", "--yes")
    assert said.code == 5
    assert said.error.startswith(f"error[step-failed]: `{CONFIGURE}` ended with 1\n")
    root.write("srv/mended", "")
    said = root.run("-d", "flex", "--yes")
    assert said.code == 0, said
    assert root.installed["flex"] == "3.8"
    assert root.run("-d", "flex", "--yes").err == ""


@pytest.mark.parametrize("user", ["root", USER])
@pytest.mark.parametrize("is_attended", [False, True])
def test_a_script_that_hangs(root: DebianRoot, user: str, is_attended: bool) -> None:
    """What runs by sudo is root's, and is ended all the same, wherever it runs."""
    may_become_root(root)
    sudo = "" if user == "root" else "sudo "
    arguments = ("-d", "swig", "--yes", "--timeout", "2")
    if is_attended:
        with root.sit_at(*arguments, user=user) as terminal:
            assert terminal.end() == 5
            error = terminal.said
    else:
        said = root.run(*arguments, user=user)
        assert said.code == 5
        error = said.error
    assert f"error[step-failed]: `{sudo}{INSTALL} swig` was ended: it took longer than 2 s\n" in error
    wait_for(lambda: root.processes == [])
    root.write("srv/awake", "")
    said = root.run("-d", "swig", "--yes", user=user)
    assert said.code == 0, said
    assert root.installed["swig"] == "3.8"


def test_a_script_that_floods(root: DebianRoot) -> None:
    said = root.run("-d", "m4", "--yes")
    assert said.code == 0, said.error
    count = said.err.count(" of a flood\n")
    assert count > 90_000  # apt itself may lose the end of what comes all at once
    assert root.logs[0].read_text().count(" of a flood\n") == count


def test_another_language(root: DebianRoot) -> None:
    said = root.run("-d", "bison", "--yes", LANG="de_DE.UTF-8", LANGUAGE="de", LC_ALL="C.UTF-8")
    assert said.code == 0, said
    assert "Building dependency tree..." in said.err


@pytest.mark.parametrize(("answer", "code"), [("y\n", 0), ("n\n", 1), ("\n", 1), ("\x04", 1)])
def test_the_question(root: DebianRoot, answer: str, code: int) -> None:
    with root.sit_at("-d", "bison") as terminal:
        terminal.expect("Run this? [y/N] ")
        assert f"{INSTALL} bison" in terminal.said
        assert root.logs == []
        terminal.type(answer)
        assert terminal.end() == code
        assert ("Nothing more was run." in terminal.said) == (code == 1)
    assert ("bison" in root.installed) == (code == 0)


def test_an_interrupt_at_the_question(root: DebianRoot) -> None:
    with root.sit_at("-d", "bison") as terminal:
        terminal.expect("Run this? [y/N] ")
        terminal.type(CTRL_C)
        assert terminal.end() == 130
        assert terminal.said.endswith("Run this? [y/N] ^Cinterrupted\n")
    assert "bison" not in root.installed
    assert root.run("-d", "bison", "--yes").code == 0


def test_an_interrupt_while_the_index_is_fetched(root: DebianRoot) -> None:
    clear_lists(root.path)
    sources = (root / "etc/apt/sources.list").read_text()
    root.write("etc/apt/sources.list", f"{sources}deb [trusted=yes] http://10.255.255.1/x ./\n")
    slow = root.path / "usr/lib/apt/methods/http"
    slow.unlink()
    root.write("usr/lib/apt/methods/http", "#!/bin/sh\necho slow >&2\nexec sleep 600\n", mode=0o755)
    with root.sit_at("-d", "bison", "--yes", "-v") as terminal:
        terminal.expect("slow")
        terminal.type(CTRL_C)
        assert terminal.end() == 130
        assert "a second run goes on from here; the log is /root/" in terminal.said
    assert root.processes == []
    root.write("etc/apt/sources.list", sources)
    said = root.run("-d", "bison", "--yes")
    assert said.code == 0, said
    assert root.installed["bison"] == "3.8"


def test_an_interrupt_waits_for_what_was_begun(root: DebianRoot) -> None:
    """apt goes on to the end of what dpkg does."""
    with root.sit_at("-d", "swig", "--yes", "-v") as terminal:
        terminal.expect("begun")
        terminal.type(CTRL_C)
        terminal.expect(IMPATIENT)
        root.write("srv/awake", "")
        assert terminal.end() == 130
    assert root.processes == []
    said = root.run("-d", "swig", "--yes")
    assert (said.code, said.err) == (0, "")
    assert root.installed["swig"] == "3.8"


@pytest.mark.parametrize("name", ["scons", "swig"])
@pytest.mark.parametrize("user", ["root", USER])
def test_two_interrupts(root: DebianRoot, name: str, user: str) -> None:
    """While it is unpacked, and while it is configured."""
    may_become_root(root)
    with root.sit_at("-d", name, "--yes", "-v", user=user) as terminal:
        terminal.expect("begun")
        terminal.type(CTRL_C)
        terminal.expect(IMPATIENT)
        terminal.type(CTRL_C)
        assert terminal.end() == 130
        assert "a second run goes on from here; the log is " in terminal.said
    wait_for(lambda: root.processes == [])
    assert name not in root.installed
    root.write("srv/awake", "")
    said = root.run("-d", name, "--yes", user=user)
    assert said.code == 0, said
    assert root.installed[name] == "3.8"


@pytest.mark.parametrize("user", ["root", USER])
def test_interrupts_where_nobody_sits(root: DebianRoot, user: str) -> None:
    may_become_root(root)
    process = root.start("-d", "swig", "--yes", user=user)
    read_until(process, "begun")
    process.send_signal(signal.SIGINT)
    read_until(process, IMPATIENT)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 130
    assert said.splitlines()[-1] == "interrupted"
    wait_for(lambda: root.processes == [])
    root.write("srv/awake", "")
    done = root.run("-d", "swig", "--yes", user=user)
    assert done.code == 0, done
    assert root.installed["swig"] == "3.8"


def test_a_run_that_is_killed(root: DebianRoot) -> None:
    """It cannot end what it has begun; the next one waits for that, and finishes it."""
    process = root.start("-d", "swig", "--yes")
    read_until(process, "begun")
    process.kill()
    process.communicate(timeout=60)
    root.write("srv/awake", "")
    done = root.run("-d", "swig", "--yes")
    assert done.code == 0, done
    assert root.installed["swig"] == "3.8"


def test_a_user_with_sudo(root: DebianRoot) -> None:
    may_become_root(root)
    said = root.run("-d", "bison", "--yes", user=USER)
    assert said.code == 0, said
    assert f"\n    sudo {INSTALL} bison\n" in said.out
    assert root.installed["bison"] == "3.8"


def test_a_password_and_nobody_to_give_it(root: DebianRoot) -> None:
    may_become_root(root, "ALL")
    said = root.run("-d", "bison", "--yes", user=USER)
    assert said.code == 5
    assert said.err == (
        "error[no-elevation]: apt needs root, and there is no way to it "
        f"(sudo wants a password, and there is no terminal to give it on)\n\n{NEED_NONE}\n"
    )
    assert "bison  build  missing" in said.out
    root.write("etc/doas.conf", f"permit nopass {USER}\n")  # which wants none
    said = root.run("-d", "bison", "--yes", user=USER)
    assert said.code == 0, said
    assert f"\n    doas {INSTALL} bison\n" in said.out


def test_a_password_that_somebody_gives(root: DebianRoot) -> None:
    may_become_root(root, "ALL")
    root.do("sh", "-c", f"echo {USER}:secret | chpasswd")
    with root.sit_at("-d", "bison", "--yes", user=USER) as terminal:
        terminal.expect("password for ann")
        terminal.type("secret\n")
        assert terminal.end() == 0, terminal.said
    assert root.installed["bison"] == "3.8"


def test_neither_sudo_nor_doas(root: DebianRoot) -> None:
    for name in ("sudo", "doas"):
        (root / "usr/bin" / name).unlink()
    said = root.run("-d", "bison", "--yes", user=USER)
    assert said.code == 5
    assert said.err == (
        "error[no-elevation]: apt needs root, and there is no way to it "
        f"(none of sudo, doas, run0 and pkexec is here)\n\n{NEED_NONE}\n"
    )
    said = root.run("-d", "bison", "--yes")
    assert said.code == 0, said
    assert f"\n    {INSTALL} bison\n" in said.out


def test_no_manager(root: DebianRoot) -> None:
    said = root.run("-d", "bison", "--yes", PATH="/usr/local/bin")
    assert said.code == 5
    assert said.err == f"error[no-manager]: `apt` is not on this machine\n\n{NEED_NONE}\n"
    assert "bison  build  missing" in said.out


def test_a_system_that_nobody_has_seen(root: DebianRoot) -> None:
    root.write("etc/os-release", 'ID=plan9\nPRETTY_NAME="Plan 9"\n')
    said = root.run("-d", "bison", "--yes", PATH="/usr/local/bin")
    assert said.code == 5
    assert said.err == f"error[no-manager]: no package manager is known for this system (Plan 9)\n\n{NEED_NONE}\n"
    said = root.run("-d", "bison", "--yes")  # with apt it can only be a Debian
    assert said.code == 0, said
