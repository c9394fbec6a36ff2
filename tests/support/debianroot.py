"""A Debian in which extdeps is installed, and copies of it that cost nothing: what is changed lies in memory."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from extdeps.curate.cleanroom.program import stage_program
from extdeps.resources import shipped_directory
from support.debrepository import Deb, make_debian, write_repository
from support.terminal import Terminal

USER = "ann"
_PLACE = "usr/local/bin/extdeps"
_PROGRAM = """#!/usr/bin/python3 -P
import sys
sys.path.insert(0, "/opt/extdeps")
from extdeps.cli.main import main
sys.exit(main())
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What a run of extdeps said, and its exit status."""

    code: int
    out: str
    err: str

    @property
    def error(self) -> str:
        """The error and all after it."""
        return self.err[self.err.index("error[") :] if "error[" in self.err else ""


class DebianRoot:
    """A root file system in which extdeps runs as its own Python runs it.

    Args:
        root: the directory that is `/` there.
    """

    def __init__(self, root: Path) -> None:
        self.path = root

    def __truediv__(self, path: str) -> Path:
        return self.path / path

    def run(
        self, *arguments: str, user: str = "root", timeout: float = 60.0, command: str = "install", **variables: str
    ) -> Said:
        """Run `extdeps install`, or another command, to its end, where nobody sits."""
        with self.start(*arguments, user=user, command=command, **variables) as process:
            try:
                out, err = process.communicate(timeout=timeout)
            except subprocess.TimeoutExpired:
                process.kill()
                raise
        return Said(code=process.returncode, out=out, err=err)

    def start(
        self, *arguments: str, user: str = "root", command: str = "install", **variables: str
    ) -> subprocess.Popen[str]:
        """Begin to run `extdeps install`, or another command, where nobody sits."""
        return subprocess.Popen(
            self._enter(user, (f"/{_PLACE}", command, *arguments)),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            env=_environ(user, variables),
        )

    def sit_at(self, *arguments: str, user: str = "root", command: str = "install", **variables: str) -> Terminal:
        """Begin to run `extdeps install`, or another command, on a terminal."""
        return Terminal(self._enter(user, (f"/{_PLACE}", command, *arguments)), _environ(user, variables))

    def do(self, *argv: str) -> str:
        """Run a program there as root, which has to succeed; what it printed."""
        done = subprocess.run(
            self._enter("root", argv), env=_environ("root", {}), capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def write(self, path: str, content: str, *, mode: int = 0o644) -> None:
        """Make a file."""
        target = self.path / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(content)
        target.chmod(mode)

    @property
    def installed(self) -> dict[str, str]:
        """The versions of the packages that are wholly installed."""
        lines = self.do("dpkg-query", "-W", "-f", "${db:Status-Abbrev} ${Package} ${Version}\\n").splitlines()
        return {words[1]: words[2] for line in lines if (words := line.split())[0] == "ii"}

    @property
    def logs(self) -> list[Path]:
        return sorted((self.path / "root/.local/state/extdeps/log").glob("install-*"))

    def name_of(self, path: Path) -> str:
        """What a file is called there."""
        return f"/{path.relative_to(self.path)}"

    @property
    def processes(self) -> list[str]:
        """What runs there."""
        return [command for _, command in _find_processes(self.path)]

    @contextmanager
    def little_space(self, path: str, size: str) -> Iterator[None]:
        """A file system of a few bytes at a place."""
        place = self.path / path
        place.mkdir(parents=True, exist_ok=True)
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={size}", "tmpfs", str(place)], check=True)
        try:
            yield
        finally:
            subprocess.run(["umount", str(place)], check=True)

    def _enter(self, user: str, argv: Sequence[str]) -> list[str]:
        chroot = shutil.which("chroot")
        assert chroot  # by its path, since PATH is that of the program there
        return [chroot, f"--userspec={user}:{user}", str(self.path), *argv]


def _environ(user: str, variables: Mapping[str, str]) -> dict[str, str]:
    home = "/root" if user == "root" else f"/home/{user}"
    path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
    return {"PATH": path, "HOME": home, "LANG": "C.UTF-8", "TERM": "xterm", "COLUMNS": "200", **variables}


def make_base(root: Path, packages: Sequence[Deb], *further: str) -> None:
    """A Debian with sudo, doas, further packages, a user, a repository with its index, and extdeps."""
    assert shutil.which("debootstrap"), "install debootstrap"
    make_debian(root, "bookworm", "python3", "sudo", "opendoas", *further)
    write_repository(root, packages)
    base = DebianRoot(root)
    base.do("apt-get", "update")
    base.do("useradd", "--create-home", "--shell", "/bin/sh", USER)
    program = root / _PLACE
    program.write_text(_PROGRAM)
    program.chmod(0o755)
    stage_program(str(root / "opt/extdeps"), shipped_directory())
    base.do("python3", "-m", "compileall", "-q", "/opt/extdeps")


@contextmanager
def layer_over(base: Path, place: Path) -> Iterator[DebianRoot]:
    """A copy of a root whose changes lie in memory and go in the end, with all that still runs in it.

    Args:
        base: the root, which stays as it is.
        place: an empty directory.
    """
    root = place / "root"
    with ExitStack() as mounts:
        _mount(mounts, place, "-t", "tmpfs", "tmpfs")
        for name in ("upper", "work", "root"):
            (place / name).mkdir()
        options = f"lowerdir={base},upperdir={place}/upper,workdir={place}/work"
        _mount(mounts, root, "-t", "overlay", "-o", options, "overlay")
        mounts.callback(_end_processes, root)
        _mount(mounts, root / "proc", "-t", "proc", "proc")
        _mount(mounts, root / "dev/pts", "--bind", "/dev/pts")
        yield DebianRoot(root)


def _mount(mounts: ExitStack, place: Path, *arguments: str) -> None:
    subprocess.run(["mount", *arguments, str(place)], check=True)
    mounts.callback(subprocess.run, ["umount", "--lazy", str(place)], check=True)


def _find_processes(root: Path) -> list[tuple[int, str]]:
    """What runs in a root, and has not ended yet."""
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):
            command = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
            if os.readlink(process / "root") == str(root) and command:
                found.append((int(process.name), command.strip()))
    return found


def _end_processes(root: Path) -> None:
    for pid, _ in _find_processes(root):
        with suppress(OSError):
            os.kill(pid, signal.SIGKILL)
