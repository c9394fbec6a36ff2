"""A poetry.lock of a version before 2.1: what of it is needed, from the pyproject.toml beside it."""

from __future__ import annotations

import os
from dataclasses import replace

from extdeps.declaration.external import normalize_name
from extdeps.declaration.lockfiles.constraint import satisfies_constraint

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.declaration.lockfiles.interface import Reading
    from extdeps.model.fields import Keys, Table

    Located = tuple[Table, Keys]


def reach(tables: Iterable[Located], extras: Table, reading: Reading) -> tuple[list[Located], frozenset[str]]:
    """The packages that are needed here; without a pyproject.toml, all that are not optional and those of the extras.

    Args:
        tables: the packages of the lock, each with its place.
        extras: by name, the packages of an extra.
        reading: of the lock.

    Returns:
        The packages, and the groups that there are.
    """
    tables = list(tables)
    walk = _Walk(tables, reading)
    optional = frozenset(
        name
        for key in extras
        if normalize_name(key) in reading.extras
        for name in reading.get_names(extras, key, ("extras",))
    )
    project = _read_project(reading)
    if project is None:
        for table, keys in tables:
            if not table.get("optional") and table.get("category", "main") in ("main", *reading.groups):
                walk.take(table, keys, frozenset())
        walk.follow(dict.fromkeys(optional, "*"), ("extras",), optional)
        return walk.run(), frozenset({"dev"})
    groups = _list_groups(project, reading)
    for name, edges, keys in groups:
        if name in ("", *reading.groups):
            walk.follow(edges, keys, optional)
    return walk.run(), frozenset(name for name, _, _ in groups if name)


def _read_project(reading: Reading) -> Table | None:
    """What a pyproject.toml beside the lock says to Poetry, if there is one and it lists dependencies for it."""
    import tomllib

    try:
        with open(os.path.join(reading.directory, "pyproject.toml"), "rb") as file:
            table: object = tomllib.load(file)
    except (OSError, ValueError, RecursionError):
        return None
    for key in ("tool", "poetry"):
        table = table.get(key) if isinstance(table, dict) else None
    return table if isinstance(table, dict) and "dependencies" in table else None


def _list_groups(project: Table, reading: Reading) -> list[tuple[str, Table, Keys]]:
    """The dependencies of each group, and where they stand; those of the project itself have an empty name."""
    keys: Keys = ("pyproject.toml", "tool", "poetry")
    found = [
        (name, reading.get_table(project, key, keys), (*keys, key))
        for name, key in (("", "dependencies"), ("dev", "dev-dependencies"))  # the latter before Poetry 1.2
        if key in project
    ]
    groups = reading.get_table(project, "group", keys)
    for name in groups:
        own, place = reading.get_table(groups, name, (*keys, "group")), (*keys, "group", name)
        found.append((normalize_name(name), reading.get_table(own, "dependencies", place), (*place, "dependencies")))
    return found


class _Walk:
    """Follows the dependencies whose markers are true, each package and set of extras once, so that circles end."""

    def __init__(self, tables: Iterable[Located], reading: Reading) -> None:
        self._reading = reading
        self._by_name: dict[str, list[Located]] = {}
        for table, keys in tables:
            self._by_name.setdefault(reading.get_name(table, keys), []).append((table, keys))
        self._waiting: list[tuple[Table, Keys, frozenset[str]]] = []
        self._seen: set[tuple[Keys, frozenset[str]]] = set()
        self._taken: dict[Keys, Table] = {}

    def run(self) -> list[Located]:
        """All that is reached."""
        while self._waiting:
            table, keys, extras = self._waiting.pop()
            wanted = frozenset(self._iter_optional(table, keys, extras))
            self.follow(self._reading.get_table(table, "dependencies", keys), (*keys, "dependencies"), wanted, extras)
        return [(table, keys) for keys, table in self._taken.items()]

    def take(self, table: Table, keys: Keys, extras: frozenset[str]) -> None:
        """A package is needed, with some of its extras."""
        self._taken[keys] = table
        if (keys, extras) not in self._seen:
            self._seen.add((keys, extras))
            self._waiting.append((table, keys, extras))

    def follow(self, edges: Table, keys: Keys, optional: frozenset[str], extras: frozenset[str] = frozenset()) -> None:
        """Take what the dependencies of one package lead to.

        Args:
            edges: by name, a range, a table, or several tables.
            keys: where they stand.
            optional: those of the optional ones that are asked for.
            extras: of the package, which its markers may be about.
        """
        for name, value in edges.items():
            for table, place in self._iter_edges(value, (*keys, name)):
                is_wanted = not table.get("optional") or normalize_name(name) in optional
                if is_wanted and self._applies(table, place, extras):
                    self._lead(normalize_name(name), table, place)

    def _iter_edges(self, value: object, keys: Keys) -> Iterator[Located]:
        for index, item in enumerate(value if isinstance(value, list) else [value]):
            place = (*keys, index) if isinstance(value, list) else keys
            full: object = {"version": item} if isinstance(item, str) else item
            table = self._reading.faults.get_table(full, place)
            if table is not None:
                yield table, place

    def _applies(self, table: Table, keys: Keys, extras: frozenset[str]) -> bool:
        python = self._reading.faults.get_text(table, "python", keys)
        if not satisfies_constraint(self._reading.python, python):
            return False
        return replace(self._reading, extra_names=extras, answers={}).applies(table, "markers", keys)

    def _lead(self, name: str, edge: Table, keys: Keys) -> None:
        constraint = self._reading.faults.get_text(edge, "version", keys)
        extras = self._reading.get_names(edge, "extras", keys)
        for table, place in self._by_name.get(name, ()):
            if satisfies_constraint(self._reading.get_version(table, place), constraint):
                self.take(table, place, extras)

    def _iter_optional(self, table: Table, keys: Keys, extras: frozenset[str]) -> Iterator[str]:
        """The names that stand in the extras of a package: `filelock (>=3.8.0)`."""
        known = self._reading.get_table(table, "extras", keys)
        for key in known:
            if normalize_name(key) in extras:
                for text, place in self._reading.faults.iter_items(known, key, (*keys, "extras")):
                    head = self._reading.faults.check_text(text, place).partition(" ")[0]
                    yield normalize_name(head.partition("[")[0])
