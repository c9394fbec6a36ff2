"""pylock.toml (PEP 751; https://packaging.python.org/en/latest/specifications/pylock-toml/)."""

from __future__ import annotations

from dataclasses import replace

from extdeps.declaration.lockfiles.interface import LockedPackage, LockedSet, merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.declaration.index import IndexFile
    from extdeps.declaration.lockfiles.interface import Reading
    from extdeps.model.fields import Keys, Table

VERSION = "1.0"

_SOURCES = ("vcs", "directory", "archive")


def read(document: Table, reading: Reading) -> LockedSet:
    """Read a lock; the default groups count beside those that are asked for."""
    faults = reading.faults
    reading.need(document, (), "lock-version", "created-by", "packages")
    notes = reading.check_version(faults.get_text(document, "lock-version", ()), ("lock-version",), VERSION)
    defaults = reading.get_names(document, "default-groups")
    reading = replace(reading, groups=reading.groups | defaults)
    return LockedSet(
        packages=merge(_iter_packages(document, reading), faults),
        unmet=(
            *reading.find_unmet_python(document, "requires-python"),
            *reading.find_unmet_markers(document, "environments"),
        ),
        extras=reading.get_names(document, "extras"),
        groups=reading.get_names(document, "dependency-groups") | defaults,
        notes=notes,
    )


def _iter_packages(document: Table, reading: Reading) -> Iterator[LockedPackage]:
    for table, keys in reading.iter_tables(document, "packages"):
        package = _read_package(table, keys, reading)
        if reading.applies(table, "marker", keys) and package.name:
            yield package


def _read_package(table: Table, keys: Keys, reading: Reading) -> LockedPackage:
    direct = [key for key in _SOURCES if key in table]
    if len(direct) + (("sdist" in table) or ("wheels" in table)) != 1:
        reading.faults.add(keys, "has to have one of vcs, directory and archive, or sdist and wheels")
    requires = reading.faults.get_text(table, "requires-python", keys)
    directory = _read_directory(table, keys, reading)
    return LockedPackage(
        name=reading.get_name(table, keys),
        keys=keys,
        version=reading.get_version(table, keys),
        files=tuple(replace(file, requires_python=requires) for file in _iter_files(table, keys, reading)),
        directory=directory,
        is_checkout="vcs" in table,
        is_requested=bool(directory) and directory == reading.join("."),
    )


def _iter_files(table: Table, keys: Keys, reading: Reading) -> Iterator[IndexFile]:
    wheels = list(reading.iter_tables(table, "wheels", keys))
    singles = [(reading.get_table(table, key, keys), (*keys, key)) for key in ("sdist", "archive") if key in table]
    for fields, place in (*wheels, *singles):
        file = reading.read_file(fields, place)
        if file:
            yield file


def _read_directory(table: Table, keys: Keys, reading: Reading) -> str:
    if "directory" not in table:
        return ""
    fields, place = reading.get_table(table, "directory", keys), (*keys, "directory")
    reading.need(fields, place, "path")
    return reading.join(*(reading.faults.get_text(fields, key, place) for key in ("path", "subdirectory")))
