"""pyproject.toml: the `[external]` table, and which project it belongs to (PEP 725, PEP 621)."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.declaration.external import parse_external
from extdeps.errors import DeclarationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Any

    from extdeps.model.declaration import Declaration


@dataclass(frozen=True, slots=True, kw_only=True)
class Pyproject:
    """The parts of a pyproject.toml that matter here.

    Args:
        name: `project.name`, or empty.
        version: `project.version`, or empty where it is dynamic.
        declaration: the `[external]` table, or None.
    """

    name: str
    version: str
    declaration: Declaration | None


def parse_pyproject(content: bytes, *, subject: str, origin: str) -> Pyproject:
    """Read a pyproject.toml.

    Args:
        content: its bytes.
        subject: what the user called the project.
        origin: the file, for errors.

    Raises:
        DeclarationError: it is not TOML, or its `[external]` table is wrong.
    """
    return parse_tables(_decode(content, origin), subject=subject, origin=origin)


def parse_tables(document: Mapping[str, Any], *, subject: str, origin: str) -> Pyproject:
    """Read the tables of a pyproject.toml; arguments as of `parse_pyproject`.

    Raises:
        DeclarationError: its `[external]` table is wrong.
    """
    project = document.get("project", {})
    project = project if isinstance(project, dict) else {}
    declaration = None
    if "external" in document:
        declaration = parse_external(document["external"], subject=subject, origin=origin)
    name, version = project.get("name", ""), project.get("version", "")
    return Pyproject(
        name=name if isinstance(name, str) else "",
        version=version if isinstance(version, str) else "",
        declaration=declaration,
    )


def read_tables(path: str) -> dict[str, Any]:
    """The tables of a pyproject.toml.

    Raises:
        DeclarationError: it cannot be read, or is not TOML.
    """
    try:
        with open(path, "rb") as file:
            content = file.read()
    except OSError as error:
        raise DeclarationError(f"`{path}` cannot be read", context=(error.strerror or str(error),)) from error
    return _decode(content, path)


def _decode(content: bytes, origin: str) -> dict[str, Any]:
    import tomllib

    try:
        return tomllib.loads(content.decode("utf-8"))
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise DeclarationError(f"`{origin}` is not TOML", context=(str(error),)) from error
