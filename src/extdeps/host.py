"""The machine: the only module through which processes are run and system state is read.

Everything else is given a `Host`, so that another root file system or a
recording can stand in for this machine.
"""

from __future__ import annotations

import os
import sys
from contextlib import nullcontext

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from typing import IO, Protocol

    from extdeps.child import Completed
else:
    Protocol = object

_DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
_MAX_LINKS = 40
_MAX_BYTES = 1024 * 1024 * 1024
_UNSIZED = 1024 * 1024  # of a file that the kernel makes as it is read; it refuses more than 4 MiB of /proc/sys at once
_MAX_OUTPUT = 256 * 1024 * 1024
_ENGLISH = {"LC_ALL": "C", "LANGUAGE": "C"}


class Host(Protocol):
    """A machine that can be looked at. Paths are absolute, with `/`, as seen on that machine."""

    name: str
    system: str
    machine: str
    environ: Mapping[str, str]
    is_root: bool
    can_run: bool

    def read_bytes(self, path: str, /) -> bytes | None:
        """The content of a file, or None where there is none that can be read."""

    def open_bytes(self, path: str, /) -> IO[bytes] | None:
        """A file that is too large to be held at once, for the caller to close, or None as above."""

    def list_directory(self, path: str, /) -> tuple[str, ...]:
        """The names in a directory, sorted; empty where there is none."""

    def exists(self, path: str, /) -> bool:
        """Whether a file or directory is there, links followed."""

    def is_executable(self, path: str, /) -> bool:
        """Whether a file is there that can be run."""

    def real_path(self, path: str, /) -> str:
        """The path with every link followed."""

    def modification_time(self, path: str, /) -> float | None:
        """When a file or directory was last changed, in seconds since 1970, or None where there is none."""

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        """Ask a program, in English, and end it after `timeout` seconds; None where it cannot be run here.

        Args:
            argv: the program and its arguments.
            timeout: in seconds.
            environ: variables beside those of the machine.
        """

    def follow(
        self,
        argv: Sequence[str],
        /,
        *,
        on_line: Callable[[str], None],
        timeout: float,
        environ: Mapping[str, str] | None = None,
    ) -> Completed | None:
        """Run a program that changes the machine (`extdeps.follow`); None where it cannot be run here.

        Args:
            argv: the program and its arguments.
            on_line: called with each line that it prints.
            timeout: in seconds.
            environ: its whole environment; that of the machine by default.
        """


def read_text(host: Host, path: str) -> str | None:
    """The content of a text file, decoded leniently, or None."""
    content = host.read_bytes(path)
    return None if content is None else content.decode("utf-8", "replace")


def search_path(host: Host) -> tuple[str, ...]:
    """The directories of PATH on that machine, in order, without duplicates."""
    path = host.environ.get("PATH") or _DEFAULT_PATH
    return tuple(dict.fromkeys(part for part in path.split(":") if part.startswith("/")))


def find_executable(host: Host, name: str) -> str | None:
    """The path of a program as a shell on that machine would find it, or None."""
    if "/" in name:
        return name if host.is_executable(name) else None
    for directory in search_path(host):
        path = f"{directory.rstrip('/')}/{name}"
        if host.is_executable(path):
            return path
    return None


class LocalHost:
    """This machine.

    Args:
        environ: the variables that it is taken to have; those of the process by default.
    """

    can_run = True

    def __init__(self, environ: Mapping[str, str] | None = None) -> None:
        self.name = "this machine"
        self.environ: Mapping[str, str] = dict(os.environ if environ is None else environ)
        system = {"linux": "Linux", "darwin": "Darwin", "win32": "Windows"}
        self.system = system.get(sys.platform, sys.platform)
        self.machine = os.uname().machine if hasattr(os, "uname") else self.environ.get("PROCESSOR_ARCHITECTURE", "")
        self.is_root = hasattr(os, "geteuid") and os.geteuid() == 0

    def read_bytes(self, path: str, /) -> bytes | None:
        try:
            with self.open_bytes(path) or nullcontext() as file:
                if file is None:
                    return None
                size = os.fstat(file.fileno()).st_size
                return file.read(min(size, _MAX_BYTES) or _UNSIZED)
        except OSError:
            return None

    def open_bytes(self, path: str, /) -> IO[bytes] | None:
        try:
            # a pipe or a device would be waited for
            return open(path, "rb") if os.path.isfile(path) else None
        except (OSError, ValueError):
            return None

    def list_directory(self, path: str, /) -> tuple[str, ...]:
        try:
            return tuple(sorted(os.listdir(path)))
        except (OSError, ValueError):
            return ()

    def exists(self, path: str, /) -> bool:
        try:
            os.stat(path)
        except (OSError, ValueError):
            return False
        return True

    def is_executable(self, path: str, /) -> bool:
        return os.path.isfile(path) and os.access(path, os.X_OK)

    def real_path(self, path: str, /) -> str:
        return os.path.realpath(path)

    def modification_time(self, path: str, /) -> float | None:
        try:
            return os.stat(path).st_mtime
        except (OSError, ValueError):
            return None

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        from extdeps.child import collect

        program = find_executable(self, argv[0])
        if program is None:
            return None
        own = {**self.environ, **_ENGLISH, **(environ or {})}
        try:
            return collect([program, *argv[1:]], environ=own, timeout=timeout, limit=_MAX_OUTPUT)
        except (OSError, ValueError):
            return None

    def follow(
        self,
        argv: Sequence[str],
        /,
        *,
        on_line: Callable[[str], None],
        timeout: float,
        environ: Mapping[str, str] | None = None,
    ) -> Completed | None:
        from extdeps.follow import follow

        program = find_executable(self, argv[0])
        if program is None:
            return None
        own = self.environ if environ is None else environ
        try:
            return follow([program, *argv[1:]], environ=own, timeout=timeout, on_line=on_line)
        except (OSError, ValueError):
            return None


class ElevatedHost(LocalHost):
    """This machine, whose programs are asked as root.

    Args:
        program: what runs a command as root without a question, such as `sudo`.
        environ: the variables of this machine.
    """

    def __init__(self, program: str, environ: Mapping[str, str]) -> None:
        super().__init__(environ)
        self.is_root = True
        self._program = program

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        if find_executable(self, argv[0]) is None:
            return None
        variables = {**_ENGLISH, **(environ or {})}  # which sudo and the others let through by `env` alone
        named = (f"{name}={value}" for name, value in variables.items())
        return super().run((self._program, "env", *named, *argv), timeout=timeout)


class RootHost:
    """Another root file system below a directory. Links stay inside it, and nothing of it is run.

    Args:
        root: the directory that is `/` there.
    """

    is_root = True
    can_run = False

    def __init__(self, root: str) -> None:
        self.root = os.path.realpath(root)
        self.name = self.root
        self.environ: Mapping[str, str] = {"PATH": _DEFAULT_PATH}
        self._local = LocalHost(self.environ)
        self.system = "Linux"
        if self._local.exists(f"{self.root}/System/Library/CoreServices/SystemVersion.plist"):
            self.system = "Darwin"
        self.machine = _elf_machine(self) or self._local.machine

    def read_bytes(self, path: str, /) -> bytes | None:
        return self._local.read_bytes(self._outside(path))

    def open_bytes(self, path: str, /) -> IO[bytes] | None:
        return self._local.open_bytes(self._outside(path))

    def list_directory(self, path: str, /) -> tuple[str, ...]:
        return self._local.list_directory(self._outside(path))

    def exists(self, path: str, /) -> bool:
        return self._local.exists(self._outside(path))

    def is_executable(self, path: str, /) -> bool:
        return self._local.is_executable(self._outside(path))

    def modification_time(self, path: str, /) -> float | None:
        return self._local.modification_time(self._outside(path))

    def run(self, *_: object, **__: object) -> None:
        return None

    def follow(self, *_: object, **__: object) -> None:
        return None

    def real_path(self, path: str, /) -> str:
        return self._resolve(path) or path

    def _resolve(self, path: str) -> str | None:
        """Follow links component by component; an absolute target starts at this root, `..` stops at it.

        None for a path with more links than a system follows: what is left of them would lead out.
        """
        pending = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        done: list[str] = []
        links = 0
        while pending:
            part = pending.pop()
            if part == "..":
                done = done[:-1]
                continue
            target = self._read_link("/".join((self.root, *done, part)))
            if target is None:
                done.append(part)
                continue
            links += 1
            if links > _MAX_LINKS:
                return None
            if target.startswith("/"):
                done = []
            pending.extend(piece for piece in reversed(target.split("/")) if piece not in ("", "."))
        return "/" + "/".join(done)

    def _outside(self, path: str) -> str:
        """The path as this machine sees it; an empty one, which is nowhere, where it cannot be followed."""
        inside = self._resolve(path)
        return "" if inside is None else self.root + inside

    @staticmethod
    def _read_link(path: str) -> str | None:
        try:
            return os.readlink(path)
        except (OSError, ValueError):
            return None


_ELF_MACHINES = {
    3: "i686",
    20: "ppc",
    21: "ppc64le",
    22: "s390x",
    40: "armv7l",
    62: "x86_64",
    183: "aarch64",
    243: "riscv64",
}


def _elf_machine(host: Host) -> str | None:
    """The architecture of a root file system, from the header of a program that every system has."""
    for path in ("/bin/sh", "/usr/bin/env", "/usr/bin/python3"):
        head = (host.read_bytes(path) or b"")[:20]
        if head[:4] == b"\x7fELF" and len(head) == 20:
            order = "little" if head[5] == 1 else "big"
            return _ELF_MACHINES.get(int.from_bytes(head[18:20], order))  # type: ignore[arg-type]
    return None
