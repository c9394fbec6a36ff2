"""Alpine Linux and what has its index: APKINDEX, which names no files but what packages provide.

Format: https://wiki.alpinelinux.org/wiki/Apk_spec ("Index Format V2")
"""

from __future__ import annotations

import re
from functools import cached_property

from extdeps.curate.index.apksignature import split_signed, verify_signed
from extdeps.curate.index.interface import Package, base_name
from extdeps.curate.index.origin import check_origin
from extdeps.curate.index.signature import UNSIGNED_HINT
from extdeps.curate.index.tararchive import iter_members
from extdeps.errors import AbsentAddressError, FetchError, UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.catalog.probes import Kind
    from extdeps.curate.index.interface import Source

_ADDRESS = "https://dl-cdn.alpinelinux.org/alpine"
_DEFAULT = ("main", "community")
_FURTHER = ("testing",)
"""What is not on by itself, and not there for every release."""

_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64", "i386": "x86"}
_HINT = f"`--keyring PATH` names the keys that sign it, or the directory that holds them; {UNSIGNED_HINT}"
_FILES = {"pc": "usr/lib/pkgconfig/{}.pc", "so": "usr/lib/{}", "cmd": "usr/bin/{}"}
"""The files that provides name: modules, libraries by what is loaded at run time, and programs."""


def open_index(source: Source) -> AlpineIndex:
    """The index of a release, from a mirror.

    It is accepted over TLS from the distribution's own address, and from
    elsewhere where a key of the keyring has signed it.

    Raises:
        UsageError: the release is not named.
    """
    return AlpineIndex(source)


class AlpineIndex:
    """The packages of one release for one architecture.

    Args:
        source: where they are, and what is trusted.
    """

    default_repositories: tuple[str, ...] = _DEFAULT
    shows: frozenset[Kind] = frozenset(("development", "library", "executable"))
    tells_versions = True
    date = ""

    def __init__(self, source: Source) -> None:
        self.name = f"{(source.address or _ADDRESS).rstrip('/')}/{_directory(source)}"
        self._source = source

    def packages(self) -> Mapping[str, Package]:
        return self._packages

    @cached_property
    def _packages(self) -> dict[str, Package]:
        packages = {
            package.name: package
            for repository in reversed((*_DEFAULT, *_FURTHER))
            for package in self._read_packages(repository)
        }
        if not packages:
            raise FetchError(f"`{self.name}` has no packages")
        return packages

    def find_files(self, names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        for package in self._packages.values():
            for name in package.provides:
                kind, mark, rest = name.partition(":")
                path = _FILES[kind].format(rest) if mark and kind in _FILES else ""
                if base_name(path) in names:
                    yield path, (package.name,)

    def _read_packages(self, repository: str) -> Iterator[Package]:
        architecture = _ARCHITECTURES.get(self._source.architecture, self._source.architecture)
        address = f"{self.name}/{repository}/{architecture}/APKINDEX.tar.gz"
        try:
            content = self._read(address)
        except AbsentAddressError:
            if repository not in _FURTHER:
                raise
            return
        indexes = dict(iter_members(content, address, lambda path: path == "APKINDEX"))
        if not indexes:
            raise FetchError(f"`{address}` holds no `APKINDEX`")
        for record in indexes["APKINDEX"].decode("utf-8", "replace").split("\n\n"):
            fields = dict(line.split(":", 1) for line in record.split("\n") if ":" in line)
            if "P" in fields:
                yield _make_package(fields, repository)

    def _read(self, address: str) -> bytes:
        """The part of an index that somebody vouches for."""
        source = self._source
        answer = source.fetcher.fetch(address)
        if source.keyring and not source.allow_unsigned:
            return verify_signed(answer.content, address, keyring=source.keyring, host=source.host)
        check_origin(source, answer.url, hint=_HINT)
        return split_signed(answer.content, address)[1]


def _directory(source: Source) -> str:
    """Where a release lies: `edge`, or `v3.22`, of `3.22.1` too."""
    release = source.ecosystem.release.removeprefix("v")
    if not release:
        raise UsageError(f"`{source.ecosystem}` names no release", hint=f"write `{source.ecosystem}+3.22`, or `+edge`")
    number = re.match(r"\d+\.\d+", release)
    return f"v{number[0]}" if number else release


def _make_package(fields: dict[str, str], repository: str) -> Package:
    return Package(
        name=fields["P"].strip(),
        repository=repository,
        depends=tuple((_bare(name),) for name in fields.get("D", "").split() if not name.startswith("!")),
        provides=tuple(_bare(name) for name in fields.get("p", "").split()),
        summary=fields.get("T", "").strip(),
        version=fields.get("V", "").strip(),
    )


def _bare(name: str) -> str:
    """The name of `so:libz.so.1=1.3`, `pc:zlib>=1.2` or `python3~3.12`."""
    return re.split("[<>=~]", name, maxsplit=1)[0]
