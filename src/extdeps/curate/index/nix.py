"""Nixpkgs: `packages.json` of a channel, or what `nix-env -qaP --json --meta` prints.

Format: https://nix.dev/manual/nix/stable/command-ref/nix-env/query; a channel
wraps the same in an object with the keys `version` and `packages`.
"""

from __future__ import annotations

import re
from dataclasses import replace
from functools import cached_property

from extdeps.curate.index.interface import Package
from extdeps.curate.index.trust import UnsignedSite
from extdeps.errors import FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from extdeps.catalog.probes import Kind
    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.trust import Document

_ADDRESS = "https://channels.nixos.org/nixos-{}"
_FILES = ("packages.json.br", "packages.json")
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._'-]*")
_VERSIONED = re.compile(r"^(python3|[A-Za-z]+)(?:\d+Packages|Packages_[\d_]+)\.")
"""A set of packages that is listed under a version of what they are for; `python3Packages` is one such, not listed."""

_CHANNEL = re.compile(r"(nixpkgs|nixos)\.")


def open_index(source: Source) -> NixIndex:
    """The index of a channel: of the release that is named, else of `unstable`.

    Raises:
        UntrustedIndexError: nobody vouches for the address.
    """
    return NixIndex(UnsignedSite(source, _ADDRESS.format(source.ecosystem.release or "unstable")))


class NixIndex:
    """The attributes of Nixpkgs by their paths (`python3Packages.numpy`).

    Which files they have is not told: `meta.mainProgram` names one program of
    some, and says nothing about the others.

    Args:
        site: the channel, or one file with its packages.
    """

    default_repositories: tuple[str, ...] = ("nixpkgs",)
    shows: frozenset[Kind] = frozenset()

    def __init__(self, site: UnsignedSite) -> None:
        self.name = site.address
        self._site = site

    def packages(self) -> Mapping[str, Package]:
        return self._packages

    def find_files(self, _names: frozenset[str], /) -> Iterator[tuple[str, tuple[str, ...]]]:
        return iter(())

    @cached_property
    def _packages(self) -> dict[str, Package]:
        packages = {package.name: package for package in _read_packages(self._site.get(*_FILES))}
        if not packages:
            raise FetchError(f"`{self.name}` has no packages")
        for name in tuple(packages):
            general = _VERSIONED.sub(r"\1Packages.", name)
            packages.setdefault(general, replace(packages[name], name=general))
        return packages


def _read_packages(document: Document) -> Iterator[Package]:
    for attribute, entry in _read_entries(document):
        if not isinstance(entry, dict):
            raise document.fault(f"`{attribute}` is not an object")
        name = _CHANNEL.sub("", attribute, count=1)
        if _NAME.fullmatch(name):  # others have to be quoted (`nodePackages."@angular/cli"`), and no entry names them
            meta = entry.get("meta")
            summary = meta.get("description") if isinstance(meta, dict) else None
            yield Package(name=name, repository="nixpkgs", summary=summary if isinstance(summary, str) else "")


def _read_entries(document: Document) -> Iterator[tuple[str, object]]:
    """Each attribute and what is said of it."""
    reader = document.parse()
    is_channel = False
    for key in reader.iter_keys():
        if is_channel and key == "packages":
            for attribute in reader.iter_keys():
                yield attribute, reader.value()
            continue
        value = reader.value()
        if key == "version" and isinstance(value, int):
            is_channel = True  # an attribute is an object
        elif not is_channel:
            yield key, value
    reader.end()
