"""The project that is built: its pyproject.toml, and the backend that really builds it."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from importlib import import_module

from extdeps.declaration.pyproject import parse_tables, read_tables
from extdeps.errors import DeclarationError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from extdeps.model.declaration import Declaration

FILE = "pyproject.toml"
"""A front end calls a hook in the directory that has it (PEP 517, "Build backend interface")."""

_OWN = __name__.rpartition(".")[0]
_HINT = 'say which backend builds the project, as in `[tool.extdeps] build-backend = "mesonpy"`'


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """What a pyproject.toml says to us.

    Args:
        declaration: its `[external]` table, or None.
        backend: the real backend, as `build-backend` of `[build-system]` would name it.
        backend_path: directories below the project where that is looked for first.
    """

    declaration: Declaration | None
    backend: str
    backend_path: tuple[str, ...]


def read_project() -> Project:
    """Read the project in the current directory.

    Raises:
        DeclarationError: its pyproject.toml is wrong.
    """
    document = read_tables(FILE)
    table: Any = document.get("tool", {})
    table = table.get("extdeps", {}) if isinstance(table, dict) else {}
    if not isinstance(table, dict):
        raise _fault("tool.extdeps", "is not a table")
    for key in table.keys() - {"build-backend", "backend-path"}:
        raise _fault(f"tool.extdeps.{key}", "is not a key of `[tool.extdeps]`")
    backend, backend_path = table.get("build-backend", ""), table.get("backend-path", [])
    if not isinstance(backend, str) or not backend:
        raise _fault("tool.extdeps.build-backend", "is not the name of a backend" if backend else "is missing")
    if backend.partition(":")[0] == _OWN:
        raise _fault("tool.extdeps.build-backend", f"is `{_OWN}` itself")
    if not isinstance(backend_path, list) or not all(isinstance(item, str) for item in backend_path):
        raise _fault("tool.extdeps.backend-path", "is not an array of strings")
    project = parse_tables(document, subject=".", origin=FILE)
    declaration = project.declaration and replace(project.declaration, subject=project.name or ".")
    return Project(declaration=declaration, backend=backend, backend_path=tuple(backend_path))


def load_backend(project: Project) -> object:
    """Import the real backend.

    Raises:
        DeclarationError: it is not there, or not where `backend-path` has it.
    """
    places = [_find_place(path, index) for index, path in enumerate(project.backend_path)]
    sys.path[:0] = [place for place in places if place not in sys.path]
    module, _, names = project.backend.partition(":")
    try:
        found: object = import_module(module)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{module}.".startswith(f"{error.name}."):
            raise  # something that the backend itself needs
        raise _fault(
            "tool.extdeps.build-backend",
            f"there is no module `{error.name}`",
            "add its project to `build-system.requires`",
        ) from error
    origin = getattr(found, "__file__", None) or ""
    if places and not os.path.realpath(origin).startswith(tuple(f"{place}{os.sep}" for place in places)):
        raise _fault("tool.extdeps.backend-path", f"`{module}` is not there, but `{origin}`")
    for name in filter(None, names.split(".")):
        if not hasattr(found, name):
            raise _fault("tool.extdeps.build-backend", f"`{module}` has no `{names}`")
        found = getattr(found, name)
    return found


def _find_place(path: str, index: int) -> str:
    """A directory of `backend-path`, which may not lead out of the project (PEP 517, "In-tree build backends")."""
    root, place = os.path.realpath("."), os.path.realpath(path)
    if os.path.isabs(path) or os.path.commonpath((root, place)) != root:
        raise _fault(f"tool.extdeps.backend-path[{index}]", f"`{path}` is not below the directory of the project")
    return place


def _fault(key: str, text: str, hint: str = _HINT) -> DeclarationError:
    return DeclarationError(
        f"`{FILE}` does not say how the project is built", context=(f"{FILE}: {key}: {text}",), hint=hint
    )
