"""A member of a set of projects that an installer would install together, as a lock file or its report names it."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

from extdeps.declaration.index import IndexFile

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.declaration.filekind import FileKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """One project, at one version, as one file or source tree.

    Args:
        name: normalised (PEP 503).
        version: PEP 440; empty where only building it would tell.
        kind: `sdist` for all that is built here, source trees and checkouts too.
        file: what is installed; None for a source tree or a checkout.
        directory: the source tree, or empty.
        extras: those that are asked for, normalised.
        is_requested: whether it was asked for by itself, and not only by another member.
        specifier: the versions that all who ask for it allow (PEP 440); empty for any.
    """

    name: str
    version: str
    kind: FileKind
    file: IndexFile | None = None
    directory: str = ""
    extras: frozenset[str] = frozenset()
    is_requested: bool = False
    specifier: str = ""


def format_members(members: Iterable[Member]) -> bytes:
    """Members as JSON, for a cache."""
    return json.dumps([{**asdict(member), "extras": sorted(member.extras)} for member in members]).encode()


def parse_members(content: bytes) -> tuple[Member, ...]:
    """Members out of what `format_members` wrote.

    Raises:
        ValueError: it did not.
    """
    try:
        return tuple(
            Member(
                **{
                    **item,
                    "file": IndexFile(**item["file"]) if item["file"] else None,
                    "extras": frozenset(item["extras"]),
                }
            )
            for item in json.loads(content)
        )
    except (KeyError, TypeError) as error:
        raise ValueError(str(error)) from error
