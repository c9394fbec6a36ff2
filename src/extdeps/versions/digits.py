"""What the orders share: runs of digits of any length, and three-way comparison.

`int` refuses more than 4300 digits, and an order may not raise; texts of digits compare as numbers when
they are first compared by length, once their leading zeros are gone.
"""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

Magnitude = tuple[int, str]

ZERO: Magnitude = (0, "")


def magnitude(digits: str) -> Magnitude:
    """A value that orders as the number that `digits` spells.

    Args:
        digits: ASCII digits; the empty text counts as zero.
    """
    significant = digits.lstrip("0")
    return (len(significant), significant)


def three_way(left: Any, right: Any) -> int:
    """-1, 0 or 1, for two values of which `<` and `>` are defined."""
    return int(left > right) - int(left < right)
