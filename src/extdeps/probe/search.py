"""Where a compiler, a linker and pkg-config look on a host."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import pairwise

from extdeps.host import find_executable

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter

_ANGLE_LIST = re.compile(r"#include <\.\.\.> search starts here:\n(.*?)\nEnd of search list", re.DOTALL)


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchPath:
    """The directories of one host, in the order in which they are searched.

    Args:
        include: of headers.
        link: of libraries to link against.
        pkg_config: of `.pc` files, when the tool does not say.
    """

    include: tuple[str, ...]
    link: tuple[str, ...]
    pkg_config: tuple[str, ...]


def find_search_path(host: Host, interpreter: Interpreter) -> SearchPath:
    """The search path that follows from a host's files and environment; nothing is run."""
    environ = host.environ
    prefixes = _prefixes(host, interpreter)
    multiarch = interpreter.multiarch
    arch_libs = [f"lib/{multiarch}"] if multiarch else []
    include = [
        *_split(environ.get("CPATH"), environ.get("C_INCLUDE_PATH"), environ.get("CPLUS_INCLUDE_PATH")),
        *_nix_directories(environ.get("NIX_CFLAGS_COMPILE", ""), "-isystem"),
        *(f"{prefix}/include" for prefix in prefixes[:-1]),
        *([f"/usr/include/{multiarch}"] if multiarch else []),
        "/usr/include",
        *_apple_sdk(host, "usr/include"),
    ]
    link = [
        *_split(environ.get("LIBRARY_PATH")),
        *_nix_directories(environ.get("NIX_LDFLAGS", ""), "-L"),
        *(f"{prefix}/{lib}" for prefix in prefixes for lib in (*arch_libs, "lib64", "lib")),
        *([f"/lib/{multiarch}"] if multiarch else []),
        "/lib64",
        "/lib",
        *_apple_sdk(host, "usr/lib"),
    ]
    pkg_config = [f"{prefix}/{part}/pkgconfig" for prefix in prefixes for part in (*arch_libs, "lib64", "lib", "share")]
    return SearchPath(include=_unique(include), link=_unique(link), pkg_config=_unique(pkg_config))


def find_roots(host: Host, interpreter: Interpreter, prefix: str) -> tuple[str, ...]:
    """The directories that an installation root of the probes document stands for, absolute and there.

    Args:
        host: the machine.
        interpreter: the Python that decides, for `{multiarch}`.
        prefix: a directory, with `{multiarch}` in it or `*` at its end (the newest first); or `$NAME`.
    """
    if prefix.startswith("$"):
        found = [host.environ.get(prefix[1:], "")]
    elif prefix.endswith("*"):
        parent, _, start = prefix[:-1].rpartition("/")
        names = [name for name in host.list_directory(parent) if name.startswith(start)]
        found = [f"{parent}/{name}" for name in sorted(names, key=_numbers, reverse=True)]
    elif "{multiarch}" in prefix:
        found = [prefix.replace("{multiarch}", interpreter.multiarch)] if interpreter.multiarch else []
    else:
        found = [prefix]
    return tuple(root for root in found if root.startswith("/") and host.exists(root))


def _numbers(name: str) -> tuple[tuple[int, ...], str]:
    return tuple(map(int, re.findall(r"\d+", name))), name


def ask_compiler(host: Host) -> tuple[str, ...]:
    """The include directories that the C compiler itself names; one process at most.

    A compiler of the system in `/usr/bin` has no others than the system's, and is not asked.
    """
    for compiler in filter(None, (host.environ.get("CC", "").partition(" ")[0], "cc", "gcc", "clang")):
        path = find_executable(host, compiler)
        if path is None:
            continue
        if host.real_path(path).startswith("/usr/bin/") and host.system == "Linux":
            return ()
        done = host.run([path, "-E", "-v", "-x", "c", "/dev/null"])
        listed = _ANGLE_LIST.search(done.stderr.replace("\r", "")) if done else None
        if listed is None:
            return ()
        lines = (line.strip().removesuffix(" (framework directory)") for line in listed[1].splitlines())
        return _unique(host.real_path(line) for line in lines if line.startswith("/"))
    return ()


def _prefixes(host: Host, interpreter: Interpreter) -> tuple[str, ...]:
    """Installation roots, the deciding Python's own first, `/usr` last."""
    candidates = [interpreter.prefix] if interpreter.distributor == "conda" else []
    candidates += reversed(host.environ.get("NIX_PROFILES", "").split())
    candidates.append(host.environ.get("HOMEBREW_PREFIX", ""))
    if host.system == "Darwin":
        candidates += ["/opt/homebrew", "/opt/local"]
    elif interpreter.distributor == "homebrew":
        candidates.append("/home/linuxbrew/.linuxbrew")
    candidates += ["/run/current-system/sw", "/usr/local"]
    return _unique((*(path for path in candidates if path.startswith("/") and host.exists(path)), "/usr"))


def _nix_directories(flags: str, option: str) -> list[str]:
    """The directories after an option in the flags of nixpkgs' compiler wrapper."""
    words = flags.split()
    joined = [word.removeprefix(option) for word in words if word.startswith(f"{option}/")]
    return joined + [after for word, after in pairwise(words) if word == option]


def _apple_sdk(host: Host, part: str) -> list[str]:
    if host.system != "Darwin":
        return []
    root = host.environ.get("SDKROOT") or "/Library/Developer/CommandLineTools/SDKs/MacOSX.sdk"
    return [f"{root}/{part}"]


def _split(*lists: str | None) -> list[str]:
    return [part for text in lists if text for part in text.split(":") if part.startswith("/")]


def _unique(paths: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(path.rstrip("/") or "/" for path in paths))
