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

import os
import re
from dataclasses import dataclass, replace

from extdeps.declaration.external import normalize_name, parse_external
from extdeps.declaration.filekind import phases_of
from extdeps.declaration.specifiers import are_disjoint, release_of
from extdeps.errors import DocumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Container, Iterable, Iterator, Mapping

    from extdeps.declaration.filekind import FileKind
    from extdeps.model.declaration import Declaration
    from extdeps.model.identifier import DepURL

_DOCUMENT_KEYS = frozenset({"project", "declaration"})
_KEYS: dict[str, type] = {
    "versions": str,
    "vendored": bool,
    "external": dict,
    "verified": list,
    "read": list,
    "note": str,
}
_TABLE_KEYS = {
    "verified": frozenset(
        {"version", "on", "date", "smoke", "build-constraints", "constraints", "no-binary", "environment", "wheel"}
    ),
    "read": frozenset({"version", "repository", "commit", "date", "files"}),
}
_MORE = re.compile(r"\{version\}[^;\s?#]")
_PLACEHOLDER = re.compile(r"@(?:>=|>|<=|<|==)\{version\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlayTable:
    """One declaration of an overlay file.

    Args:
        path: the file.
        index: which of its declarations.
        table: its keys.
    """

    path: str
    index: int
    table: Mapping[str, object]

    @property
    def place(self) -> str:
        """Where it is, for errors."""
        return f"`{self.path}`: `declaration[{self.index}]`"

    @property
    def versions(self) -> str:
        """The range of the project's versions that it holds for (PEP 440); empty for all."""
        return str(self.table.get("versions", ""))

    def holds(self, version: str, specifier: str = "") -> bool:
        """Whether it is for a version; of one that is not known, whether it may be.

        Args:
            version: of the project (PEP 440), or empty where it is not known.
            specifier: the range that the version is in; the empty one holds every version.

        Raises:
            DocumentError: its range is none.
        """
        if not self.versions or not (version or specifier):
            return True
        from packaging.specifiers import InvalidSpecifier, SpecifierSet

        try:
            if not version:
                return not are_disjoint(self.versions, specifier)
            return SpecifierSet(self.versions).contains(version, prereleases=True)
        except InvalidSpecifier as error:
            raise DocumentError(f"{self.place}: `versions` is not a version range: {error}") from error

    def declare(self, version: str, kind: FileKind, subject: str) -> Declaration:
        """The declaration for a version that it holds for.

        Args:
            version: of the project (PEP 440); empty where it is not known.
            kind: what would be installed; a platform wheel carries what `vendored` says.
            subject: what the user called the project.

        Raises:
            DocumentError: `{version}` stands where it must not.
            DeclarationError: its `[external]` table is wrong.
        """
        external = _fill(self.table["external"], release_of(version), self.path)
        declaration = parse_external(external, subject=subject, origin=self.path, phases=phases_of(kind))
        if kind == "platform-wheel" and self.table.get("vendored"):
            declaration = replace(declaration, requirements=())
        return replace(declaration, is_built_here=kind in ("sdist", "local-wheel"))

    def follows(self) -> tuple[DepURL, ...]:
        """What the project's version is that of (`{version}`), without its bounds."""
        one, other = (self.declare(version, "sdist", "").requirements for version in ("1", "2"))
        pairs = zip(one, other, strict=True)
        return tuple(
            replace(item.requirement.url, constraints=())
            for item, twin in pairs
            if item.requirement != twin.requirement
        )


def read_tables(paths: Iterable[str]) -> tuple[OverlayTable, ...]:
    """Every declaration of a project's overlays.

    Args:
        paths: the overlay files of the project, in order of precedence.

    Returns:
        In the order in which they are looked through for a version: the first that holds it counts.

    Raises:
        DocumentError: a file is not an overlay.
    """
    return tuple(_iter_tables(paths))


def _iter_tables(paths: Iterable[str]) -> Iterator[OverlayTable]:
    for path in paths:
        for index, table in enumerate(_load(path)):
            yield OverlayTable(path=path, index=index, table=table)


def read_overlay(
    paths: Iterable[str], *, version: str, kind: FileKind, subject: str, specifier: str = ""
) -> Declaration | None:
    """Find the declaration of a project for one of its versions.

    Args:
        paths: the overlay files of the project, in order of precedence.
        version: the version that is asked for (PEP 440); empty for the newest in the range.
        kind: what would be installed; a platform wheel carries what `vendored` says.
        subject: what the user called the project.
        specifier: the range that was asked for; the empty one holds every version.

    Returns:
        The declaration, or None where no file has one for this version.

    Raises:
        DocumentError: a file is not an overlay.
        DeclarationError: its `[external]` table is wrong.
    """
    found = next((table for table in _iter_tables(paths) if table.holds(version, specifier)), None)
    return found.declare(version, kind, subject) if found else None


def check_overlay(path: str) -> None:
    """Read every declaration of an overlay file, whatever version it holds for.

    Args:
        path: the file.

    Raises:
        DocumentError: it is not an overlay.
        DeclarationError: an `[external]` table in it is wrong.
    """
    for table in read_tables([path]):
        table.holds("0")
        table.declare("0", "sdist", os.path.basename(path))


def _load(path: str) -> list[Mapping[str, object]]:
    import tomllib

    try:
        with open(path, "rb") as file:
            document = tomllib.load(file)
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError, RecursionError) as error:
        raise DocumentError(f"`{path}` cannot be read as TOML", context=(str(error),)) from error
    tables = document.get("declaration")
    if not isinstance(tables, list) or not tables or not all(isinstance(table, dict) for table in tables):
        raise DocumentError(f"`{path}` has no `[[declaration]]`")
    name = document.get("project")
    if not isinstance(name, str) or f"{normalize_name(name)}.toml" != os.path.basename(path):
        raise DocumentError(f"`{path}`: `project` is not the name of the project that the file is named after")
    _check_keys(document, _DOCUMENT_KEYS, f"`{path}`")
    for index, table in enumerate(tables):
        _check_declaration(table, f"`{path}`: `declaration[{index}]`")
    return tables


def _check_declaration(table: Mapping[str, object], place: str) -> None:
    _check_keys(table, _KEYS, place)
    if "external" not in table:
        raise DocumentError(f"{place}: it has no `external`")
    for key, value in table.items():
        if not isinstance(value, _KEYS[key]):
            raise DocumentError(f"{place}: `{key}` is of the wrong type")
    for name, known in _TABLE_KEYS.items():
        entries = table.get(name, [])
        for entry in entries if isinstance(entries, list) else ():
            if not isinstance(entry, dict):
                raise DocumentError(f"{place}: `{name}` is not an array of tables")
            _check_keys(entry, known, f"{place}: `{name}`")


def _check_keys(table: Iterable[str], known: Container[str], place: str) -> None:
    for key in table:
        if key not in known:
            raise DocumentError(f"{place}: `{key}` is not a key of it")


def _fill(value: object, release: str, path: str) -> object:
    """Put the project's release where a requirement says `{version}`; an unknown one leaves no bound."""
    if isinstance(value, str):
        bare = _PLACEHOLDER.sub("", value)
        if value.count("{version}") > 1 or "{version}" in bare or (bare != value and _MORE.search(value)):
            raise DocumentError(f"`{path}`: `{value}`: `{{version}}` stands alone behind `@` and one operator")
        return value.replace("{version}", release) if release else bare
    if isinstance(value, list):
        return [_fill(item, release, path) for item in value]
    if isinstance(value, dict):
        return {key: _fill(item, release, path) for key, item in value.items()}
    return value
