"""The variables that make a build find what lies below one directory."""

from __future__ import annotations

import shlex
from dataclasses import dataclass, replace
from functools import cached_property

from extdeps.loadercache import parse_loader_cache
from extdeps.model.environment import Variable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

_LIBRARIES = (".so", ".dylib", ".tbd", ".a", ".lib")
_DEFAULT = ("/lib", "/usr/lib", "/lib64", "/usr/lib64", "/usr/local/lib")
_FALLBACK = "/usr/local/lib:/usr/lib"
"""What `DYLD_FALLBACK_LIBRARY_PATH` is where it is not set (dyld(1))."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Those directories below an installation root that are there and hold something.

    Args:
        root: the installation root.
        bin: programs.
        include: headers.
        libraries: libraries to link against.
        pkg_config: `.pc` files.
        typelibs: what GObject introspection loads.
    """

    root: str
    bin: str
    include: str
    libraries: tuple[str, ...]
    pkg_config: tuple[str, ...]
    typelibs: str

    @property
    def has_development_files(self) -> bool:
        """Whether a build could use any of it."""
        return bool(self.include or self.pkg_config)

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing that anybody would look for."""
        return not (self.bin or self.include or self.libraries or self.pkg_config)


class Ground:
    """One host as far as directories and variables go; what it takes several looks to know is known once.

    Args:
        host: the machine.
        interpreter: the Python that decides.
    """

    def __init__(self, host: Host, interpreter: Interpreter) -> None:
        self.host = host
        self.interpreter = interpreter
        self.separator = ";" if host.system == "Windows" else ":"

    def read_layout(self, root: str) -> Layout:
        """What is below an installation root."""
        if self.host.system == "Windows" and self.host.exists(f"{root}/Library"):
            root = f"{root}/Library"  # where conda keeps all that is not Python's own
        multiarch = self.interpreter.multiarch
        parts = (*([f"lib/{multiarch}"] if multiarch else []), "lib64", "lib")
        return Layout(
            root=root,
            bin=self._filled(f"{root}/bin"),
            include=self._filled(f"{root}/include"),
            libraries=self._distinct(f"{root}/{part}" for part in parts if self._has_library(f"{root}/{part}")),
            pkg_config=self._distinct(
                filter(None, (self._filled(f"{root}/{part}/pkgconfig") for part in (*parts, "share")))
            ),
            typelibs=self._filled(f"{root}/lib/girepository-1.0"),
        )

    def _filled(self, directory: str) -> str:
        return directory if self.host.list_directory(directory) else ""

    def _has_library(self, directory: str) -> bool:
        return any(suffix in name for name in self.host.list_directory(directory) for suffix in _LIBRARIES)

    def _distinct(self, directories: Iterator[str]) -> tuple[str, ...]:
        """Without those that a link makes the same (`lib64 -> lib`)."""
        return tuple({self.host.real_path(path): path for path in reversed(list(directories))}.values())[::-1]

    @cached_property
    def loader_sonames(self) -> frozenset[str]:
        """The names of the libraries that the loader finds by itself."""
        return frozenset(path.rpartition("/")[2] for path in self._loader_paths)

    @cached_property
    def loader_directories(self) -> frozenset[str]:
        """Where the loader looks by itself, links followed."""
        named = {path.rpartition("/")[0] for path in self._loader_paths}
        return frozenset(self.host.real_path(path) for path in (*named, *_DEFAULT))

    @cached_property
    def _loader_paths(self) -> tuple[str, ...]:
        cached = parse_loader_cache(self.host.read_bytes("/etc/ld.so.cache") or b"", self.host.machine)
        if cached:
            return tuple(f"{path.rpartition('/')[0]}/{soname}" for soname, path in cached)
        return tuple(f"{path}/{name}" for path in _DEFAULT for name in self.host.list_directory(path))

    def needs_run_path(self, directory: str) -> bool:
        """Whether a directory has shared libraries that the loader does not find by itself."""
        return any(
            self.host.real_path(f"{directory}/{name}").rpartition("/")[0] not in self.loader_directories
            for name in self.host.list_directory(directory)
            if ".so" in name
        )

    def find_shadowed(self, directories: tuple[str, ...]) -> tuple[str, ...]:
        """The libraries in some directories that would replace those of the system in every program."""
        names = {name for path in directories for name in self.host.list_directory(path) if ".so." in name}
        return tuple(sorted(names & self.loader_sonames))

    def is_set(self, variable: Variable) -> bool:
        """Whether the environment has a variable already, or all that would be added to it."""
        current = self.host.environ.get(variable.name, "")
        if not variable.separator:
            return bool(current)
        return not self.remaining(variable).values

    def remaining(self, variable: Variable) -> Variable:
        """A variable without the values that the environment has already."""
        current = self.host.environ.get(variable.name, "").split(variable.separator)
        there = {value.rstrip("/") for value in current}
        return replace(variable, values=tuple(value for value in variable.values if value not in there))


def build_variables(ground: Ground, layout: Layout, *, what: str, is_last: bool = False) -> Iterator[Variable]:
    """What a build needs to find all that is below a root; a row for each variable.

    Args:
        ground: the host.
        layout: the root.
        what: what it is called in the reasons.
        is_last: whether its programs come after all others.
    """
    rows: tuple[tuple[str, tuple[str, ...], str], ...] = (
        ("PKG_CONFIG_PATH", layout.pkg_config, f"pkg-config finds the modules of {what}"),
        ("CMAKE_PREFIX_PATH", (layout.root,) if layout.has_development_files else (), f"CMake looks in {what}"),
        *_compiler_rows(ground, layout, what),
    )
    if layout.bin:
        why = f"the programs of {what} are found"
        yield Variable(name="PATH", values=(layout.bin,), why=why, separator=ground.separator, is_last=is_last)
    for name, values, why in rows:
        if values:
            yield Variable(name=name, values=values, why=why, phases=("host",), separator=ground.separator)
    paths = [path for path in layout.libraries if ground.host.system != "Windows" and _is_linked_by_path(ground, path)]
    if paths:
        yield Variable(
            name="LDFLAGS",
            values=_run_path_flags(ground, paths),
            why=f"what is linked remembers where {what} has its libraries, and imports without LD_LIBRARY_PATH",
            phases=("host",),
            separator=" ",
        )


def _compiler_rows(ground: Ground, layout: Layout, what: str) -> tuple[tuple[str, tuple[str, ...], str], ...]:
    include, library = ("INCLUDE", "LIB") if ground.host.system == "Windows" else ("CPATH", "LIBRARY_PATH")
    return (
        (include, (layout.include,) if layout.include else (), f"the compiler finds the headers of {what}"),
        (library, layout.libraries, f"the linker finds the libraries of {what}"),
    )


def _is_linked_by_path(ground: Ground, directory: str) -> bool:
    """Whether what is linked must remember a directory; on macOS most libraries say themselves where they are."""
    return ground.host.system == "Darwin" or ground.needs_run_path(directory)


def _run_path_flags(ground: Ground, directories: list[str]) -> tuple[str, ...]:
    """The flags of the linker.

    `LD_RUN_PATH` would be ignored where the Python itself links with a run path, as those of pyenv and conda do.
    DT_RPATH, not DT_RUNPATH: only the former also counts for the libraries that a library of the prefix needs.
    """
    flags = []
    for path in directories:
        comma = "," in path  # would be taken for the end of the path
        flags.append(f"-Xlinker -rpath -Xlinker {shlex.quote(path)}" if comma else shlex.quote(f"-Wl,-rpath,{path}"))
    return (*flags, *([] if ground.host.system == "Darwin" else ["-Wl,--disable-new-dtags"]))


def run_variables(ground: Ground, layout: Layout, *, what: str) -> Iterator[Variable]:
    """What a program needs that loads libraries of a root by their names (`dlopen`, ctypes)."""
    if layout.typelibs:
        why = f"GObject introspection finds the typelibs of {what}"
        yield Variable(name="GI_TYPELIB_PATH", values=(layout.typelibs,), why=why, phases=("run",))
    if not layout.libraries or ground.host.system == "Windows":
        return
    darwin = ground.host.system == "Darwin"
    yield Variable(
        name="DYLD_FALLBACK_LIBRARY_PATH" if darwin else "LD_LIBRARY_PATH",
        values=layout.libraries,
        why=f"a package that loads a library by its name, as ctypes does, finds those of {what}",
        phases=("run",),
        default=_FALLBACK if darwin else "",
    )
