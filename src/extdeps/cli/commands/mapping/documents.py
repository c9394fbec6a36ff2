"""Which documents an action is about."""

from __future__ import annotations

import os

from extdeps.catalog.ecosystem import parse_ecosystem, refuse_ecosystem
from extdeps.host import LocalHost
from extdeps.resources import data_directories

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse
    from collections.abc import Iterable

    from extdeps.catalog.catalogue import Catalogue


def add_files(parser: argparse.ArgumentParser) -> None:
    """Add the documents that an action is given."""
    parser.add_argument(
        "files", metavar="FILE", nargs="*", help="documents (default: all in ./mappings, else the shipped ones)"
    )


def add_ecosystems(parser: argparse.ArgumentParser, summary: str) -> None:
    """Add the ecosystems that an action is limited to."""
    parser.add_argument("--in", dest="ecosystems", metavar="ECOSYSTEM", nargs="+", default=(), help=summary)


def check_ecosystems(names: Iterable[str], catalogue: Catalogue) -> None:
    """Refuse what no mapping is about.

    Raises:
        UsageError: the catalogue does not know one of them.
    """
    known = catalogue.ecosystems()
    for name in names:
        if name not in known:
            raise refuse_ecosystem(parse_ecosystem(name), known)


def default_directory() -> str:
    """The catalogue of the checkout that one stands in, else the shipped one, or what was fetched in its place."""
    if os.path.isfile(os.path.join("mappings", "registry.json")):
        return "mappings"
    host = LocalHost()
    return data_directories(host.environ, host.system)[-1]


def default_files() -> list[str]:
    """The documents of that catalogue."""
    directory = default_directory()
    return _list(directory, ".json")


def default_overlays() -> list[str]:
    """The overlays of that catalogue."""
    return _list(os.path.join(default_directory(), "projects"), ".toml")


def _list(directory: str, ending: str) -> list[str]:
    names = sorted(os.listdir(directory)) if os.path.isdir(directory) else []
    return [os.path.join(directory, name) for name in names if name.endswith(ending)]
