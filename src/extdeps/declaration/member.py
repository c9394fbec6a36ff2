"""A member of a set of projects that an installer would install together, as a lock file or its report names it."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.declaration.filekind import FileKind
    from extdeps.declaration.index import IndexFile


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
    """

    name: str
    version: str
    kind: FileKind
    file: IndexFile | None = None
    directory: str = ""
    extras: frozenset[str] = frozenset()
    is_requested: bool = False
