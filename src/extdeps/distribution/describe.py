"""What a wheel or an sdist says about external requirements, as a value."""

from __future__ import annotations

from extdeps.declaration.metadata import parse_metadata
from extdeps.distribution.fields import PROVIDES, REQUIRES, read_fields
from extdeps.errors import ArchiveError
from extdeps.model.externalmetadata import ExternalMetadata

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.distribution.file import DistributionFile


def describe_file(file: DistributionFile) -> ExternalMetadata:
    """The external fields of a file.

    Args:
        file: as it was read.

    Raises:
        ArchiveError: its metadata does not name a project.
        DeclarationError: an external requirement is wrong; every fault is named.
    """
    origin = f"{file.path}: {file.member}"
    metadata = parse_metadata(file.metadata, subject=file.path, origin=origin)
    if not metadata.name or not metadata.version:
        raise ArchiveError(f"`{file.path}`: `{file.member}` does not name a project and its version")
    fields = read_fields(file.metadata)
    return ExternalMetadata(
        path=file.path,
        member=file.member,
        name=metadata.name,
        version=metadata.version,
        requires=tuple(value for name, value in fields if name == REQUIRES),
        extras=tuple(value for name, value in fields if name == PROVIDES),
    )
