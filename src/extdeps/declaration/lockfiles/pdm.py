"""pdm.lock, whose packages say in what groups and under what markers they are needed (PDM, "Lock strategies").

To PDM an extra of the project is a group; an extra of a package is an entry of its own for the same package.
"""

from __future__ import annotations

from dataclasses import replace

from extdeps.declaration.lockfiles.interface import LockedPackage, LockedSet, merge

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.declaration.index import IndexFile
    from extdeps.declaration.lockfiles.interface import Reading
    from extdeps.model.fields import Keys, Table

VERSION = "4.5"
MAIN = "default"


def read(document: Table, reading: Reading) -> LockedSet:
    """Read a lock."""
    metadata, keys = reading.get_table(document, "metadata"), ("metadata",)
    reading.need(document, (), "metadata")
    reading.need(metadata, keys, "lock_version")
    notes = reading.check_version(
        reading.faults.get_text(metadata, "lock_version", keys), (*keys, "lock_version"), VERSION
    )
    targets = [
        reading.find_unmet_python(table, "requires_python", place)
        for table, place in reading.iter_tables(metadata, "targets", keys)
    ]
    groups = reading.get_names(metadata, "groups", keys) - {MAIN}
    return LockedSet(
        packages=merge(_iter_packages(document, reading), reading.faults),
        unmet=tuple(line for lines in targets for line in lines) if all(targets) else (),
        extras=groups,
        groups=groups,
        notes=notes,
    )


def _iter_packages(document: Table, reading: Reading) -> Iterator[LockedPackage]:
    """Those of the groups asked for; a lock that does not say of what groups they are is taken whole."""
    asked = {MAIN} | reading.extras | reading.groups
    for table, keys in reading.iter_tables(document, "package"):
        package = _read_package(table, keys, reading)
        groups = reading.get_names(table, "groups", keys)
        is_needed = "groups" not in table or groups & asked
        if reading.applies(table, "marker", keys) and is_needed and package.name:
            yield package


def _read_package(table: Table, keys: Keys, reading: Reading) -> LockedPackage:
    reading.need(table, keys, "version")
    requires, path, url, below = (
        reading.faults.get_text(table, key, keys) if table.get(key) != "" else ""
        for key in ("requires_python", "path", "url", "subdirectory")
    )
    archive = path if path.endswith((".whl", ".tar.gz", ".zip")) else ""
    files = tuple(_iter_files(table, keys, url or archive, reading)) if "git" not in table else ()
    return LockedPackage(
        name=reading.get_name(table, keys),
        keys=keys,
        version=reading.get_version(table, keys),
        files=tuple(replace(file, requires_python=requires) for file in files),
        directory=reading.join(path, below) if path and not archive else "",
        is_checkout="git" in table,
        extras=reading.get_names(table, "extras", keys),
    )


def _iter_files(table: Table, keys: Keys, url: str, reading: Reading) -> Iterator[IndexFile]:
    for fields, place in reading.iter_tables(table, "files", keys):
        file = reading.read_file(fields, place, fallback=url)
        if file:
            yield file
