"""poetry.lock, whose packages say since its version 2.1 in what groups and under what markers they are needed.

Before, that stands in the pyproject.toml beside it: the lock is walked from what that asks for.
"""

from __future__ import annotations

from extdeps.declaration.external import normalize_name
from extdeps.declaration.lockfiles.constraint import satisfies_constraint
from extdeps.declaration.lockfiles.interface import LockedPackage, LockedSet, merge
from extdeps.declaration.lockfiles.poetrywalk import reach

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.declaration.index import IndexFile
    from extdeps.declaration.lockfiles.interface import Reading
    from extdeps.model.fields import Keys, Table

VERSIONS = ("1.1", "2.1")
MAIN = "main"


def read(document: Table, reading: Reading) -> LockedSet:
    """Read a lock."""
    metadata, keys = reading.get_table(document, "metadata"), ("metadata",)
    reading.need(document, (), "metadata")
    reading.need(metadata, keys, "lock-version")
    version = reading.faults.get_text(metadata, "lock-version", keys)
    notes = reading.check_version(version, (*keys, "lock-version"), *VERSIONS)
    tables = list(reading.iter_tables(document, "package"))
    extras = reading.get_table(document, "extras")
    asked = reading.groups | {MAIN}
    groups = frozenset(name for table, place in tables for name in reading.get_names(table, "groups", place))
    if groups:
        chosen = [item for item in tables if _is_needed(*item, asked, reading)]
    else:
        chosen, groups = reach(tables, extras, reading)
    python = reading.faults.get_text(metadata, "python-versions", keys)
    is_met = satisfies_constraint(reading.python, python)
    files = reading.get_table(metadata, "files", keys)  # where version 1 has them
    return LockedSet(
        packages=merge((_read_package(table, place, files, reading) for table, place in chosen), reading.faults),
        unmet=() if is_met else (f"`metadata.python-versions` is {python}, and Python is {reading.python}",),
        extras=frozenset(map(normalize_name, extras)),
        groups=groups - {MAIN},
        notes=notes,
    )


def _is_needed(table: Table, keys: Keys, asked: frozenset[str], reading: Reading) -> bool:
    """Whether one of the groups asked for needs a package here; each group may have a marker of its own."""
    groups = reading.get_names(table, "groups", keys) & asked
    markers = table.get("markers")
    if not isinstance(markers, dict):
        return bool(groups) and reading.applies(table, "markers", keys)
    own = {normalize_name(group): group for group in markers}
    place = (*keys, "markers")
    return any(group not in own or reading.applies(markers, own[group], place) for group in groups)


def _read_package(table: Table, keys: Keys, files: Table, reading: Reading) -> LockedPackage:
    source, place = reading.get_table(table, "source", keys), (*keys, "source")
    kind, url, below = (reading.faults.get_text(source, key, place) for key in ("type", "url", "subdirectory"))
    name = reading.get_name(table, keys)
    reading.need(table, keys, "version")
    found: tuple[IndexFile, ...] = ()
    if kind not in ("git", "directory"):
        where = url if kind in ("url", "file") else ""
        lists = files if name in files else table
        found = tuple(_iter_files(lists, name if lists is files else "files", keys, where, reading))
    return LockedPackage(
        name=name,
        keys=keys,
        version=reading.get_version(table, keys),
        files=found,
        directory=reading.join(url, below) if kind == "directory" else "",
        is_checkout=kind == "git",
    )


def _iter_files(table: Table, key: str, keys: Keys, url: str, reading: Reading) -> Iterator[IndexFile]:
    place = keys if key == "files" else ("metadata", "files")
    for fields, where in reading.iter_tables(table, key, place):
        file = reading.read_file(fields, where, fallback=url)
        if file:
            yield file
