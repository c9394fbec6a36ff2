"""The order of RPM package versions."""

from __future__ import annotations

import re

from extdeps.versions.digits import Magnitude, magnitude, three_way

_EPOCH = re.compile(r"([0-9]*):(.*)", re.DOTALL)
_SEGMENT = re.compile(r"[0-9]+|[A-Za-z]+|[~^]")

# What may stand at one place of a version, from the oldest to the newest.
_TILDE, _END, _CARET, _ALPHABETIC, _NUMERIC = range(5)

_Segment = tuple[int, Magnitude]


class Rpm:
    """`[epoch:]version[-release]`, by the rules of rpm's segment-wise comparison.

    Source: https://rpm-software-management.github.io/rpm/manual/dependencies.html#versioning and
    https://docs.fedoraproject.org/en-US/packaging-guidelines/Versioning/ (tilde and caret).

    Separators only part segments, so `1.0`, `1_0` and `1..0` are equal. No epoch is epoch 0; no release is
    older than any release, as `rpmdev-vercmp` and `rpm.vercmp` have it.
    """

    name = "rpm"

    def compare(self, left: str, right: str, /) -> int:
        """Compare two RPM versions; negative, 0 or positive, and never raises."""
        return three_way(_key(left), _key(right))


def _key(text: str) -> tuple[Magnitude, tuple[_Segment, ...], bool, tuple[_Segment, ...]]:
    epoch, rest = "", text.strip()
    if match := _EPOCH.fullmatch(rest):
        epoch, rest = match.groups()
    version, dash, release = rest.rpartition("-")
    if not dash:
        version, release = rest, ""
    return (magnitude(epoch), _segments(version), bool(dash), _segments(release))


def _segments(part: str) -> tuple[_Segment, ...]:
    """Segments as values that order like rpm's, closed by the end, which orders between `~` and `^`."""
    return (*map(_weigh, _SEGMENT.findall(part)), (_END, (0, "")))


def _weigh(segment: str) -> _Segment:
    if segment == "~":
        return (_TILDE, (0, ""))
    if segment == "^":
        return (_CARET, (0, ""))
    if segment[0] in "0123456789":
        return (_NUMERIC, magnitude(segment))
    # Letters compare by character, whatever their number.
    return (_ALPHABETIC, (0, segment))
