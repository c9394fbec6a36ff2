"""What every order of versions provides.

Implementations are one class in one module each and are found through
`extdeps.versions.table`; none of them needs to import this module.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Protocol
else:
    Protocol = object


class Order(Protocol):
    """How one scheme of versions orders its texts.

    An order is defined for every `str`. Text that the scheme does not allow never raises: it takes a fixed
    place, as a rule before all valid versions, so that sorting stays consistent.
    """

    name: str
    """The scheme, as `get_order` knows it."""

    def compare(self, left: str, right: str, /) -> int:
        """Compare two versions.

        Args:
            left: a version in the scheme's own notation.
            right: another one.

        Returns:
            A negative number where `left` is older, a positive one where it is newer, and 0 where the scheme
            makes no difference between them (which does not mean that the texts are the same).
        """
