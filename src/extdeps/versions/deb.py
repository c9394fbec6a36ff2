"""The order of Debian and Ubuntu package versions."""

from __future__ import annotations

import re

from extdeps.versions.digits import ZERO, Magnitude, magnitude, three_way

_EPOCH = re.compile(r"([0-9]+):(.*)", re.DOTALL)
_PAIR = re.compile(r"([^0-9]*)([0-9]*)")

_Pair = tuple[tuple[int, ...], Magnitude]

# The end of a text orders before anything but a tilde, and exactly like the digit 0.
_END: _Pair = ((0,), ZERO)


class Deb:
    """`[epoch:]upstream[-revision]`, as Debian Policy 5.6.12 orders it.

    Source: https://www.debian.org/doc/debian-policy/ch-controlfields.html#version

    No epoch is epoch 0, and no revision equals revision 0. What precedes a colon and is no number belongs to
    the upstream version. Characters beyond ASCII order by code point, after all letters.
    """

    name = "deb"

    def compare(self, left: str, right: str, /) -> int:
        """Compare two Debian versions; negative, 0 or positive, and never raises."""
        return three_way(_key(left), _key(right))


def _key(text: str) -> tuple[Magnitude, tuple[_Pair, ...], tuple[_Pair, ...]]:
    epoch, rest = "", text.strip()
    if match := _EPOCH.fullmatch(rest):
        epoch, rest = match.groups()
    upstream, dash, revision = rest.rpartition("-")
    if not dash:
        upstream, revision = rest, ""
    return (magnitude(epoch), _pairs(upstream), _pairs(revision))


def _pairs(part: str) -> tuple[_Pair, ...]:
    """The alternation of non-digits and digits that the policy compares from left to right."""
    pairs = [
        # The weight of "no more non-digits" closes each run, so that `~` orders before it and `a` after it.
        ((*map(_weight, letters), 0), magnitude(digits))
        for letters, digits in _PAIR.findall(part)
        if letters or digits
    ]
    return (*(pairs or [_END]), _END)


def _weight(character: str) -> int:
    if character == "~":
        return -1
    if character.isascii() and character.isalpha():
        return ord(character)
    return ord(character) + 256
