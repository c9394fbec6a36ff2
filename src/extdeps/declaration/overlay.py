"""Overlays: declarations that we keep for projects which have none (`pep_draft`, "Overlays").

    project = "pyproj"

    [[declaration]]
    versions = ">=3.7"
    [declaration.external]
    host-requires = ["dep:generic/proj@>=9.2"]

The first declaration whose range holds the project's version counts. In a
requirement, `{version}` stands for the release of the project itself.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from extdeps.declaration.external import parse_external
from extdeps.declaration.filekind import FileKind, phases_of
from extdeps.errors import DocumentError
from extdeps.model.declaration import Declaration

_KEYS = frozenset({"versions", "vendored", "external", "verified", "note"})
_PLACEHOLDER = re.compile(r"@[<>=]*\{version\}")


def read_overlay(paths: Iterable[str], *, version: str, kind: FileKind, subject: str) -> Declaration | None:
    """Find the declaration of a project for one of its versions.

    Args:
        paths: the overlay files of the project, in order of precedence.
        version: the version that is asked for (PEP 440); empty for the newest.
        kind: what would be installed; a platform wheel carries what `vendored` says.
        subject: what the user called the project.

    Returns:
        The declaration, or None where no file has one for this version.

    Raises:
        DocumentError: a file is not an overlay.
        DeclarationError: its `[external]` table is wrong.
    """
    for path in paths:
        for index, table in enumerate(_load(path)):
            place = f"`{path}`: `declaration[{index}]`"
            if _holds(table, version, place):
                return _declare(table, path=path, version=version, kind=kind, subject=subject)
    return None


def _load(path: str) -> list[Mapping[str, object]]:
    import tomllib

    try:
        with open(path, "rb") as file:
            document = tomllib.load(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise DocumentError(f"`{path}` cannot be read as TOML", context=(str(error),)) from error
    tables = document.get("declaration")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise DocumentError(f"`{path}` has no `[[declaration]]`")
    for index, table in enumerate(tables):
        unknown = sorted(set(table) - _KEYS)
        if unknown or "external" not in table:
            fault = f"`{unknown[0]}` is not a key of it" if unknown else "it has no `external`"
            raise DocumentError(f"`{path}`: `declaration[{index}]`: {fault}")
    return tables


def _holds(table: Mapping[str, object], version: str, place: str) -> bool:
    """Whether a declaration is for a version; without a version, the first one is (the newest comes first)."""
    versions = table.get("versions", "")
    if not versions or not version:
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(str(versions)).contains(version, prereleases=True)
    except InvalidSpecifier as error:
        raise DocumentError(f"{place}: `versions` is not a version range: {error}") from error


def _declare(table: Mapping[str, object], *, path: str, version: str, kind: FileKind, subject: str) -> Declaration:
    external = _fill(table["external"], _release(version))
    declaration = parse_external(external, subject=subject, origin=path, phases=phases_of(kind))
    if kind == "platform-wheel" and table.get("vendored"):
        declaration = replace(declaration, requirements=())
    return replace(declaration, is_built_here=kind in ("sdist", "local-wheel"))


def _release(version: str) -> str:
    """The numbers of a version: `3.6.2` of `3.6.2.post1`."""
    found = re.match(r"\d+(?:\.\d+)*", version)
    return found[0] if found else ""


def _fill(value: object, release: str) -> object:
    """Put the project's release where a requirement says `{version}`; an unknown one leaves no bound."""
    if isinstance(value, str):
        return value.replace("{version}", release) if release else _PLACEHOLDER.sub("", value)
    if isinstance(value, list):
        return [_fill(item, release) for item in value]
    if isinstance(value, dict):
        return {key: _fill(item, release) for key, item in value.items()}
    return value
