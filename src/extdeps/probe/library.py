"""Shared libraries: those that the loader finds, and those that a linker finds."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from extdeps.host import Host
from extdeps.interpreter import Interpreter
from extdeps.model.evidence import Evidence
from extdeps.probe.elf import read_run_path
from extdeps.probe.loadercache import parse_loader_cache

_LIBRARY = re.compile(r"lib(?P<name>.+?)(?:\.so(?:\.[0-9][\w.]*)?|(?:\.[0-9][\w.]*)?\.dylib|\.tbd|\.a)")
_LOADABLE = re.compile(r"\.so(\.|$)|\.dylib$|\.tbd$")
_NUMBER = re.compile(r"\d+")

_CACHE = "/etc/ld.so.cache"
_ALWAYS = "/usr/lib/wsl/lib"


class Libraries:
    """The libraries of one host.

    Args:
        host: the machine.
        interpreter: the Python that decides; its own run path counts.
        link: the directories of the linker, in order.
    """

    def __init__(self, host: Host, interpreter: Interpreter, link: tuple[str, ...]) -> None:
        self._host = host
        self._interpreter = interpreter
        self._link = link
        self._loader: dict[str, list[tuple[str, str]]] | None = None
        self._run_path: dict[str, list[tuple[str, str]]] | None = None
        self._directories: dict[str, dict[str, list[str]]] = {}

    def find_loadable(self, names: Collection[str], roots: tuple[str, ...] = ()) -> dict[str, Evidence]:
        """The libraries that a program finds at run time.

        Args:
            names: link names, without `lib` and without a suffix.
            roots: further installation roots.
        """
        found = {}
        for name in names:
            place = self._find_in_loader(name) or self._find_in(roots, name)
            if place:
                path, origin = place
                found[name] = Evidence(kind="library", name=name, location=self._host.real_path(path), origin=origin)
        return found

    def find_linkable(self, names: Collection[str], roots: tuple[str, ...] = ()) -> dict[str, Evidence]:
        """The libraries that a linker finds as `-lNAME`: `libNAME.so`, `.a`, `.dylib` or `.tbd`.

        Args:
            names: link names.
            roots: further installation roots.
        """
        found = {}
        directories = (*self._link, *_library_directories(roots))
        for name in names:
            for directory in directories:
                wanted = (f"lib{name}.so", f"lib{name}.dylib", f"lib{name}.tbd", f"lib{name}.a")
                there = next((file for file in wanted if file in self._listed(directory).get(name, ())), None)
                if there:
                    path = f"{directory}/{there}"
                    found[name] = Evidence(kind="library", name=name, location=path, origin="the linker's directories")
                    break
        return found

    def _find_in_loader(self, name: str) -> tuple[str, str] | None:
        if self._loader is None:
            self._loader = self._read_loader()
        places = self._loader.get(name)
        if not places:
            if self._run_path is None:
                self._run_path = self._read_run_path()
            places = self._run_path.get(name)
        return places[0] if places else None

    def _find_in(self, roots: tuple[str, ...], name: str) -> tuple[str, str] | None:
        for directory in _library_directories(roots):
            for file in self._listed(directory).get(name, ()):
                if _LOADABLE.search(file):
                    return f"{directory}/{file}", directory
        return None

    def _read_loader(self) -> dict[str, list[tuple[str, str]]]:
        environ = self._host.environ
        variables = (
            ("DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH")
            if self._host.system == "Darwin"
            else ("LD_LIBRARY_PATH",)
        )
        places: dict[str, list[tuple[str, str]]] = {}
        for variable in variables:
            self._add_directories(places, (p for p in environ.get(variable, "").split(":") if p), variable)
        content = self._host.read_bytes(_CACHE) or b""
        cached = parse_loader_cache(content, self._host.machine)
        for soname, path in sorted(cached, key=lambda item: _rank(item[0]), reverse=True):
            match = _LIBRARY.fullmatch(soname)
            if match and self._host.exists(path):
                places.setdefault(match["name"], []).append((path, _CACHE))
        own = [f"{self._interpreter.prefix}/lib"] if self._interpreter.distributor in ("conda", "homebrew") else []
        self._add_directories(places, own, "the Python's own directory")
        if not cached:
            self._add_directories(places, self._default_directories(), "the loader's default directories")
        self._add_directories(places, [_ALWAYS], _ALWAYS)
        return places

    def _default_directories(self) -> list[str]:
        """Where a loader without a cache looks: musl's list, else the usual directories."""
        for name in self._host.list_directory("/etc"):
            if name.startswith("ld-musl-") and name.endswith(".path"):
                listed = (self._host.read_bytes(f"/etc/{name}") or b"").decode("utf-8", "replace")
                return [part for part in re.split(r"[\n:]", listed) if part.startswith("/")]
        return [directory for directory in self._link if not directory.startswith("/usr/local/lib/")]

    def _read_run_path(self) -> dict[str, list[tuple[str, str]]]:
        """The libraries below the run path of the Python itself, read only when nothing else has a library."""
        places: dict[str, list[tuple[str, str]]] = {}
        executable = self._host.real_path(self._interpreter.executable) if self._interpreter.executable else ""
        if executable and self._interpreter.distributor != "system":
            origin = executable.rpartition("/")[0]
            paths = read_run_path(self._host.read_bytes(executable) or b"")
            directories = (
                self._host.real_path(p.replace("${ORIGIN}", origin).replace("$ORIGIN", origin)) for p in paths
            )
            self._add_directories(places, directories, f"the run path of {executable}")
        return places

    def _add_directories(
        self, places: dict[str, list[tuple[str, str]]], directories: Iterable[str], origin: str
    ) -> None:
        for directory in directories:
            for name, files in self._listed(directory).items():
                loadable = [file for file in files if _LOADABLE.search(file)]
                places.setdefault(name, []).extend((f"{directory}/{file}", origin) for file in loadable)

    def _listed(self, directory: str) -> dict[str, list[str]]:
        """The libraries of a directory by link name, the highest version of each first."""
        if directory not in self._directories:
            names: dict[str, list[str]] = {}
            for file in sorted(self._host.list_directory(directory), key=_rank, reverse=True):
                match = _LIBRARY.fullmatch(file)
                if match:
                    names.setdefault(match["name"], []).append(file)
            self._directories[directory] = names
        return self._directories[directory]


def _rank(file: str) -> tuple[int, ...]:
    """Orders `libx.so.10` before `libx.so.9` and both before `libx.so`; development links come last."""
    return tuple(int(number) for number in _NUMBER.findall(file.partition(".so")[2]))


def _library_directories(roots: tuple[str, ...]) -> list[str]:
    return [f"{root}/{part}" for root in roots for part in ("lib64", "lib")]
