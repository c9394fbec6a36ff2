"""What the Core Metadata of a wheel or an sdist says about external requirements (PEP 725)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """A requirement that was taken out.

    Args:
        requirement: as the metadata had it.
        carried: the libraries in the wheel that are meant; none where somebody has said so.
    """

    requirement: str
    carried: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ExternalMetadata:
    """The fields of one file.

    Args:
        path: the file, as it was given.
        member: the path of METADATA or PKG-INFO in it.
        name: of the project.
        version: of the project.
        requires: the values of `Requires-External-Dep`.
        extras: the values of `Provides-External-Extra`.
        dropped: what was taken out.
    """

    path: str
    member: str
    name: str
    version: str
    requires: tuple[str, ...] = ()
    extras: tuple[str, ...] = ()
    dropped: tuple[Dropped, ...] = ()
