"""What is wrong with an overlay: the `[external]` tables that are kept for a project which has none."""

from __future__ import annotations

from extdeps.curate.fault import Fault
from extdeps.declaration.overlay import check_overlay, read_tables
from extdeps.errors import InvalidInputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.catalog.catalogue import Catalogue
    from extdeps.declaration.overlay import OverlayTable


def lint_overlay(path: str, catalogue: Catalogue) -> Iterator[Fault]:
    """The faults of an overlay.

    Args:
        path: the file, named after the project.
        catalogue: the registry that it refers to.
    """
    try:
        check_overlay(path)
    except InvalidInputError as error:
        yield Fault(path=path, line=0, code="unreadable", message="; ".join((error.message, *error.context)))
        return
    tables = read_tables([path])
    with open(path, encoding="utf-8") as file:
        lines = file.read().splitlines()
    if not any(table.table.get("verified") or table.table.get("read") for table in tables):
        yield Fault(path=path, line=0, code="unverified", message="says neither when it was tried nor what was read")
    for table in tables[:-1]:
        if not table.versions:
            yield Fault(path=path, line=0, code="unreachable", message=f"what follows {table.place} never counts")
    for identifier in dict.fromkeys(_iter_identifiers(tables)):
        line = next((number for number, text in enumerate(lines, 1) if identifier in text), 0)
        if identifier not in catalogue.registry:
            yield Fault(path=path, line=line, code="unregistered", message=f"`{identifier}` is not in the registry")
        elif (canonical := catalogue.registry.canonical(identifier)) != identifier:
            yield Fault(path=path, line=line, code="alias", message=f"`{identifier}` is an alias of `{canonical}`")


def _iter_identifiers(tables: tuple[OverlayTable, ...]) -> Iterator[str]:
    for table in tables:
        for item in table.declare("", "sdist", "").requirements:
            yield item.requirement.url.identifier
