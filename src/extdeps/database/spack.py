"""Spack: one JSON file lists every installation of a tree."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import dataclass
from functools import cmp_to_key

from extdeps.database.interface import installed_package
from extdeps.host import find_executable, read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_TREE = re.compile(r"^(?P<indent> *)install_tree:(?P<rest>.*)\n(?P<block>(?:(?P=indent) +.*\n)*)", re.MULTILINE)
_ROOT = re.compile(r"^ +root: *(\S+)", re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Installation:
    """One installation of one package.

    Args:
        name: the package.
        version: as Spack writes it.
        path: its own directory, or that of what is outside of Spack.
        digest: the hash that stands for it with all that it was built from.
    """

    name: str
    version: str
    path: str
    digest: str


class Spack:
    """The installations of the tree that the `spack` on PATH installs to; of several versions the newest counts."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._tree = find_tree(host)
        self._installations: tuple[Installation, ...] | None = None

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        from extdeps.versions.loose import Loose

        compare = cmp_to_key(Loose().compare)
        if not self._all() and not self._host.exists(f"{self._tree}/.spack-db/index.json"):
            return None
        found = {}
        for name in names:
            there = sorted((item for item in self._all() if item.name == name), key=lambda item: compare(item.version))
            if there:
                newest = there[-1]
                found[name] = installed_package(name, newest.version, "none", location=newest.path, origin="spack")
        return found

    def owns(self, package: str, path: str, /) -> bool:
        real = self._host.real_path(path)
        places = (self._host.real_path(item.path) for item in self._all() if item.name == package and item.path)
        return any(real.startswith(f"{place}/") for place in places if place != "/usr")

    def digests(self) -> frozenset[str]:
        """The hashes of all that is installed."""
        return frozenset(item.digest for item in self._all())

    def versions(self, name: str) -> tuple[str, ...]:
        """The installed versions of a package."""
        return tuple(item.version for item in self._all() if item.name == name)

    def _all(self) -> tuple[Installation, ...]:
        if self._installations is None:
            text = read_text(self._host, f"{self._tree}/.spack-db/index.json") if self._tree else None
            self._installations = tuple(_iter_installations(text or ""))
        return self._installations


def find_prefix(host: Host) -> str:
    """The directory of Spack itself: `SPACK_ROOT`, else where the `spack` on PATH lies; empty where it is not here."""
    root = host.environ.get("SPACK_ROOT", "")
    if root:
        return root
    program = find_executable(host, "spack")
    return host.real_path(program).removesuffix("/bin/spack") if program else ""


def find_tree(host: Host) -> str:
    """The directory that packages are installed to: that of the configuration, else the one that is usual."""
    prefix = find_prefix(host)
    home = host.environ.get("HOME", "")
    own = host.environ.get("SPACK_USER_CONFIG_PATH") or f"{home}/.spack"
    for path in (f"{own}/config.yaml", f"{prefix}/etc/spack/config.yaml", "/etc/spack/config.yaml"):
        tree = _TREE.search((read_text(host, path) or "") + "\n")
        root = _ROOT.search(tree["block"]) if tree else None
        written = root[1] if root else tree["rest"].strip() if tree else ""
        place = written.strip("'\"").replace("$spack", prefix).replace("~", home, 1)
        if place.startswith("/") and "$" not in place:
            return place.rstrip("/")
    return f"{prefix}/opt/spack" if prefix else ""


def _iter_installations(text: str) -> Iterator[Installation]:
    """The installations of an `index.json`; what was removed, but is still needed by others, is in it too."""
    import json

    try:
        installs = json.loads(text)["database"]["installs"]
        records = tuple(installs.items())
    except (ValueError, KeyError, TypeError, AttributeError):
        return
    for digest, record in records:
        with suppress(KeyError, TypeError, ValueError, AttributeError):
            spec = record["spec"]
            if "name" not in spec:  # before version 6 a spec stood below its name
                ((name, inner),) = spec.items()
                spec = {"name": name, **inner}
            if record.get("installed"):
                place = record.get("path") or ""
                yield Installation(name=spec["name"], version=str(spec["version"]), path=place, digest=digest)
