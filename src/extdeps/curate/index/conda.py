"""conda-forge and what has a conda channel's layout: repodata.json of each platform.

Format: https://docs.conda.io/projects/conda-build/en/stable/concepts/generating-index.html,
and CEP 48 for what is below its key `v3`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property, lru_cache

from extdeps.curate.index.condapackage import read_paths
from extdeps.curate.index.interface import ALL_KINDS, Package, base_name
from extdeps.curate.index.trust import UnsignedSite
from extdeps.errors import AbsentAddressError, FetchError
from extdeps.versions.conda import Conda

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from extdeps.catalog.probes import Kind
    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.jsonstream import JsonReader
    from extdeps.curate.index.trust import Document

_ADDRESS = "https://conda.anaconda.org/conda-forge"
_SUBDIRS = {"amd64": "linux-64", "arm64": "linux-aarch64"}
_FILES = ("repodata.json.zst", "repodata.json.bz2", "repodata.json", "current_repodata.json")
_SECTIONS = ("packages", "packages.conda")
_SECTIONS_OF_V3 = ("conda", "tar.bz2")
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_compare = lru_cache(maxsize=65536)(Conda().compare)


def open_index(source: Source) -> CondaIndex:
    """The index of a channel for one architecture.

    Raises:
        UntrustedIndexError: nobody vouches for the channel.
    """
    site = UnsignedSite(source, _ADDRESS)
    return CondaIndex(site, source.ecosystem.name, _SUBDIRS.get(source.architecture, source.architecture))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Build:
    """What counts of one build of a package.

    Args:
        version: its version.
        number: the number of the build.
        time: when it was made, in milliseconds.
        depends: what it depends on.
        file: where it lies below the channel.
    """

    version: str
    number: int
    time: int
    depends: tuple[str, ...]
    file: str


class CondaIndex:
    """The packages of one channel, each as its newest build is: the greatest version, build number and time.

    Nobody publishes which files a channel has. Where the packages lie beside
    their index, as in a channel on this machine, they are asked themselves.

    Args:
        site: the channel, or one file that is its index.
        channel: what it is called.
        subdir: the platform (`linux-64`), to which `noarch` is added.
    """

    tells_versions = True
    date = ""

    def __init__(self, site: UnsignedSite, channel: str, subdir: str) -> None:
        self.name = site.address
        self.default_repositories: tuple[str, ...] = (channel,)
        self._site = site
        self._channel = channel
        self._subdirs = (subdir, "noarch")

    @cached_property
    def shows(self) -> frozenset[Kind]:
        """All kinds where every package is at hand, and none otherwise."""
        directory = self._directory
        has_all = directory and all((directory / build.file).is_file() for build in self._builds.values())
        return ALL_KINDS if has_all else frozenset()

    def packages(self) -> Mapping[str, Package]:
        return self._packages

    def find_files(self, names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        directory = self._directory
        if directory is None or not self.shows:
            return
        for name, build in self._builds.items():
            for path in read_paths(directory / build.file):
                if base_name(path) in names:
                    yield path, (name,)

    @property
    def _directory(self) -> Path | None:
        return self._site.path if self._site.path and self._site.path.is_dir() else None

    @cached_property
    def _packages(self) -> dict[str, Package]:
        return {
            name: Package(
                name=name,
                repository=self._channel,
                depends=_parse_depends(build.depends),
                version=build.version,
            )
            for name, build in self._builds.items()
        }

    @cached_property
    def _builds(self) -> dict[str, _Build]:
        builds: dict[str, _Build] = {}
        for subdir, document in self._documents():
            for file, entry in _read_entries(document):
                name, build = _parse_entry(entry, f"{subdir}/{file}", document)
                if name not in builds or _is_newer(build, builds[name]):
                    builds[name] = build
        if not builds:
            raise FetchError(f"`{self.name}` has no packages for `{self._subdirs[0]}`")
        return builds

    def _documents(self) -> Iterator[tuple[str, Document]]:
        """The index of each platform that the channel has."""
        if self._site.is_file(*_FILES):
            yield "", self._site.get(*_FILES)
            return
        found = False
        for subdir in self._subdirs:
            document = self._site.find(*(f"{subdir}/{name}" for name in _FILES))
            if document:
                found = True
                yield subdir, document
        if not found:
            raise AbsentAddressError(f"`{self.name}` has no `{self._subdirs[0]}/repodata.json`")


def _read_entries(document: Document) -> Iterator[tuple[str, object]]:
    """The files of a platform and what is said of each."""
    reader = document.parse()
    for section in reader.iter_keys():
        if section in _SECTIONS:
            for file in reader.iter_keys():
                yield file, reader.value()
        elif section == "v3":
            yield from _read_v3(reader)
        else:
            reader.value()
    reader.end()


def _read_v3(reader: JsonReader) -> Iterator[tuple[str, object]]:
    for part in reader.iter_keys():
        if part in _SECTIONS_OF_V3:
            for file in reader.iter_keys():
                yield f"{file.removesuffix(f'.{part}')}.{part}", reader.value()
        else:
            reader.value()  # wheels, which a channel only refers to


def _parse_entry(entry: object, file: str, document: Document) -> tuple[str, _Build]:
    if not isinstance(entry, dict):
        raise document.fault(f"`{file}` is not an object")
    if file.count("/") > 1:
        raise document.fault(f"`{file}` is not the name of a file")
    name = entry.get("name")
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise document.fault(f"`name` of `{file}` is not the name of a package")
    specs = entry.get("depends") or []
    if not isinstance(specs, list) or not all(isinstance(spec, str) for spec in specs):
        raise document.fault(f"`depends` of `{file}` is not an array of strings")
    return name, _Build(
        version=str(entry.get("version", "")),
        number=_parse_number(entry.get("build_number")),
        time=_parse_number(entry.get("timestamp")),
        depends=tuple(specs),
        file=file,
    )


def _parse_number(value: object) -> int:
    return value if isinstance(value, int) else 0


def _parse_depends(specs: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    names = dict.fromkeys(name for spec in specs if (name := _parse_spec(spec)))
    return tuple((name,) for name in names)


def _parse_spec(spec: str) -> str:
    """The name in `channel::name >=1.3,<2.0a0`; empty for what is of the machine (`__glibc`) or conditional."""
    match = _NAME.match(spec.rpartition("::")[2].strip())
    is_certain = match and not match[0].startswith("__") and "; if" not in spec
    return match[0] if match and is_certain else ""


def _is_newer(build: _Build, other: _Build) -> bool:
    if build.version != other.version and (order := _compare(build.version, other.version)):
        return order > 0
    return (build.number, build.time) > (other.number, other.time)
