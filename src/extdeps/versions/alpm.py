"""The order of Arch Linux package versions."""

from __future__ import annotations

import re

from extdeps.versions.digits import ZERO, Magnitude, magnitude, three_way

_EPOCH = re.compile(r"([0-9]*):(.*)", re.DOTALL)
_SEGMENT = re.compile(r"([^0-9A-Za-z]*)(?:([0-9]+)|([A-Za-z]+))")

# At one place of a version, after as many separators, from the oldest to the newest.
_ALPHABETIC, _END, _NUMERIC = range(3)

_Segment = tuple[int, int, Magnitude]


class Alpm:
    """`[epoch:]version[-rel]`, as vercmp(8) and `alpm_pkg_vercmp` order it.

    Source: https://man.archlinux.org/man/vercmp.8 and https://alpm.archlinux.page/specifications/.

    Unlike rpm, letters that follow a number directly make a version older (`1.0rc` < `1.0` < `1.0.a`), and
    more separators make it newer (`1.a` < `1..a`). Separators at the end do not count. The `rel` is compared
    only where both sides have one; so `1.0-1` and `1.0-2` both equal `1.0`, and the order is total only among
    versions that all have a `rel`, or all have none.
    """

    name = "alpm"

    def compare(self, left: str, right: str, /) -> int:
        """Compare two Arch versions; negative, 0 or positive, and never raises."""
        left_epoch, left_version, left_rel = _split(left)
        right_epoch, right_version, right_rel = _split(right)
        result = three_way(
            (magnitude(left_epoch), _segments(left_version)),
            (magnitude(right_epoch), _segments(right_version)),
        )
        if result or left_rel is None or right_rel is None:
            return result
        return three_way(_segments(left_rel), _segments(right_rel))


def _split(text: str) -> tuple[str, str, str | None]:
    epoch, rest = "", text.strip()
    if match := _EPOCH.fullmatch(rest):
        epoch, rest = match.groups()
    version, dash, rel = rest.rpartition("-")
    return (epoch, version, rel) if dash else (epoch, rest, None)


def _segments(part: str) -> tuple[_Segment, ...]:
    segments: list[_Segment] = []
    for separators, digits, letters in _SEGMENT.findall(part):
        if digits:
            segments.append((len(separators), _NUMERIC, magnitude(digits)))
        else:
            # Letters compare by character, whatever their number.
            segments.append((len(separators), _ALPHABETIC, (0, letters)))
    return (*segments, (0, _END, ZERO))
