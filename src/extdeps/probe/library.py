"""Shared libraries: those that the loader finds, and those that a linker finds."""

from __future__ import annotations

import re

from extdeps.loadercache import parse_loader_cache
from extdeps.model.evidence import Evidence
from extdeps.probe.elf import read_run_path

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

_NUMBER = re.compile(r"\d+")
_SUFFIXES = (".so", ".dylib", ".tbd", ".a")
"""What a library ends in, the shared ones first, as a linker prefers them."""

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
        self._directories: dict[str, frozenset[str]] = {}

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
                files = self._listed(directory)
                there = next((file for suffix in _SUFFIXES if (file := f"lib{name}{suffix}") in files), None)
                if there:
                    path = f"{directory}/{there}"
                    found[name] = Evidence(kind="library", name=name, location=path, origin="the linker's directories")
                    break
        return found

    def _find_in_loader(self, name: str) -> tuple[str, str] | None:
        if self._loader is None:
            self._loader = self._read_loader()
        found = self._newest(self._loader.get(name, ()))
        if found is None:
            if self._run_path is None:
                self._run_path = self._read_run_path()
            found = self._newest(self._run_path.get(name, ()))
        return found

    def _newest(self, places: Iterable[tuple[str, str]]) -> tuple[str, str] | None:
        """The first place that is searched, and there the highest version; a cache may name what is gone."""
        first: dict[str, list[tuple[str, str]]] = {}
        for path, origin in places:
            first.setdefault(origin if origin == _CACHE else path.rpartition("/")[0], []).append((path, origin))
        for group in first.values():
            for path, origin in sorted(group, key=lambda place: (_rank(place[0]), place[0]), reverse=True):
                if self._host.exists(path):
                    return path, origin
        return None

    def _find_in(self, roots: tuple[str, ...], name: str) -> tuple[str, str] | None:
        places: dict[str, list[tuple[str, str]]] = {}
        for directory in _library_directories(roots):
            self._add_directories(places, [directory], directory)
        return self._newest(places.get(name, ()))

    def _read_loader(self) -> dict[str, list[tuple[str, str]]]:
        environ = self._host.environ
        darwin = self._host.system == "Darwin"
        variables = ("DYLD_LIBRARY_PATH", "DYLD_FALLBACK_LIBRARY_PATH") if darwin else ("LD_LIBRARY_PATH",)
        places: dict[str, list[tuple[str, str]]] = {}
        for variable in variables:
            self._add_directories(places, filter(None, environ.get(variable, "").split(":")), variable)
        own = [f"{self._interpreter.prefix}/lib"] if self._interpreter.distributor in ("conda", "homebrew") else []
        self._add_directories(places, own, "the Python's own directory")
        cached = parse_loader_cache(self._host.read_bytes(_CACHE) or b"", self._host.machine)
        for soname, path in cached:
            for name in _link_names(soname):
                places.setdefault(name, []).append((path, _CACHE))
        if not cached:
            self._add_directories(places, self._default_directories(), "the loader's default directories")
        self._add_directories(places, [_ALWAYS], _ALWAYS)
        return places

    def _default_directories(self) -> list[str]:
        """Where a loader without a cache looks: musl's list, else the usual directories.

        On macOS a library is found by the full path that was linked, wherever the linker found it.
        """
        for name in self._host.list_directory("/etc"):
            if name.startswith("ld-musl-") and name.endswith(".path"):
                listed = (self._host.read_bytes(f"/etc/{name}") or b"").decode("utf-8", "replace")
                return [part for part in re.split(r"[\n:]", listed) if part.startswith("/")]
        if self._host.system == "Darwin":
            return list(self._link)
        multiarch = self._interpreter.multiarch
        own = [f"/lib/{multiarch}", f"/usr/lib/{multiarch}"] if multiarch else []
        return [*own, "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib"]

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
            for file in self._listed(directory):
                for name in _link_names(file) if file.startswith("lib") and _is_loadable(file) else ():
                    places.setdefault(name, []).append((f"{directory}/{file}", origin))

    def _listed(self, directory: str) -> frozenset[str]:
        """The files of a directory."""
        if directory not in self._directories:
            self._directories[directory] = frozenset(self._host.list_directory(directory))
        return self._directories[directory]


def _link_names(file: str) -> Iterator[str]:
    """The names under which a library may be asked for.

    `libz.so.1` is `z`. Some carry their version in the name (`libthrift-0.17.so` is also
    `thrift`), and on macOS all do (`libglib-2.0.0.dylib` is also `glib-2.0`).
    """
    stem, found, rest = file.partition(".so")
    if found and not rest.strip(".0123456789") and "-" not in stem:  # nearly all, and the quickest way for them
        yield stem.removeprefix("lib")
        return
    for suffix in _SUFFIXES:
        stem, found, rest = file.partition(suffix)
        if found and (not rest or rest[0] == "."):
            name = stem.removeprefix("lib")
            yield name
            while suffix == ".dylib" and name.rpartition(".")[2].isdigit():
                name = name.rpartition(".")[0]
                yield name
            base, hyphen, version = name.rpartition("-")
            if hyphen and version.replace(".", "").isdigit():
                yield base
            return


def _is_loadable(file: str) -> bool:
    return ".so" in file or file.endswith((".dylib", ".tbd"))


def _rank(file: str) -> tuple[int, ...]:
    """Orders `libx.so.10` after `libx.so.9` and both after `libx.so`, which is for the linker."""
    return tuple(int(number) for number in _NUMBER.findall(file.partition(".so")[2]))


def _library_directories(roots: tuple[str, ...]) -> list[str]:
    return [f"{root}/{part}" for root in roots for part in ("lib64", "lib")]
