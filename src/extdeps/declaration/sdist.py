"""An sdist: its top-level pyproject.toml and PKG-INFO (PEP 517, PEP 643)."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from extdeps.declaration.archive import read_members
from extdeps.declaration.metadata import ProjectMetadata, parse_metadata
from extdeps.declaration.pyproject import Pyproject, parse_pyproject
from extdeps.errors import ArchiveError
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.declaration import Declaration

_TOP_LEVEL = re.compile(r"(?:\./)?[^/]+/(?P<file>pyproject\.toml|PKG-INFO)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Distribution:
    """What a distribution file says.

    Args:
        name: the project's name.
        version: its version.
        declaration: its external requirements, or None where it declares none.
        requires: the distributions that it depends on, as far as it says so before it is built.
    """

    name: str
    version: str
    declaration: Declaration | None
    requires: tuple[str, ...] = ()


def read_sdist(content: bytes, *, name: str, subject: str) -> Distribution:
    """Read an sdist.

    A pyproject.toml in a subdirectory belongs to something else and is not read.

    Args:
        content: the archive.
        name: its file name.
        subject: what the user called it.

    Raises:
        ArchiveError: it is damaged, too large, or has neither file at its top level.
        DeclarationError: its declaration is wrong.
    """
    members = read_members(content, name, lambda path: _TOP_LEVEL.fullmatch(path) is not None)
    files = {path.rpartition("/")[2]: (path, data) for path, data in members.items()}
    if not files:
        raise ArchiveError(f"`{name}` is not an sdist: it has neither PKG-INFO nor pyproject.toml at its top level")
    project = Pyproject(name="", version="", declaration=None)
    metadata = ProjectMetadata(name="", version="", declaration=None)
    if "pyproject.toml" in files:
        path, data = files["pyproject.toml"]
        project = parse_pyproject(data, subject=subject, origin=f"{name}: {path}")
    if "PKG-INFO" in files:
        path, data = files["PKG-INFO"]
        metadata = parse_metadata(data, subject=subject, origin=f"{name}: {path}")
    declaration = project.declaration or metadata.declaration
    return Distribution(
        name=metadata.name or project.name,
        version=metadata.version or project.version,
        declaration=replace(declaration, phases=PHASES) if declaration else None,
        requires=metadata.requires,
    )
