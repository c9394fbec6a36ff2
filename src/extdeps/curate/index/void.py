"""Void Linux and what has xbps's repositories: `<architecture>-repodata`.

Format: https://github.com/void-linux/xbps (`lib/repo.c`); the property lists
are https://www.apple.com/DTDs/PropertyList-1.0.dtd
"""

from __future__ import annotations

import plistlib
import re
from functools import cached_property

from extdeps.curate.index.interface import Package, base_name
from extdeps.curate.index.origin import check_origin
from extdeps.curate.index.tararchive import iter_members
from extdeps.errors import AbsentAddressError, FetchError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.catalog.probes import Kind
    from extdeps.curate.index.interface import Source

_ADDRESS = "https://repo-default.voidlinux.org"
_REPOSITORIES = {"current": "", "nonfree": "/nonfree"}
"""The default repository, and one that is neither on by itself nor on every mirror; where they lie."""

_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
_VERSION = re.compile(r"-[^-]*_\d+\Z|[<>=?*\[{].*", re.DOTALL)
"""What follows the name in `zlib-1.3.1_1` or `glibc>=2.36_1`."""


def open_index(source: Source) -> VoidIndex:
    """The repository that lies in a directory.

    Its signature is not checked: the key is inside the index that it signs,
    and whether to trust it is a question to the user. It is accepted over TLS
    from the distribution's own address.

    Raises:
        UsageError: a keyring is named.
    """
    if source.keyring:
        raise UsageError(f"the signature of the index of `{source.ecosystem}` cannot be checked with a keyring")
    return VoidIndex(source)


class VoidIndex:
    """The packages of a repository for one architecture.

    It lists no files but the names under which libraries are loaded.

    Args:
        source: where they are, and what is trusted.
    """

    default_repositories: tuple[str, ...] = ("current",)
    shows: frozenset[Kind] = frozenset(("library",))
    tells_versions = True
    date = ""

    def __init__(self, source: Source) -> None:
        self._architecture = _ARCHITECTURES.get(source.architecture, source.architecture)
        self.name = source.address.rstrip("/") or f"{_ADDRESS}/{_directory(self._architecture)}"
        self._source = source

    def packages(self) -> Mapping[str, Package]:
        return {name: package for name, (package, _) in self._packages.items()}

    @cached_property
    def _packages(self) -> dict[str, tuple[Package, tuple[str, ...]]]:
        """Each package with its libraries."""
        packages = {
            package.name: (package, libraries)
            for repository in reversed(_REPOSITORIES)
            for package, libraries in self._read_packages(repository)
        }
        if not packages:
            raise FetchError(f"`{self.name}` has no packages")
        return packages

    def find_files(self, names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        for package, libraries in self._packages.values():
            for library in libraries:
                if base_name(library) in names:
                    yield f"usr/lib/{library}", (package.name,)

    def _read_packages(self, repository: str) -> Iterator[tuple[Package, tuple[str, ...]]]:
        address = f"{self.name}{_REPOSITORIES[repository]}/{self._architecture}-repodata"
        try:
            answer = self._source.fetcher.fetch(address)
        except AbsentAddressError:
            if repository in self.default_repositories:
                raise
            return
        check_origin(self._source, answer.url)
        indexes = dict(iter_members(answer.content, address, lambda path: path == "index.plist"))
        if not indexes:
            raise FetchError(f"`{address}` holds no `index.plist`")
        for key, entry in _parse_index(indexes["index.plist"], address).items():
            place = f"`{address}`: `{key}`"
            if not isinstance(entry, dict):
                raise FetchError(f"{place} is not a dictionary")
            yield _make_package(entry, repository, place), _get_strings(entry, "shlib-provides", place)


def _directory(architecture: str) -> str:
    """Where the distribution keeps the repository of an architecture."""
    if architecture.startswith("aarch64"):
        return "current/aarch64"
    return "current/musl" if architecture.endswith("-musl") else "current"


def _parse_index(content: bytes, address: str) -> dict[str, object]:
    try:
        index = plistlib.loads(content, fmt=plistlib.FMT_XML)
    except Exception as error:  # it lets out what a wrong value makes it stumble over
        raise FetchError(f"`{address}`: `index.plist` is damaged", context=(str(error),)) from error
    if not isinstance(index, dict):
        raise FetchError(f"`{address}`: `index.plist` is not a dictionary")
    return index


def _make_package(entry: dict[str, object], repository: str, place: str) -> Package:
    version = entry.get("pkgver")
    if not isinstance(version, str):
        raise FetchError(f"{place}: `pkgver` is not a string")
    provides = (*_get_strings(entry, "provides", place), *_get_strings(entry, "replaces", place))
    return Package(
        name=_bare(version),
        repository=repository,
        depends=tuple((_bare(name),) for name in _get_strings(entry, "run_depends", place)),
        provides=tuple(map(_bare, provides)),
        summary=str(entry.get("short_desc", "")),
        version=version[len(_bare(version)) :].removeprefix("-"),
    )


def _get_strings(entry: dict[str, object], key: str, place: str) -> tuple[str, ...]:
    value = entry.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) for item in value):
        raise FetchError(f"{place}: `{key}` is not an array of strings")
    return tuple(value)


def _bare(name: str) -> str:
    return _VERSION.sub("", name, count=1)
