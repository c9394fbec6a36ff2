"""The order of versions of Python projects."""

from __future__ import annotations

from extdeps.versions.digits import three_way

TYPE_CHECKING = False
if TYPE_CHECKING:
    from packaging.version import Version


class Pep440:
    """Versions as the version specifiers specification orders them.

    Source: https://packaging.python.org/en/latest/specifications/version-specifiers/ (PEP 440)

    Text that is no such version orders before all that are, by its characters. `packaging` is imported when
    the first two versions are compared.
    """

    name = "pep440"

    def compare(self, left: str, right: str, /) -> int:
        """Compare two versions by PEP 440; negative, 0 or positive, and never raises."""
        left_version, right_version = _parse(left), _parse(right)
        if left_version is not None and right_version is not None:
            return three_way(left_version, right_version)
        if left_version is None and right_version is None:
            return three_way(left, right)
        return -1 if left_version is None else 1


def _parse(text: str) -> Version | None:
    from packaging.version import Version

    try:
        return Version(text)
    except ValueError:
        # InvalidVersion is a ValueError; so is the refusal to read more than 4300 digits.
        return None
