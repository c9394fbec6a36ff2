"""Arch Linux and what has pacman's repositories: `<name>.db` and `<name>.files`.

Format: https://man.archlinux.org/man/repo-add.8, and what repo-add writes
"""

from __future__ import annotations

import re
from functools import cached_property
from urllib.parse import quote, unquote, urlsplit

from extdeps.curate.index.interface import ALL_KINDS, Package, base_name
from extdeps.curate.index.origin import check_origin
from extdeps.curate.index.signature import UNSIGNED_HINT, check_signature
from extdeps.curate.index.tararchive import iter_members
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.curate.index.interface import Source

_ADDRESS = "https://geo.mirror.pkgbuild.com"
_DEFAULT = ("core", "extra")
_FURTHER = ("multilib",)
"""What is not on by itself, and not on every mirror."""

_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64"}
_LIMIT = 512 * 1024 * 1024
_HINT = f"`--keyring FILE` names the keys that sign it, {UNSIGNED_HINT}"


def open_index(source: Source) -> ArchIndex:
    """The repositories of a mirror, or those whose `<name>.db` lie in a directory.

    The distribution does not sign its databases: over TLS from its own address
    they are accepted as they are, from elsewhere where a `.sig` beside each is
    made by a key of the keyring.
    """
    return ArchIndex(source)


class ArchIndex:
    """The packages of pacman's repositories.

    Args:
        source: where they are, and what is trusted.
    """

    default_repositories: tuple[str, ...] = _DEFAULT
    shows = ALL_KINDS
    tells_versions = True
    date = ""

    def __init__(self, source: Source) -> None:
        self.name = (source.address or _ADDRESS).rstrip("/")
        self._source = source
        architecture = _ARCHITECTURES.get(source.architecture, source.architecture)
        databases = _find_databases(source)
        self._optional = () if databases else _FURTHER
        self._repositories = databases or {
            name: f"{self.name}/{name}/os/{architecture}/{name}" for name in (*_DEFAULT, *_FURTHER)
        }

    def packages(self) -> Mapping[str, Package]:
        return self._packages

    @cached_property
    def _packages(self) -> dict[str, Package]:
        packages = {
            package.name: package
            for repository in reversed(self._repositories)
            for package in self._read_packages(repository)
        }
        if not packages:
            raise FetchError(f"`{self.name}` has no packages")
        return packages

    def _read_packages(self, repository: str) -> Iterator[Package]:
        address = f"{self._repositories[repository]}.db"
        for path, content in self._iter_entries(repository, ".db", "/desc"):
            fields = _parse_entry(content)
            names = fields.get("%NAME%", ())
            if len(names) != 1:
                raise FetchError(f"`{address}`: `{path}` has no %NAME%")
            yield Package(
                name=names[0],
                repository=repository,
                depends=tuple((_bare(name),) for name in fields.get("%DEPENDS%", ())),
                provides=tuple(_bare(name) for kind in ("%PROVIDES%", "%REPLACES%") for name in fields.get(kind, ())),
                summary=" ".join(fields.get("%DESC%", ())),
                version="".join(fields.get("%VERSION%", ())[:1]),
            )

    def find_files(self, names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        for repository in self._repositories:
            for entry, content in self._iter_entries(repository, ".files", "/files"):
                owner = entry.rpartition("/")[0].rpartition("/")[2].rsplit("-", 2)[0]
                for path in _parse_entry(content).get("%FILES%", ()):
                    if base_name(path) in names:
                        yield path, (owner,)

    def _iter_entries(self, repository: str, ending: str, name: str) -> Iterator[tuple[str, bytes]]:
        address = f"{self._repositories[repository]}{ending}"
        try:
            content = self._read(address)
        except AbsentAddressError:
            if repository not in self._optional:
                raise
            return
        yield from iter_members(content, address, lambda path: path.endswith(name))

    def _read(self, address: str) -> bytes:
        """A file that somebody vouches for."""
        source = self._source
        answer = source.fetcher.fetch(address, limit=_LIMIT)
        if source.allow_unsigned:
            return answer.content
        if not source.keyring:
            check_origin(source, answer.url, hint=_HINT)
            return answer.content
        try:
            signature = source.fetcher.fetch(f"{address}.sig").content
        except AbsentAddressError:
            raise UntrustedIndexError(f"`{address}` has no signature `.sig`", hint=UNSIGNED_HINT) from None
        check_signature(answer.content, signature, address, keyring=source.keyring, host=source.host)
        return answer.content


def _find_databases(source: Source) -> dict[str, str]:
    """The repositories whose databases lie in a directory, the default ones first: where they are, up to the ending."""
    parts = urlsplit(source.address)
    if parts.scheme != "file":
        return {}
    files = source.host.list_directory(unquote(parts.path))
    names = [file.removesuffix(".db") for file in files if file.endswith(".db")]
    names.sort(key=lambda name: (name not in _DEFAULT, name))
    return {name: f"{source.address.rstrip('/')}/{quote(name)}" for name in names}


def _parse_entry(content: bytes) -> dict[str, tuple[str, ...]]:
    """The fields of `%NAME%` and the lines below it, up to an empty one."""
    blocks = (block.strip("\n").split("\n") for block in content.decode("utf-8", "replace").split("\n\n"))
    return {lines[0]: tuple(filter(None, lines[1:])) for lines in blocks}


def _bare(name: str) -> str:
    """The name of `glibc>=2.36` or `libz.so=1-64`."""
    return re.split("[<>=]", name, maxsplit=1)[0]
