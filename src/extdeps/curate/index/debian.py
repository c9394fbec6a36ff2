"""Debian and what has its archive's format: Packages and Contents.

Formats: https://wiki.debian.org/DebianRepository/Format, Debian Policy 7.1
"""

from __future__ import annotations

from functools import cached_property

from extdeps.catalog.ecosystem import codename
from extdeps.curate.index.aptarchive import AptArchive
from extdeps.curate.index.interface import ALL_KINDS, Package, base_name
from extdeps.errors import FetchError, UsageError
from extdeps.versions.deb import Deb

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.curate.index.interface import Source

_ARCHIVES = {
    "debian": ("http://deb.debian.org/debian", "/usr/share/keyrings/debian-archive-keyring.gpg"),
    "ubuntu": ("http://archive.ubuntu.com/ubuntu", "/usr/share/keyrings/ubuntu-archive-keyring.gpg"),
}
"""Of each ecosystem, the archive and the keys that sign it."""

_FIELDS = ("Package", "Version", "Pre-Depends", "Depends", "Provides", "Description", "Section")


def open_index(source: Source) -> DebianIndex:
    """The index of a suite, from its archive.

    Raises:
        UsageError: the release is not named.
        FetchError: the archive cannot be read.
        UntrustedIndexError: its Release is not signed by a trusted key, or has expired.
    """
    ecosystem = source.ecosystem
    if not ecosystem.release:
        raise UsageError(f"`{ecosystem}` names no release", hint=f"write `{ecosystem}+RELEASE`")
    address, keyring = _ARCHIVES[ecosystem.name]
    archive = AptArchive(
        source.address or address,
        codename(ecosystem),
        fetcher=source.fetcher,
        host=source.host,
        keyring=source.keyring or keyring,
        allow_unsigned=source.allow_unsigned,
    )
    return DebianIndex(archive, source.architecture)


class DebianIndex:
    """The packages of one suite for one architecture.

    Args:
        archive: the suite.
        architecture: as Debian names it (`amd64`).
    """

    default_repositories: tuple[str, ...] = ("main", "universe")
    shows = ALL_KINDS
    tells_versions = True

    def __init__(self, archive: AptArchive, architecture: str) -> None:
        self.name = archive.address
        self.date = archive.date
        self._archive = archive
        self._architecture = architecture

    def packages(self) -> Mapping[str, Package]:
        return self._packages

    @cached_property
    def _packages(self) -> dict[str, Package]:
        packages: dict[str, Package] = {}
        order = Deb()
        for component in reversed(self._archive.components):
            for package in self._read_packages(component):
                other = packages.get(package.name)
                if other and other.repository == component and order.compare(package.version, other.version) < 0:
                    continue  # sid keeps older versions for a while
                packages[package.name] = package
        if not packages:
            raise FetchError(f"`{self.name}` has no packages for `{self._architecture}`")
        return packages

    def _read_packages(self, component: str) -> Iterator[Package]:
        fields: dict[str, str] = {}
        for line in self._archive.read_lines(f"{component}/binary-{self._architecture}/Packages"):
            name, mark, value = line.decode("utf-8", "replace").partition(":")
            if not name.strip():
                if "Package" in fields:
                    yield _make_package(fields, component)
                fields = {}
            elif mark and name in _FIELDS:
                fields[name] = value.strip()
        if "Package" in fields:
            yield _make_package(fields, component)

    def find_files(self, names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        directories = (*(f"{component}/" for component in self._archive.components), "")  # Ubuntu has one for all
        for directory in directories:
            for kind in (self._architecture, "all"):
                for line in self._archive.read_lines(f"{directory}Contents-{kind}"):
                    path, _, owners = line.decode("utf-8", "replace").expandtabs(1).rstrip().rpartition(" ")
                    if base_name(path.rstrip()) in names:
                        yield path.rstrip(), tuple(owner.rpartition("/")[2] for owner in owners.split(","))


def _make_package(fields: dict[str, str], component: str) -> Package:
    depends = (*_parse_relations(fields.get("Pre-Depends", "")), *_parse_relations(fields.get("Depends", "")))
    provides = tuple(name for group in _parse_relations(fields.get("Provides", "")) for name in group)
    summary = fields.get("Description", "")
    return Package(
        name=fields["Package"],
        repository=component,
        depends=depends,
        provides=provides,
        summary=summary,
        version=fields.get("Version", ""),
        is_transitional="oldlibs" in fields.get("Section", "") and "transitional" in summary.lower(),
    )


def _parse_relations(text: str) -> tuple[tuple[str, ...], ...]:
    """The names of `a (>= 1) | b:any, c [amd64]`, without versions and architectures."""
    groups = (group.split("|") for group in text.split(",") if group.strip())
    return tuple(tuple(name.split()[0].partition(":")[0] for name in group) for group in groups)
