"""A host that is written down: files, links, programs and what they print.

`tests/hosts/*.toml` hold machines in this form:

    system = "Linux"              machine = "x86_64"          root = true
    environ = { PATH = "/usr/bin:/bin" }
    executables = ["/usr/bin/gcc"]                   files that can be run
    loader_cache = ["/lib/x86_64-linux-gnu/libz.so.1"]   what ld.so.cache holds
    empty = ["/usr/include/zlib.h"]                  files whose content does not matter
    [links]                                          path = target
    [files]                                          path = content
    [[commands]]                                     argv, stdout, stderr, returncode
"""

from __future__ import annotations

import struct
import time
import tomllib
from collections.abc import Callable, Iterable, Mapping, Sequence
from io import BytesIO
from pathlib import Path

from extdeps.child import Completed
from extdeps.host import Host
from extdeps.interpreter import Interpreter
from extdeps.manager.interface import Site

HOSTS = Path(__file__).parent.parent / "hosts"
_FLAGS = {"x86_64": 0x0303, "aarch64": 0x0A03}


class RecordedHost:
    """Answers from a recording and remembers what was run, and what was opened to be read bit by bit."""

    can_run = True

    def __init__(
        self,
        *,
        files: Mapping[str, str | bytes] | None = None,
        links: Mapping[str, str] | None = None,
        executables: Iterable[str] = (),
        commands: Mapping[tuple[str, ...], Completed] | None = None,
        environ: Mapping[str, str] | None = None,
        system: str = "Linux",
        machine: str = "x86_64",
        is_root: bool = True,
        loader_cache: Iterable[str] = (),
        empty: Iterable[str] = (),
        name: str = "recorded",
    ) -> None:
        self.name = name
        self.system = system
        self.machine = machine
        self.is_root = is_root
        self.environ: Mapping[str, str] = {"PATH": "/usr/local/bin:/usr/bin:/bin", **(environ or {})}
        self.runs: list[tuple[str, ...]] = []
        self.opened: list[str] = []
        self._links = dict(links or {})
        self._executables = frozenset(executables)
        self._commands = dict(commands or {})
        self._files: dict[str, bytes] = dict.fromkeys((*self._executables, *empty), b"")
        for path, content in (files or {}).items():
            self._files[path] = content.encode() if isinstance(content, str) else content
        cached = tuple(loader_cache)
        if cached:
            self._files |= dict.fromkeys(cached, b"")
            self._files["/etc/ld.so.cache"] = make_loader_cache(cached, machine)
        self._directories = {
            "/".join(parts[:end]) or "/"
            for path in (*self._files, *self._links)
            for parts in (path.split("/"),)
            for end in range(1, len(parts))
        }

    @property
    def files(self) -> tuple[str, ...]:
        """The paths of all files, as they were recorded."""
        return tuple(self._files)

    @property
    def links(self) -> dict[str, str]:
        """What the links lead to."""
        return dict(self._links)

    def read_bytes(self, path: str, /) -> bytes | None:
        return self._files.get(self.real_path(path))

    def open_bytes(self, path: str, /) -> BytesIO | None:
        self.opened.append(path)
        content = self.read_bytes(path)
        return None if content is None else BytesIO(content)

    def list_directory(self, path: str, /) -> tuple[str, ...]:
        prefix = self.real_path(path).rstrip("/") + "/"
        known = (*self._files, *self._links)
        return tuple(sorted({item[len(prefix) :].partition("/")[0] for item in known if item.startswith(prefix)}))

    def exists(self, path: str, /) -> bool:
        real = self.real_path(path)
        return real in self._files or real in self._directories

    def is_executable(self, path: str, /) -> bool:
        return self.real_path(path) in self._executables

    def real_path(self, path: str, /) -> str:
        done: list[str] = []
        pending = [part for part in reversed(path.split("/")) if part not in ("", ".")]
        while pending:
            part = pending.pop()
            if part == "..":
                done = done[:-1]
                continue
            done.append(part)
            target = self._links.get("/" + "/".join(done))
            if target is not None:
                done = [] if target.startswith("/") else done[:-1]
                pending.extend(piece for piece in reversed(target.split("/")) if piece not in ("", "."))
        return "/" + "/".join(done)

    def modification_time(self, path: str, /) -> float | None:
        return time.time() if self.exists(path) else None

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        self.runs.append(tuple(argv))
        return self._commands.get(tuple(argv))

    def follow(
        self,
        argv: Sequence[str],
        /,
        *,
        on_line: Callable[[str], None],
        timeout: float,
        environ: Mapping[str, str] | None = None,
    ) -> Completed | None:
        self.runs.append(tuple(argv))
        done = self._commands.get(tuple(argv))
        for line in done.stdout.splitlines() if done else ():
            on_line(line)
        return done


def make_site(host: Host | None = None, *, python: str = "/usr/bin/python3", prefix: str = "") -> Site:
    """Where a manager works: a host, and the Python of the system there."""
    interpreter = Interpreter(executable=python, prefix="/usr", base_prefix="/usr", version="3.12.3")
    return Site(host=host or RecordedHost(), interpreter=interpreter, prefix=prefix)


def load_host(name: str) -> RecordedHost:
    """The recorded host of a name in `tests/hosts`."""
    document = tomllib.loads((HOSTS / f"{name}.toml").read_text())
    commands = {
        tuple(command["argv"]): Completed(
            returncode=command.get("returncode", 0),
            stdout=command.get("stdout", ""),
            stderr=command.get("stderr", ""),
        )
        for command in document.get("commands", [])
    }
    return RecordedHost(
        name=name,
        system=document.get("system", "Linux"),
        machine=document.get("machine", "x86_64"),
        is_root=document.get("root", True),
        environ=document.get("environ", {}),
        executables=document.get("executables", ()),
        loader_cache=document.get("loader_cache", ()),
        empty=document.get("empty", ()),
        links=document.get("links", {}),
        files=document.get("files", {}),
        commands=commands,
    )


def make_loader_cache(paths: Sequence[str], machine: str) -> bytes:
    """The bytes of an ld.so.cache with these libraries."""
    strings = b""
    entries = []
    start = 48 + 24 * len(paths)
    for path in paths:
        soname = path.rpartition("/")[2].encode()
        key = start + len(strings)
        strings += soname + b"\0"
        value = start + len(strings)
        strings += path.encode() + b"\0"
        entries.append(struct.pack("<iIIIQ", _FLAGS.get(machine, 3), key, value, 0, 0))
    header = struct.pack("<20sIIB3x4x3I", b"glibc-ld.so.cache1.1", len(paths), len(strings), 2, 0, 0, 0)
    return header + b"".join(entries) + strings
