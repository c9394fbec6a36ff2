"""Distributions of RPM packages: which repositories they have, and what is in them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property

from extdeps.curate.index.capability import parse_requirement
from extdeps.curate.index.interface import ALL_KINDS, Package
from extdeps.curate.index.rpmrepository import RpmRepository
from extdeps.errors import AbsentAddressError, FetchError, UsageError
from extdeps.versions.rpm import Rpm

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.rpmmetadata import RpmPackage

_FEDORA = "https://dl.fedoraproject.org/pub"
_OPENSUSE = "https://download.opensuse.org"
_ARCHITECTURES = {"amd64": "x86_64", "arm64": "aarch64", "ppc64el": "ppc64le"}
"""What rpm calls the architectures that Debian names otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """A repository of a distribution.

    Args:
        name: what it is called.
        base: the address that mirrors copy; empty where there is no public one.
        path: where it lies below that.
        is_default: whether it is on by itself.
    """

    name: str
    base: str
    path: str
    is_default: bool = True


def _enterprise(base: str, release: str = "{release}") -> tuple[_Place, ...]:
    """The repositories that Red Hat's distribution and those made from it have."""
    return (
        _Place(name="baseos", base=base, path=f"{release}/BaseOS/{{architecture}}/os"),
        _Place(name="appstream", base=base, path=f"{release}/AppStream/{{architecture}}/os"),
        _Place(name="crb", base=base, path=f"{release}/CRB/{{architecture}}/os", is_default=False),
        _Place(name="epel", base=_FEDORA, path="epel/{major}/Everything/{architecture}", is_default=False),
    )


_PLACES = {
    "fedora": (
        _Place(name="fedora", base=f"{_FEDORA}/fedora/linux", path="releases/{release}/Everything/{architecture}/os"),
        _Place(name="updates", base=f"{_FEDORA}/fedora/linux", path="updates/{release}/Everything/{architecture}"),
    ),
    "rhel": _enterprise(""),
    "rocky": _enterprise("https://dl.rockylinux.org/pub/rocky"),
    "almalinux": _enterprise("https://repo.almalinux.org/almalinux"),
    "centos": _enterprise("https://mirror.stream.centos.org", "{release}-stream"),
    "opensuse": (
        _Place(name="oss", base=_OPENSUSE, path="distribution/leap/{release}/repo/oss"),
        _Place(name="update", base=_OPENSUSE, path="update/leap/{release}/oss"),
        _Place(name="sle", base=_OPENSUSE, path="update/leap/{release}/sle"),
        _Place(name="backports", base=_OPENSUSE, path="update/leap/{release}/backports"),
    ),
    "opensuse+tumbleweed": (_Place(name="oss", base=_OPENSUSE, path="tumbleweed/repo/oss"),),
}
"""Of each ecosystem, or of one release of it, its repositories."""


def open_index(source: Source) -> RpmIndex:
    """The index of a release, from all of its repositories or from the one that the source names.

    Raises:
        UsageError: the release is not named, or has no public address.
        FetchError: no repository can be read.
        UntrustedIndexError: nobody vouches for one.
    """
    ecosystem = source.ecosystem
    if not ecosystem.release:
        raise UsageError(f"`{ecosystem}` names no release", hint=f"write `{ecosystem}+RELEASE`")
    architecture = _ARCHITECTURES.get(source.architecture, source.architecture)
    address = source.address.rstrip("/")
    alone = _find_repository(address, source) if address else None
    if alone:
        return RpmIndex((alone,), architecture, name=address)
    places = _PLACES.get(str(ecosystem)) or _PLACES[ecosystem.name]
    if not (address or places[0].base):
        raise UsageError(f"`{ecosystem.name}` has no public index", hint="name a mirror with `--from`")
    repositories = tuple(_iter_repositories(source, places, architecture))
    name = address or places[0].base
    if not any(repository.is_default for repository in repositories):
        raise FetchError(f"`{name}` has no repository of `{ecosystem}` for `{architecture}`")
    parts = ", ".join(repository.name for repository in repositories)
    return RpmIndex(repositories, architecture, name=f"{name} ({parts})")


def _iter_repositories(source: Source, places: tuple[_Place, ...], architecture: str) -> Iterator[RpmRepository]:
    """Those that there are of a distribution's repositories; a mirror may also keep each under its name."""
    release = source.ecosystem.release
    for place in places:
        major = release.partition(".")[0]
        path = place.path.format(release=release, major=major, architecture=architecture)
        paths = (path, place.name) if source.address else (path,)
        base = (source.address or place.base).rstrip("/")
        found = (_find_repository(f"{base}/{path}", source, place) for path in paths)
        if repository := next(filter(None, found), None):
            yield repository


def _find_repository(address: str, source: Source, place: _Place | None = None) -> RpmRepository | None:
    try:
        if place is None:
            return RpmRepository(address, source)
        is_own = not source.address
        return RpmRepository(address, source, name=place.name, is_default=place.is_default, is_own=is_own)
    except AbsentAddressError:
        return None


class RpmIndex:
    """The packages of some repositories for one architecture.

    Where several have a package, the newest is taken, of repositories that are on by themselves first.

    Args:
        repositories: where the packages are.
        architecture: as rpm names it (`x86_64`).
        name: where it was read from.
    """

    shows = ALL_KINDS
    tells_versions = True
    date = ""

    def __init__(self, repositories: tuple[RpmRepository, ...], architecture: str, *, name: str) -> None:
        self.name = name
        self.default_repositories = tuple(repository.name for repository in repositories if repository.is_default)
        self._repositories = repositories
        self._architecture = architecture

    def packages(self) -> Mapping[str, Package]:
        return self._content[0]

    def find_files(self, names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        owners = self._content[1]
        for repository in self._repositories:
            for identity, path in repository.iter_files(names):
                if identity in owners:
                    yield path, (owners[identity],)

    @cached_property
    def _content(self) -> tuple[dict[str, Package], dict[str, str]]:
        """The packages, and the name of each by what lists of files call it."""
        newest = self._find_newest()
        if not newest:
            raise FetchError(f"`{self.name}` has no packages for `{self._architecture}`")
        owners = {package.identity: name for name, (_, package) in newest.items()}
        groups = cache(parse_requirement)  # so that all who require the same share it
        required = {
            name
            for _, package in newest.values()
            for text in package.requires
            for group in groups(text)
            for name in group
            if name.startswith("/")
        }
        packages = {}
        for name, (repository, package) in newest.items():
            packages[name] = Package(
                name=name,
                repository=repository.name,
                depends=tuple(dict.fromkeys(group for text in package.requires for group in groups(text))),
                provides=(*package.provides, *(path for path in package.files if path in required)),
                summary=package.summary,
                version=package.version.removeprefix("0:"),  # rpm writes no epoch that is 0
            )
        return packages, owners

    def _find_newest(self) -> dict[str, tuple[RpmRepository, RpmPackage]]:
        newest: dict[str, tuple[RpmRepository, RpmPackage]] = {}
        order = Rpm()
        for repository in self._repositories:
            for package in repository.iter_packages((self._architecture, "noarch")):
                other = newest.get(package.name)
                if other and other[0].is_default > repository.is_default:
                    continue
                if other is None or order.compare(package.version, other[1].version) > 0:
                    newest[package.name] = (repository, package)
        return newest
