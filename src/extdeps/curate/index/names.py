"""An index that tells the names of packages, and nothing of their files."""

from __future__ import annotations

from functools import cached_property

from extdeps.errors import FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from extdeps.catalog.probes import Kind
    from extdeps.curate.index.interface import Package


class NamesIndex:
    """Packages by their names.

    Args:
        name: where they are read from.
        repository: the part of the ecosystem that holds them, which is on by itself.
        read: reads them; of several of one name the last counts.
        tells_versions: whether they have versions.
    """

    shows: frozenset[Kind] = frozenset()
    date = ""

    def __init__(
        self, name: str, repository: str, read: Callable[[], Iterable[Package]], *, tells_versions: bool = True
    ) -> None:
        self.name = name
        self.tells_versions = tells_versions
        self.default_repositories: tuple[str, ...] = (repository,)
        self._read = read

    def packages(self) -> Mapping[str, Package]:
        return self._packages

    def find_files(self, _names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        return iter(())

    @cached_property
    def _packages(self) -> dict[str, Package]:
        packages = {package.name: package for package in self._read()}
        if not packages:
            raise FetchError(f"`{self.name}` has no packages")
        return packages
