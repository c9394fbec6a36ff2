"""From the name of a file to the reader of its kind."""

from __future__ import annotations

from extdeps.errors import InvalidInputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.distribution.file import DistributionFile


def open_distribution(path: str) -> DistributionFile:
    """Read the metadata of a wheel or an sdist.

    Args:
        path: the file; its name tells what it is.

    Raises:
        InvalidInputError: it is neither.
        ArchiveError: it is damaged, exceeds the limits, or has members that would be written elsewhere.
    """
    if path.endswith(".whl"):
        from extdeps.distribution.wheel import WheelFile

        return WheelFile(path)
    if path.endswith(".tar.gz"):
        from extdeps.distribution.sdist import SdistFile

        return SdistFile(path)
    raise InvalidInputError(f"`{path}` is neither a wheel nor an sdist", hint="their names end in `.whl` and `.tar.gz`")
