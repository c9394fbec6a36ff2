"""nix: what the profiles hold. A manifest names the store paths of what was installed; a store path names the rest.

`manifest.json` is written by `nix profile` (versions 1 to 3), `manifest.nix` by `nix-env`. The profiles of NixOS
itself have none: they are trees of links into the store.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.database.interface import installed_package
from extdeps.host import read_text

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from extdeps.host import Host
    from extdeps.interpreter import Interpreter
    from extdeps.model.evidence import Evidence

_STORE = "/nix/store"
_PATH = re.compile(r"(?P<path>/.*?/[0-9a-z]{32}-(?P<name>[^/]+))(?:/.*)?")
_OUT_PATH = re.compile(r'\boutPath = "([^"]+)"')
_ATTRIBUTE = re.compile(r"(?:legacyPackages|packages)\.[^.]+\.(?P<name>.+)")
# a version begins at the first `-` that no letter follows (`builtins.parseDrvName`)
_VERSIONED = re.compile(r"(?P<name>.*?)-(?P<version>[^A-Za-z].*?)(?:-(?P<output>[a-z]+))?")
OUTPUTS = frozenset(
    ("bin", "data", "debug", "dev", "devdoc", "dist", "doc", "info", "lib", "man", "out", "py", "static", "tools")
)
"""What nixpkgs calls the outputs of a package."""

_MAIN = ("out", "bin", "lib")
_LINKED = ("bin", "lib", "lib/pkgconfig", "include")


@dataclass(frozen=True, slots=True, kw_only=True)
class StorePath:
    """What the name of a store path says.

    Args:
        path: the store path.
        name: the name of the package, which is not always its attribute.
        version: its version, or empty.
        output: which of its outputs lies there.
    """

    path: str
    name: str
    version: str = ""
    output: str = "out"


def read_store_path(path: str) -> StorePath | None:
    """Take a store path apart, or a path below one; None for any other."""
    match = _PATH.fullmatch(path)
    if match is None:
        return None
    whole = match["name"]
    parts = _VERSIONED.fullmatch(whole)
    if parts is None:
        return StorePath(path=match["path"], name=whole)
    output = parts["output"] or "out"
    if output not in OUTPUTS:  # a part of the version, as in `1.0-beta`
        parts, output = re.fullmatch(r"(?P<name>.*?)-(?P<version>[^A-Za-z].*)", whole) or parts, "out"
    return StorePath(path=match["path"], name=parts["name"], version=parts["version"], output=output)


def find_user_profile(host: Host) -> str:
    """The profile that `nix profile` and `nix-env` change; empty where there is none yet."""
    return next((path for path in _user_profiles(host) if host.exists(path)), "")


def read_elements(host: Host, profile: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    """What `nix profile` has put into a profile: attribute, or nothing where it has none, and store paths."""
    text = read_text(host, f"{profile}/manifest.json") if profile else None
    return _read_elements(text or "") or ()


class Nix:
    """The nix profiles of one host."""

    def __init__(self, host: Host, _interpreter: Interpreter) -> None:
        self._host = host
        self._attributes: dict[str, list[StorePath]] | None = None
        self._names: dict[str, list[StorePath]] = {}
        self._is_readable = True

    def find(self, names: Collection[str], /) -> dict[str, Evidence] | None:
        self._load()
        found = {}
        for name in names:
            item = next(iter(self._outputs(name)), None)
            if item:
                found[name] = installed_package(item.name, item.version, "nix", location=item.path, origin="nix")
        return found if self._is_readable else None

    def owns(self, package: str, path: str, /) -> bool:
        self._load()
        real = self._host.real_path(path)
        return any(real.startswith(f"{item.path}/") for item in self._outputs(package, is_whole=True))

    def _outputs(self, name: str, *, is_whole: bool = False) -> list[StorePath]:
        """The outputs that a name stands for, the one with programs or libraries first.

        `zlib.dev` is one output of `zlib`; `zlib` alone is not installed where only its headers are.
        """
        attributes = self._attributes or {}
        base, _, output = name.rpartition(".")
        if name not in attributes and base and output in OUTPUTS:
            outputs = attributes.get(base) or self._names.get(base, [])
            return [item for item in outputs if item.output == output]
        items = attributes.get(name) or self._names.get(name, [])
        if is_whole or output in OUTPUTS:
            return items
        return sorted((item for item in items if item.output in _MAIN), key=lambda item: _MAIN.index(item.output))

    def _load(self) -> None:
        if self._attributes is not None:
            return
        self._attributes = {}
        profiles = list(iter_profiles(self._host))
        self._is_readable = bool(profiles) or self._host.exists(_STORE)
        for profile in profiles:
            text = read_text(self._host, f"{profile}/manifest.json")
            if text is not None:
                self._add_elements(text)
                continue
            expression = read_text(self._host, f"{profile}/manifest.nix")
            paths = _iter_linked(self._host, profile) if expression is None else _OUT_PATH.findall(expression)
            for path in dict.fromkeys(paths):
                self._add(path, "")

    def _add_elements(self, text: str) -> None:
        elements = _read_elements(text)
        if elements is None:
            self._is_readable = False
        for attribute, paths in elements or ():
            for path in paths:
                self._add(path, attribute)

    def _add(self, path: str, attribute: str) -> None:
        item = read_store_path(path)
        if item is None or self._attributes is None:
            return
        if attribute:
            self._attributes.setdefault(attribute, []).append(item)
        if item not in self._names.setdefault(item.name, []):
            self._names[item.name].append(item)


def _user_profiles(host: Host) -> tuple[str, ...]:
    home = host.environ.get("HOME") or "/root"
    state = host.environ.get("XDG_STATE_HOME") or f"{home}/.local/state"
    return (f"{home}/.nix-profile", f"{state}/nix/profile")


def iter_profiles(host: Host) -> Iterator[str]:
    """The profiles that are there, each once, the user's own first."""
    home, user = host.environ.get("HOME") or "/root", host.environ.get("USER") or ""
    candidates = (
        *_user_profiles(host),
        *reversed(host.environ.get("NIX_PROFILES", "").split()),
        f"/etc/profiles/per-user/{user or home.rpartition('/')[2]}",
        "/nix/var/nix/profiles/default",
        "/run/current-system/sw",
    )
    seen = set()
    for path in candidates:
        real = host.real_path(path)
        if path.startswith("/") and real not in seen and host.exists(path):
            seen.add(real)
            yield path


def _iter_linked(host: Host, profile: str) -> Iterator[str]:
    """The store paths into which the links of a profile lead."""
    for part in _LINKED:
        for name in host.list_directory(f"{profile}/{part}"):
            match = _PATH.fullmatch(host.real_path(f"{profile}/{part}/{name}"))
            if match:
                yield match["path"]


def _read_elements(text: str) -> tuple[tuple[str, tuple[str, ...]], ...] | None:
    """The attribute and the store paths of each element of a `manifest.json`; None where it is none."""
    import json

    try:
        document = json.loads(text)
    except ValueError:
        return None
    elements = document.get("elements") if isinstance(document, dict) else None
    if isinstance(elements, dict):  # version 3
        elements = list(elements.values())
    if not isinstance(elements, list):
        return None
    found = []
    for element in elements:
        if isinstance(element, dict) and element.get("active", True):
            match = _ATTRIBUTE.fullmatch(str(element.get("attrPath") or ""))
            paths = element.get("storePaths")
            listed = tuple(path for path in paths if isinstance(path, str)) if isinstance(paths, list) else ()
            found.append((match["name"] if match else "", listed))
    return tuple(found)
