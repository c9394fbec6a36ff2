"""What every index of packages can be asked."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from typing import Protocol

    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.catalog.probes import Kind
    from extdeps.fetch import Fetcher
    from extdeps.host import Host
else:
    Protocol = object

ALL_KINDS: frozenset[Kind] = frozenset(("development", "header", "library", "executable"))
"""What an index shows that lists every file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """Where an index is read from, and what is trusted.

    Args:
        ecosystem: with its release.
        fetcher: reads addresses.
        host: runs what checks signatures.
        address: a mirror (`https:`, or `file:` of a directory laid out as one); empty for the distribution's own.
        architecture: as the ecosystem names it.
        keyring: the file or directory of keys that are trusted; empty for the distribution's.
        allow_unsigned: accept an index that nobody vouches for.
    """

    ecosystem: Ecosystem
    fetcher: Fetcher
    host: Host
    address: str = ""
    architecture: str = "amd64"
    keyring: str = ""
    allow_unsigned: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Package:
    """One package of an index.

    Args:
        name: its name.
        repository: the part of the archive that holds it (Debian's component).
        depends: what is installed with it: of each group of alternatives one.
        provides: further names that it answers to.
        summary: one line about it.
        is_transitional: whether it is kept for its name alone, and what it depends on has taken its place.
        version: the one that is installed where none is asked for, as the ecosystem writes it; empty where not told.
    """

    name: str
    repository: str
    depends: tuple[tuple[str, ...], ...] = ()
    provides: tuple[str, ...] = ()
    summary: str = ""
    is_transitional: bool = False
    version: str = ""


class PackageIndex(Protocol):
    """The packages of one release of an ecosystem.

    Each reader is a module with `open_index(source)`; this, or the first
    question, raises FetchError where the index cannot be read, and
    UntrustedIndexError where nobody vouches for it.

    Attributes:
        name: where it was read from.
        default_repositories: the parts of the ecosystem that are on by themselves.
        shows: the kinds of evidence whose files it lists (`development`: pkg-config modules); one
            without `header` lists of libraries only what is loaded at run time.
        tells_versions: whether its packages have versions; false where which of several is installed is not its
            choice (Gentoo's keywords).
        date: the day of which it says that it is (`2026-11-22`), known once it was read; empty where it says nothing.
    """

    name: str
    default_repositories: tuple[str, ...]
    shows: frozenset[Kind]
    tells_versions: bool
    date: str

    def packages(self) -> Mapping[str, Package]:
        """All packages, by name."""

    def find_files(self, names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        """The files whose `base_name` is one of these: the path, without a leading `/`, and its packages."""


def base_name(path: str) -> str:
    """The last part of a path; of a shared library up to `.so`, since what follows is its version."""
    name = path.rpartition("/")[2]
    stem, mark, rest = name.partition(".so.")
    return f"{stem}.so" if mark and rest[:1].isdigit() else name
