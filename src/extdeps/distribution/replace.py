"""Replacing the external fields of a finished wheel or sdist, in one go (`pep_draft`, "Finished files")."""

from __future__ import annotations

import os
import shutil

from extdeps.atomicfile import open_atomic
from extdeps.distribution.fields import replace_fields
from extdeps.distribution.file import open_file
from extdeps.errors import EnvironmentFaultError, SignedArchiveError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable
    from typing import IO

    from extdeps.distribution.fields import Fields
    from extdeps.distribution.file import DistributionFile

_BESIDE = (".asc", ".sig", ".sigstore", ".sigstore.json", ".publish.attestation", ".provenance")
"""What follows the name of a file in that of its signature or attestation (PEP 740)."""


def replace_external(file: DistributionFile, fields: Fields, *, output: str = "", drop_signature: bool = False) -> None:
    """Write a wheel or an sdist with other external fields; nothing is written in place where it has them already.

    Args:
        file: as it was read.
        fields: pairs of name and value.
        output: where it is written; in place by default.
        drop_signature: whether signatures and attestations, which would become wrong, are left out and removed.

    Raises:
        ArchiveError: it cannot be rewritten.
        SignedArchiveError: it is signed, and that is not to be dropped.
        EnvironmentFaultError: it cannot be written there.
    """
    metadata = replace_fields(file.metadata, fields)
    output = output or file.path
    if metadata == file.metadata:
        if output != file.path:
            _write(output, file.path, lambda target: _copy(file.path, target))
        return
    beside = [path for suffix in _BESIDE if os.path.exists(path := output + suffix)]
    if (file.signatures or beside) and not drop_signature:
        raise SignedArchiveError(
            f"`{file.path}` is signed, and would not be what was signed any more",
            context=(*file.signatures, *beside),
            hint="`--drop-signature` writes it without",
        )
    _write(output, file.path, lambda target: file.write(target, metadata))
    for path in beside:
        os.remove(path)


def _copy(path: str, target: IO[bytes]) -> None:
    with open_file(path) as source:
        shutil.copyfileobj(source, target)


def _write(output: str, like: str, write: Callable[[IO[bytes]], None]) -> None:
    """Write a file as a whole, with the permissions of another."""
    try:
        with open_atomic(os.path.realpath(output)) as target:
            write(target)
            shutil.copymode(like, target.name)
    except OSError as error:
        raise EnvironmentFaultError(f"`{output}` cannot be written", context=(error.strerror or str(error),)) from error
