"""Nixpkgs: `packages.json` of a channel, or what `nix-env -qaP --json --meta` prints.

Format: https://nix.dev/manual/nix/stable/command-ref/nix-env/query; a channel
wraps the same in an object with the keys `version` and `packages`.
"""

from __future__ import annotations

import re
from dataclasses import replace

from extdeps.curate.index.interface import Package
from extdeps.curate.index.names import NamesIndex
from extdeps.curate.index.trust import UnsignedSite

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.trust import Document

_ADDRESS = "https://channels.nixos.org/nixos-{}"
_FILES = ("packages.json.br", "packages.json")
_REPOSITORY = "nixpkgs"
_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9._'-]*")
_VERSIONED = re.compile(r"^(python3|[A-Za-z]+)(?:\d+Packages|Packages_[\d_]+)\.")
"""A set of packages that is listed under a version of what they are for; `python3Packages` is one such, not listed."""

_CHANNEL = re.compile(r"(nixpkgs|nixos)\.")


def open_index(source: Source) -> NamesIndex:
    """The attributes of a channel by their paths (`python3Packages.numpy`): of the release, else of `unstable`.

    Which files they have is not told: `meta.mainProgram` names one program of
    some, and says nothing about the others.

    Raises:
        UntrustedIndexError: nobody vouches for the address.
    """
    site = UnsignedSite(source, _ADDRESS.format(source.ecosystem.release or "unstable"))
    return NamesIndex(site.address, _REPOSITORY, lambda: _read_all(site.get(*_FILES)))


def _read_all(document: Document) -> Iterator[Package]:
    """The packages, those of a set under its general name too, where nothing is called so itself."""
    general: dict[str, Package] = {}
    names = set()
    for package in _read_packages(document):
        yield package
        names.add(package.name)
        name = _VERSIONED.sub(r"\1Packages.", package.name)
        general.setdefault(name, replace(package, name=name, version=""))  # which of the sets it is, is not told
    yield from (package for name, package in general.items() if name not in names)


def _read_packages(document: Document) -> Iterator[Package]:
    for attribute, entry in _read_entries(document):
        if not isinstance(entry, dict):
            raise document.fault(f"`{attribute}` is not an object")
        name = _CHANNEL.sub("", attribute, count=1)
        if _NAME.fullmatch(name):  # others have to be quoted (`nodePackages."@angular/cli"`), and no entry names them
            meta = entry.get("meta")
            summary = meta.get("description") if isinstance(meta, dict) else None
            yield Package(
                name=name,
                repository=_REPOSITORY,
                summary=summary if isinstance(summary, str) else "",
                version=str(entry.get("version") or ""),
            )


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
