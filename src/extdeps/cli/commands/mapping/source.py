"""The index that an action reads."""

from __future__ import annotations

import os
from pathlib import Path

from extdeps.catalog.ecosystem import parse_ecosystem

TYPE_CHECKING = False
if TYPE_CHECKING:
    import argparse

    from extdeps.curate.index.interface import Source


def add_source(parser: argparse.ArgumentParser) -> None:
    """Add the ecosystem, and where its index is."""
    parser.add_argument("ecosystem", metavar="ECOSYSTEM+RELEASE", help="`debian+12`; its archive's index is read")
    parser.add_argument(
        "--from",
        dest="address",
        metavar="URL|PATH",
        help="a mirror, a directory laid out as one or as apt's lists, or a file",
    )
    parser.add_argument("--architecture", default="amd64", metavar="NAME", help="default: amd64")
    parser.add_argument("--keyring", metavar="FILE|DIR", help="the keys that are trusted (default: the distribution's)")
    parser.add_argument("--allow-unsigned", action="store_true", help="accept an index that is unsigned or expired")


def read_source(arguments: argparse.Namespace) -> Source:
    """The source that the options describe.

    Raises:
        UsageError: the ecosystem is none.
    """
    from extdeps.curate.index.interface import Source
    from extdeps.fetch import Fetcher
    from extdeps.host import LocalHost

    address = arguments.address or ""
    return Source(
        ecosystem=parse_ecosystem(arguments.ecosystem),
        fetcher=Fetcher(),
        host=LocalHost(),
        address=Path(address).resolve().as_uri() if os.path.exists(address) else address,
        architecture=arguments.architecture,
        keyring=arguments.keyring or "",
        allow_unsigned=arguments.allow_unsigned,
    )
