"""How commands can be run as root, by what the real programs say.

Captured with `LC_ALL=C` and without a terminal in roots of Debian 12 (sudo 1.9.13p3, opendoas 6.8.2) and Debian 13
(sudo 1.9.16p2, opendoas 6.8.2, sudo-rs 0.2.5 under the name of sudo); sudo and doas say the same in both.
"""

from __future__ import annotations

import pytest

from extdeps.child import Completed
from extdeps.manager.elevation import Elevation, find_elevation, guess_elevation
from support.recorded import RecordedHost

WITHOUT = "systemd does not run here"
SYSTEMD = "/run/systemd/system/x"
NO_NEW_PRIVILEGES = """\
sudo: The "no new privileges" flag is set, which prevents sudo from running as root.
sudo: If sudo is running in a container, you may need to adjust the container configuration to disable the flag.
"""
NOSUID = (
    "sudo: effective uid is not 0, is /usr/bin/sudo on a file system with the 'nosuid' option set or an NFS file "
    "system without root privileges?"
)
BAD_SUDOERS = """\
/etc/sudoers.d/t:6:16: syntax error
garbage garbage
               ^
sudo: sorry, you must have a tty to run sudo
"""
OPEN_SUDOERS = """\
sudo: /etc/sudoers is world writable
sudo: no valid sudoers sources found, quitting
sudo: error initializing audit plugin sudoers_audit
"""


def make_host(
    *programs: str,
    said: str = "",
    returncode: int = 1,
    fault: str = "",
    is_root: bool = False,
    empty: tuple[str, ...] = (),
) -> RecordedHost:
    """An ordinary user's machine with programs, all of which answer the same."""
    done = Completed(returncode=returncode, stdout="", stderr=said, fault=fault)
    return RecordedHost(
        executables=[f"/usr/bin/{name}" for name in programs],
        commands={(name, "-n", "true"): done for name in programs},
        is_root=is_root,
        empty=empty,
    )


def test_root_needs_nothing() -> None:
    host = make_host("sudo", "doas", is_root=True)
    found = find_elevation(host)
    assert (found, str(found), host.runs) == (Elevation(), "root", [])


@pytest.mark.parametrize("name", ["sudo", "doas"])
def test_without_a_password(name: str) -> None:
    host = make_host(name, returncode=0)
    found = find_elevation(host)
    assert found == Elevation(program=name)
    assert str(found) == f"{name} without a password"
    assert host.runs == [(name, "-n", "true")]


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("sudo", "sudo: a password is required\n"),  # also to one who is not in sudoers, or may run other commands only
        ("sudo", "sudo-rs: interactive authentication is required\n"),
        ("sudo", "sudo: sorry, you must have a tty to run sudo\n"),  # requiretty
        ("sudo", BAD_SUDOERS),
        ("doas", "doas: Authentication required\n"),
    ],
)
def test_with_a_password(name: str, said: str) -> None:
    found = find_elevation(make_host(name, said=said))
    assert found == Elevation(program=name, asks="terminal")
    assert str(found) == f"{name} with a password"


@pytest.mark.parametrize(
    ("name", "said", "reason"),
    [
        (
            "sudo",
            NO_NEW_PRIVILEGES,
            'sudo: The "no new privileges" flag is set, which prevents sudo from running as root.',
        ),
        (
            "sudo",
            "sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set\n",
            "sudo: /usr/bin/sudo must be owned by uid 0 and have the setuid bit set",
        ),
        ("sudo", NOSUID, NOSUID),
        ("sudo", "sudo: you do not exist in the passwd database\n", "sudo: you do not exist in the passwd database"),
        ("sudo", OPEN_SUDOERS, "sudo: /etc/sudoers is world writable"),
        (
            "sudo",
            "sudo-rs: I'm sorry nobody. I'm afraid I can't do that\n",
            "sudo: I'm sorry nobody. I'm afraid I can't do that",
        ),
        ("doas", "doas: Operation not permitted\n", "doas: Operation not permitted"),
        ("doas", "doas: not installed setuid\n", "doas: not installed setuid"),  # and under no-new-privileges
        (
            "doas",
            "doas: doas is not enabled, /etc/doas.conf: No such file or directory\n",
            "doas: doas is not enabled, /etc/doas.conf: No such file or directory",
        ),
        ("doas", "doas: syntax error at line 1\n", "doas: syntax error at line 1"),
        ("doas", "doas: no passwd entry for self\n", "doas: no passwd entry for self"),
        ("sudo", "", "sudo: refuses"),
        ("sudo", "Illegal instruction\nmore\n", "sudo: Illegal instruction"),
    ],
)
def test_not_at_all(name: str, said: str, reason: str) -> None:
    found = find_elevation(make_host(name, said=said))
    assert found == Elevation(is_possible=False, reason=reason)
    assert str(found) == "not at all"


def test_one_that_hangs() -> None:
    found = find_elevation(make_host("sudo", returncode=-9, fault="it took longer than 10 s"))
    assert found == Elevation(is_possible=False, reason="sudo: it took longer than 10 s")


def test_one_that_cannot_be_run() -> None:
    host = RecordedHost(executables=["/usr/bin/sudo"], is_root=False)
    assert find_elevation(host) == Elevation(is_possible=False, reason="sudo: it cannot be run")


def test_none_is_here() -> None:
    host = RecordedHost(is_root=False)
    reason = "none of sudo, doas, run0 and pkexec is here"
    assert find_elevation(host) == Elevation(is_possible=False, reason=reason)
    assert host.runs == []


def test_the_second_where_the_first_refuses() -> None:
    commands: dict[tuple[str, ...], Completed] = {
        ("sudo", "-n", "true"): Completed(returncode=1, stdout="", stderr=NO_NEW_PRIVILEGES),
        ("doas", "-n", "true"): Completed(returncode=1, stdout="", stderr="doas: Authentication required\n"),
    }
    both = RecordedHost(executables=["/usr/bin/sudo", "/usr/bin/doas"], commands=commands, is_root=False)
    assert find_elevation(both) == Elevation(program="doas", asks="terminal")


def test_the_second_where_the_first_wants_a_password() -> None:
    commands: dict[tuple[str, ...], Completed] = {
        ("sudo", "-n", "true"): Completed(returncode=1, stdout="", stderr="sudo: a password is required\n"),
        ("doas", "-n", "true"): Completed(returncode=0, stdout=""),
    }
    both = RecordedHost(executables=["/usr/bin/sudo", "/usr/bin/doas"], commands=commands, is_root=False)
    assert find_elevation(both) == Elevation(program="doas")


@pytest.mark.parametrize(
    ("programs", "empty", "found"),
    [
        (("run0", "pkexec"), (SYSTEMD,), Elevation(program="run0", asks="agent")),
        (("pkexec",), (SYSTEMD,), Elevation(program="pkexec", asks="agent")),
        # `System has not been booted with systemd as init system`, `Error getting authority`
        (("run0", "pkexec"), (), Elevation(is_possible=False, reason=f"run0: {WITHOUT}; pkexec: {WITHOUT}")),
    ],
)
def test_those_that_ask_polkit(programs: tuple[str, ...], empty: tuple[str, ...], found: Elevation) -> None:
    host = make_host(*programs, empty=empty)
    assert find_elevation(host) == found
    assert host.runs == []
    assert str(found) in (f"{found.program}, which asks you", "not at all")


def test_polkit_where_sudo_refuses() -> None:
    host = make_host("sudo", "run0", said="sudo: you do not exist in the passwd database", empty=(SYSTEMD,))
    assert find_elevation(host) == Elevation(program="run0", asks="agent")


@pytest.mark.parametrize(
    ("programs", "name"),
    [(("pkexec", "doas"), "doas"), (("pkexec", "run0"), "run0"), (("pkexec",), "pkexec"), ((), "")],
)
def test_a_guess_runs_nothing(programs: tuple[str, ...], name: str) -> None:
    host = make_host(*programs)
    assert (guess_elevation(host), host.runs) == (name, [])
