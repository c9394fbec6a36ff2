"""Where programs of a machine find a shared library, whatever Python they are written in."""

from __future__ import annotations

from extdeps.accelerator.hints import WSL
from extdeps.interpreter import MULTIARCH
from extdeps.loadercache import parse_loader_cache

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.host import Host

_CACHE = "/etc/ld.so.cache"


def find_library(host: Host, *names: str, directories: tuple[str, ...] = ()) -> str:
    """The path of the first of some libraries that a program would load; empty where there is none.

    Asked in the loader's order: LD_LIBRARY_PATH, its cache, its default directories, those of WSL; of Windows the
    directory of the system. The cache is parsed only where one of the names stands in it.

    Args:
        host: the machine.
        names: file names (`libcuda.so.1`), the best first.
        directories: where it is looked for last.
    """
    for name in names:
        for path in _iter_places(host, name, directories):
            if host.exists(path):
                return path
    return ""


def _iter_places(host: Host, name: str, directories: tuple[str, ...]) -> Iterator[str]:
    if host.system == "Windows":
        root = host.environ.get("SystemRoot", "C:\\Windows").replace("\\", "/")
        yield f"{root}/System32/{name}"
    elif host.system == "Linux":
        listed = host.environ.get("LD_LIBRARY_PATH", "").split(":")
        yield from (f"{directory}/{name}" for directory in listed if directory.startswith("/"))
        yield from _iter_cached(host, name)
        multiarch = MULTIARCH.get(host.machine)
        own = (f"/lib/{multiarch}", f"/usr/lib/{multiarch}") if multiarch else ()
        usual = (*own, "/lib64", "/usr/lib64", "/lib", "/usr/lib", "/usr/local/lib", WSL)
        yield from (f"{directory}/{name}" for directory in usual)
        yield f"/run/opengl-driver/lib/{name}"  # where NixOS keeps what belongs to the drivers
    yield from (f"{directory}/{name}" for directory in directories)


def _iter_cached(host: Host, name: str) -> Iterator[str]:
    content = host.read_bytes(_CACHE) or b""
    if name.encode() + b"\0" in content:
        yield from (path for soname, path in parse_loader_cache(content, host.machine) if soname == name)
