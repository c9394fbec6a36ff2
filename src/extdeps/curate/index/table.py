"""Which index an ecosystem has."""

from __future__ import annotations

import os
from pathlib import Path

from extdeps.catalog.ecosystem import codename
from extdeps.curate.index.aptarchive import AptArchive
from extdeps.curate.index.debian import ARCHIVES, DebianIndex
from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.catalog.ecosystem import Ecosystem
    from extdeps.curate.index.interface import PackageIndex
    from extdeps.fetch import Fetcher
    from extdeps.host import Host


def open_index(
    ecosystem: Ecosystem,
    address: str,
    *,
    architecture: str,
    fetcher: Fetcher,
    host: Host,
    keyring: str,
    allow_unsigned: bool,
) -> PackageIndex:
    """Open the index of an ecosystem's release.

    Args:
        ecosystem: with its release.
        address: a mirror or a directory laid out as one; empty for the distribution's own.
        architecture: as the ecosystem names it.
        fetcher: reads addresses.
        host: runs what checks signatures.
        keyring: the file of keys that are trusted; empty for the distribution's.
        allow_unsigned: accept an index that nobody vouches for.

    Raises:
        UsageError: the ecosystem has no index that can be read, or the release is not named.
        FetchError: it cannot be read.
        UntrustedIndexError: nobody vouches for it.
    """
    if ecosystem.name not in ARCHIVES:
        known = ", ".join(f"`{name}`" for name in ARCHIVES)
        raise UsageError(f"the index of `{ecosystem.name}` cannot be read", hint=f"those of {known} can")
    if not ecosystem.release:
        raise UsageError(f"`{ecosystem}` names no release", hint=f"write `{ecosystem}+RELEASE`")
    own_address, own_keyring = ARCHIVES[ecosystem.name]
    archive = AptArchive(
        Path(address).resolve().as_uri() if os.path.isdir(address) else address or own_address,
        codename(ecosystem),
        fetcher=fetcher,
        host=host,
        keyring=keyring or own_keyring,
        allow_unsigned=allow_unsigned,
    )
    return DebianIndex(archive, architecture)
