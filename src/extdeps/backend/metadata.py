"""The external fields in a dist-info directory that a backend has prepared (PEP 517, PEP 725)."""

from __future__ import annotations

import os
import shutil
from contextlib import contextmanager
from tempfile import TemporaryDirectory

from extdeps.distribution.fields import replace_fields
from extdeps.model.declaration import format_core_metadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.model.declaration import Declaration

ORIGINAL = "METADATA.original"
"""What the real backend has written; a front end keeps other files (PEP 517, "prepare_metadata_for_build_wheel")."""


def write_prepared(directory: str, declaration: Declaration) -> None:
    """Write the fields into METADATA.

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
    os.replace(path, os.path.join(directory, ORIGINAL))
    with open(path, "wb") as file:
        file.write(content)
    record = os.path.join(directory, "RECORD")
    if os.path.exists(record):  # it would be wrong, and need not be there
        os.remove(record)


@contextmanager
def restore_prepared(directory: str | None) -> Iterator[str | None]:
    """The directory as the real backend has left it: scikit-build-core compares it with what it would write now.

    Args:
        directory: as it was prepared, or None.
    """
    if directory is None or not os.path.exists(os.path.join(directory, ORIGINAL)):
        yield directory
        return
    with TemporaryDirectory() as temporary:
        copy = os.path.join(temporary, os.path.basename(os.path.normpath(directory)))
        shutil.copytree(directory, copy)
        os.replace(os.path.join(copy, ORIGINAL), os.path.join(copy, "METADATA"))
        yield copy
