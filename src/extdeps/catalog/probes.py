"""What proves that an identifier is there, and how its version is read (`pep_draft`, "probes.json")."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.catalog.document import Document, get_strings, normalize_identifier
from extdeps.errors import DocumentError
from extdeps.model.requirement import PHASES

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Literal

    from extdeps.catalog.document import Entry
    from extdeps.model.requirement import Phase

    Kind = Literal["development", "header", "library", "executable"]
else:
    Kind = str

_KINDS: dict[str, Kind] = {
    "development": "development",
    "header": "header",
    "library": "library",
    "executable": "executable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionRule:
    """How a version is read where no `.pc` file tells.

    Args:
        headers: alternative headers that define the macros.
        macros: one macro with the whole version, or several numbers that are joined by dots.
        divisors: for one encoded number, what it is divided by, part after part (12040: 1000, 10).
        arguments: what makes the program print its version.
        pattern: a regular expression whose first group is the version.
        is_packaged: whether packages have the same version; false for a library that is numbered apart from the
            project that its packages are named after.
    """

    headers: tuple[str, ...] = ()
    macros: tuple[str, ...] = ()
    divisors: tuple[int, ...] = ()
    arguments: tuple[str, ...] = ("--version",)
    pattern: str = r"(\d+(?:\.\d+)+\w*|\d+)"
    is_packaged: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class ProbeEntry:
    """The files that prove one identifier; of each kind any one is enough.

    Args:
        id: the identifier.
        pkg_config: pkg-config modules.
        headers: paths below an include directory.
        libraries: link names (`z` for libz).
        components: link names of further libraries of the same source, which prove nothing; `*` ends a family of them.
        executables: programs.
        prefixes: further installation roots; `$NAME` is an environment variable that holds one, `{multiarch}` is
            Debian's name of the architecture, and `*` ends a path.
        version: how its version is read.
        evidence: the kinds that each phase needs, where the default is not right.
        implements: by virtual, pairs of interface version and the first version that implements it.
    """

    id: str
    pkg_config: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    executables: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    version: VersionRule = VersionRule()
    evidence: tuple[tuple[Phase, tuple[Kind, ...]], ...] = ()
    implements: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = ()

    @property
    def has_development_files(self) -> bool:
        """Whether there is anything to compile or link against."""
        return bool(self.pkg_config or self.headers or self.libraries)

    @property
    def names(self) -> frozenset[str]:
        """Every name of a module, header, library or program."""
        return frozenset((*self.pkg_config, *self.headers, *self.libraries, *self.executables))

    def interface_version(self, virtual: str, version: str) -> str:
        """The version of a virtual that a version of this provider implements, or empty where that is not known."""
        from extdeps.versions.loose import Loose

        order = Loose()
        rows = dict(self.implements).get(virtual, ())
        reached = [interface for interface, since in rows if order.compare(version, since) >= 0]
        return reached[-1] if reached else ""

    def kinds(self, phase: Phase) -> tuple[Kind, ...]:
        """The kinds of evidence that a phase needs, all of them."""
        for named, kinds in self.evidence:
            if named == phase:
                return kinds
        if phase == "run":
            return ("library",) if self.libraries else ("executable",) if self.executables else ("development",)
        if phase == "build" and self.executables:
            return ("executable",)
        return ("development",) if self.has_development_files else ("executable",)


class Probes:
    """One probes document.

    Args:
        path: the file, or None for a catalogue without probes.
    """

    def __init__(self, path: str | None) -> None:
        self.path = path or ""
        self._document = Document(path, "probes") if path else None
        self._parsed: dict[str, ProbeEntry | None] = {}

    def find(self, identifier: str) -> ProbeEntry | None:
        """What proves an identifier, or None."""
        if identifier not in self._parsed:
            entries = self._document.find(identifier) if self._document else []
            parsed = _parse_entry(identifier, entries[0], f"`{self.path}`: `{identifier}`") if entries else None
            self._parsed[identifier] = parsed
        return self._parsed[identifier]

    def find_owner(self, module: str) -> str:
        """The identifier that a pkg-config module belongs to, or empty."""
        for identifier, entry in self._document.find_containing(module) if self._document else ():
            if module in self._modules_of(identifier, entry):
                return identifier
        return ""

    def modules(self) -> Iterator[str]:
        """Every pkg-config module that is known."""
        for identifier in self._document or ():
            for entry in self._document.find(identifier) if self._document else ():
                yield from self._modules_of(identifier, entry)

    def owned(self) -> Iterator[tuple[str, tuple[str, ...], tuple[str, ...], tuple[str, ...]]]:
        """Each identifier with its libraries, components and modules: what tells whose a library is."""
        for identifier in self._document or ():
            for entry in self._document.find(identifier) if self._document else ():
                place = f"`{self.path}`: `{identifier}`"
                libraries, components = (get_strings(entry, key, place) for key in ("libraries", "components"))
                yield identifier, libraries, components, self._modules_of(identifier, entry)

    def with_prefixes(self) -> Iterator[ProbeEntry]:
        """The entries that name installation roots of their own."""
        for identifier, entry in self._document.find_containing("prefixes") if self._document else ():
            found = self.find(identifier) if "prefixes" in entry else None
            if found:
                yield found

    def _modules_of(self, identifier: str, entry: Entry) -> tuple[str, ...]:
        place = f"`{self.path}`: `{identifier}`"
        return (*get_strings(entry, "pkg_config", place), *get_strings(entry, "modules", place))


def _parse_entry(identifier: str, entry: Entry, place: str) -> ProbeEntry:
    return ProbeEntry(
        id=identifier,
        pkg_config=get_strings(entry, "pkg_config", place),
        headers=get_strings(entry, "headers", place),
        libraries=get_strings(entry, "libraries", place),
        components=get_strings(entry, "components", place),
        executables=get_strings(entry, "executables", place),
        prefixes=get_strings(entry, "prefixes", place),
        version=_parse_version(_table(entry, "version", place), place),
        evidence=_parse_evidence(_table(entry, "evidence", place), place),
        implements=_parse_implements(_table(entry, "implements", place), place),
    )


def _table(entry: Entry, key: str, place: str) -> Entry:
    value = entry.get(key, {})
    if not isinstance(value, dict):
        raise DocumentError(f"{place}: `{key}` is not an object")
    return value


def _parse_version(table: Entry, place: str) -> VersionRule:
    default = VersionRule()
    divisors = table.get("divisors", [])
    if not isinstance(divisors, list) or not all(isinstance(item, int) and item > 0 for item in divisors):
        raise DocumentError(f"{place}: `version.divisors` is not an array of positive numbers")
    pattern = str(table.get("pattern", default.pattern))
    try:
        groups = re.compile(pattern).groups
    except re.error as error:
        raise DocumentError(f"{place}: `version.pattern` is not a regular expression: {error}") from error
    if not groups:
        raise DocumentError(f"{place}: `version.pattern` has no group that is the version")
    return VersionRule(
        headers=get_strings(table, "header", place),
        macros=get_strings(table, "macros", place),
        divisors=tuple(divisors),
        arguments=get_strings(table, "arguments", place) or default.arguments,
        pattern=pattern,
        is_packaged=table.get("packages", True) is not False,
    )


def _parse_evidence(table: Entry, place: str) -> tuple[tuple[Phase, tuple[Kind, ...]], ...]:
    for phase in table:
        if phase not in PHASES:
            raise DocumentError(f"{place}: `evidence.{phase}`: `{phase}` is not a phase")
        for kind in get_strings(table, phase, place):
            if kind not in _KINDS:
                raise DocumentError(f"{place}: `evidence.{phase}`: `{kind}` is not a kind of evidence")
    return tuple(
        (phase, tuple(_KINDS[kind] for kind in get_strings(table, phase, place))) for phase in PHASES if phase in table
    )


def _parse_implements(table: Entry, place: str) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    result = []
    for virtual, rows in table.items():
        if not isinstance(rows, list) or not all(
            isinstance(row, list) and len(row) == 2 and all(isinstance(cell, str) for cell in row) for row in rows
        ):
            raise DocumentError(f"{place}: `implements` of `{virtual}` is not an array of pairs of versions")
        key = normalize_identifier(virtual, place)
        result.append((key, tuple((interface, since) for interface, since in rows)))
    return tuple(result)
