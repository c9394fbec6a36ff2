"""Gentoo: the ebuild repository as a directory, or the snapshot of it that is a tar archive.

Format: Package Manager Specification, chapters 3 (names), 4 (tree layout) and
14 (metadata cache); https://projects.gentoo.org/pms/latest/pms.html
"""

from __future__ import annotations

import re

from extdeps.curate.index.interface import Package
from extdeps.curate.index.names import NamesIndex
from extdeps.curate.index.tree import open_tree
from extdeps.curate.index.trust import UnsignedSite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.tree import Tree

_ADDRESS = "https://distfiles.gentoo.org/snapshots"
_FILES = ("gentoo-latest.tar.xz", "portage-latest.tar.xz")
_REPOSITORY = "gentoo"
_PART = r"[A-Za-z0-9_][A-Za-z0-9+_.-]*"
_NAME = re.compile(rf"{_PART}/{_PART}")
_VERSION = r"\d+(\.\d+)*[a-z]?(_(alpha|beta|pre|rc|p)\d*)*(-r\d+)?"
_CACHED = re.compile(rf"metadata/md5-cache/(?P<name>{_PART}/{_PART}?)-{_VERSION}")
_EBUILD = re.compile(rf"(?P<name>{_PART}/(?P<package>{_PART}))/(?P=package)-{_VERSION}\.ebuild")
_UPDATES = re.compile(r"profiles/updates/[^/]+")
_MOVE = re.compile(r"move\s+(\S+)\s+(\S+)")


def open_index(source: Source) -> NamesIndex:
    """The index of the Gentoo repository.

    It tells no versions: which of the ebuilds of a package is installed is up to a machine's keywords and masks.

    Raises:
        UntrustedIndexError: nobody vouches for the address.
    """
    site = UnsignedSite(source, _ADDRESS)
    return NamesIndex(site.address, _REPOSITORY, lambda: _read_packages(open_tree(site, _FILES)), tells_versions=False)


def _read_packages(tree: Tree) -> Iterator[Package]:
    summaries, moves = _read(tree)
    old_names: dict[str, list[str]] = {}
    for old in moves:
        old_names.setdefault(_follow(old, moves), []).append(old)
    for name, summary in summaries.items():
        provides = tuple(old_names.get(name, ()))
        yield Package(name=name, repository=_REPOSITORY, summary=summary, provides=provides)


def _read(tree: Tree) -> tuple[dict[str, str], dict[str, str]]:
    """Of each package a line about it, and of each old name the new one."""
    summaries: dict[str, str] = {}
    moves: dict[str, str] = {}
    for path, read in tree:
        if match := _CACHED.fullmatch(path):
            summaries[match["name"]] = summaries.get(match["name"]) or _parse_description(read())
        elif match := _EBUILD.fullmatch(path):
            summaries.setdefault(match["name"], "")  # an ebuild is a program, which is not run
        elif _UPDATES.fullmatch(path):
            moves |= _parse_moves(read())
    return summaries, moves


def _parse_description(text: str) -> str:
    lines = (line.partition("=") for line in text.splitlines())
    return next((value for key, _, value in lines if key == "DESCRIPTION"), "")


def _parse_moves(text: str) -> Iterable[tuple[str, str]]:
    for line in text.splitlines():
        match = _MOVE.fullmatch(line.strip())
        if match and _NAME.fullmatch(match[1]) and _NAME.fullmatch(match[2]):
            yield match[1], match[2]


def _follow(name: str, moves: Mapping[str, str]) -> str:
    """Where a name leads after all moves; of a circle any name."""
    seen: set[str] = set()
    while name in moves and name not in seen:
        seen.add(name)
        name = moves[name]
    return name
