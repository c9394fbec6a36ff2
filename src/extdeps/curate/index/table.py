"""Which index an ecosystem has."""

from __future__ import annotations

from importlib import import_module

from extdeps.errors import UsageError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.curate.index.interface import PackageIndex, Source

_READERS = {
    "alpine": "extdeps.curate.index.alpine",
    "arch": "extdeps.curate.index.arch",
    "debian": "extdeps.curate.index.debian",
    "ubuntu": "extdeps.curate.index.debian",
    "fedora": "extdeps.curate.index.rpm",
    "rhel": "extdeps.curate.index.rpm",
    "rocky": "extdeps.curate.index.rpm",
    "almalinux": "extdeps.curate.index.rpm",
    "centos": "extdeps.curate.index.rpm",
    "opensuse": "extdeps.curate.index.rpm",
    "void": "extdeps.curate.index.void",
    "conda-forge": "extdeps.curate.index.conda",
    "homebrew": "extdeps.curate.index.homebrew",
    "nix": "extdeps.curate.index.nix",
    "gentoo": "extdeps.curate.index.gentoo",
    "guix": "extdeps.curate.index.guix",
    "freebsd": "extdeps.curate.index.freebsd",
}


def open_index(source: Source) -> PackageIndex:
    """Open the index of an ecosystem's release.

    Args:
        source: which, and where it is read from.

    Raises:
        UsageError: the ecosystem has no index that can be read, or the release is not named.
        FetchError: it cannot be read.
        UntrustedIndexError: nobody vouches for it.
    """
    name = source.ecosystem.name
    if name not in _READERS:
        known = ", ".join(f"`{reader}`" for reader in _READERS)
        raise UsageError(f"the index of `{name}` cannot be read", hint=f"those of {known} can")
    index: PackageIndex = import_module(_READERS[name]).open_index(source)
    return index
