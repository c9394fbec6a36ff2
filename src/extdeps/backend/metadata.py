"""The external fields in a dist-info directory that a backend has prepared (PEP 517, PEP 725)."""

from __future__ import annotations

import os

from extdeps.distribution.fields import replace_fields
from extdeps.distribution.record import replace_digest
from extdeps.model.declaration import format_core_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.declaration import Declaration


def write_prepared(directory: str, declaration: Declaration) -> None:
    """Write the fields into METADATA, and its new digest into RECORD where there is one.

    Args:
        directory: the dist-info directory.
        declaration: of the project.
    """
    path = os.path.join(directory, "METADATA")
    with open(path, "rb") as file:
        before = file.read()
    content = replace_fields(before, format_core_metadata(declaration))
    if content == before:
        return
    record = os.path.join(directory, "RECORD")
    if os.path.exists(record):
        with open(record, "rb") as file:
            lines = file.read()
        with open(record, "wb") as file:
            file.write(replace_digest(lines, f"{os.path.basename(directory)}/METADATA", content))
    with open(path, "wb") as file:
        file.write(content)
