"""What every index of packages can be asked."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Protocol
else:
    Protocol = object


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package of an index.

    Args:
        name: its name.
        repository: the part of the archive that holds it (Debian's component).
        depends: what is installed with it: of each group of alternatives one.
        provides: further names that it answers to.
        summary: one line about it.
    """

    name: str
    repository: str
    depends: tuple[tuple[str, ...], ...] = ()
    provides: tuple[str, ...] = ()
    summary: str = ""


class PackageIndex(Protocol):
    """The packages of one release of an ecosystem."""

    name: str
    default_repositories: tuple[str, ...]

    def packages(self) -> Mapping[str, Package]:
        """All packages, by name."""

    def find_files(self, names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The files whose `base_name` is one of these: the path, without a leading `/`, and its packages."""


def base_name(path: str) -> str:
    """The last part of a path; of a shared library up to `.so`, since what follows is its version."""
    name = path.rpartition("/")[2]
    stem, mark, rest = name.partition(".so.")
    return f"{stem}.so" if mark and rest[:1].isdigit() else name
