"""pyproject.toml: the `[external]` table, and which project it belongs to (PEP 725, PEP 621)."""

from __future__ import annotations

from dataclasses import dataclass, field

from extdeps.declaration.external import normalize_name, parse_external
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
        dependencies: `project.dependencies`; None where only building the project would tell.
        extras: those of each extra, by its normalised name.
        groups: the table as it stands (PEP 735), by normalised names.
    """

    name: str
    version: str
    declaration: Declaration | None
    dependencies: tuple[str, ...] | None = None
    extras: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    groups: Mapping[str, tuple[object, ...]] = field(default_factory=dict)

    def list_group(self, name: str, parents: tuple[str, ...] = ()) -> tuple[str, ...]:
        """The requirements of a dependency group, with those that it includes (PEP 735).

        Args:
            name: normalised.
            parents: the groups that include it.

        Raises:
            DeclarationError: it is not there, includes itself, or has something else in it.
        """
        if name in parents:
            raise DeclarationError(
                f"the dependency group `{name}` includes itself", context=(" -> ".join((*parents, name)),)
            )
        if name not in self.groups:
            raise DeclarationError(f"there is no dependency group `{name}`")
        found: list[str] = []
        for index, item in enumerate(self.groups[name]):
            included = item.get("include-group") if isinstance(item, dict) else None
            if isinstance(item, str):
                found.append(item)
            elif isinstance(included, str):
                found += self.list_group(normalize_name(included), (*parents, name))
            else:
                raise DeclarationError(f"`dependency-groups.{name}[{index}]` is neither a requirement nor an inclusion")
        return tuple(found)


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
        dependencies=_read_dependencies(project),
        extras=_read_lists(project.get("optional-dependencies")),
        groups=_read_lists(document.get("dependency-groups")),
    )


def _read_dependencies(project: Mapping[str, object]) -> tuple[str, ...] | None:
    """What is said before the project is built; a mistake in it is for the build backend to name."""
    dynamic, listed = project.get("dynamic", []), project.get("dependencies", [])
    known = (
        "name" in project and isinstance(dynamic, list) and not {"dependencies", "optional-dependencies"} & set(dynamic)
    )
    if not (known and isinstance(listed, list) and all(isinstance(item, str) for item in listed)):
        return None
    return tuple(listed)


def _read_lists(table: object) -> dict[str, tuple[Any, ...]]:
    lists = table.items() if isinstance(table, dict) else ()
    return {normalize_name(name): tuple(items) for name, items in lists if isinstance(items, list)}


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
