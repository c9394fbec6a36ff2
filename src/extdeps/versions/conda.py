"""The order of conda package versions."""

from __future__ import annotations

import re
from itertools import zip_longest

from extdeps.versions.digits import ZERO, Magnitude, magnitude, three_way

_VERSION = re.compile(r"(?:(?P<epoch>[0-9]+)!)?(?P<release>[0-9a-z._*]+)(?:\+(?P<local>[0-9a-z._*]+))?")
_ATOM = re.compile(r"[0-9]+|\*+|[^0-9*]+")

# What may stand at one place of a component, from the oldest to the newest.
_WILDCARD, _DEV, _WORD, _NUMBER, _POST = range(5)

_Atom = tuple[int, Magnitude]
_Component = tuple[_Atom, ...]

_FILL: _Atom = (_NUMBER, ZERO)


class Conda:
    """`[epoch!]release[+local]`, as conda's `VersionOrder` has it.

    Source: https://docs.conda.io/projects/conda/en/stable/user-guide/concepts/pkg-specs.html#version-ordering

    Components are parted by `.` and `_` (and `-`, where there is no `_`); numbers and words alternate within
    them. Words order before numbers, `dev` before all words, `post` after all numbers; missing places count
    as 0. Case does not matter. Text that is no conda version orders before all that are, by its characters.
    """

    name = "conda"

    def compare(self, left: str, right: str, /) -> int:
        """Compare two conda versions; negative, 0 or positive, and never raises."""
        left_parts, right_parts = _parse(left), _parse(right)
        if left_parts is None or right_parts is None:
            return three_way(_unparsable_key(left, left_parts), _unparsable_key(right, right_parts))
        for left_part, right_part in zip(left_parts, right_parts, strict=True):
            if result := _compare_part(left_part, right_part):
                return result
        return 0


def _unparsable_key(text: str, parts: object) -> tuple[int, str]:
    return (0, text) if parts is None else (1, "")


def _compare_part(left: tuple[_Component, ...], right: tuple[_Component, ...]) -> int:
    for left_component, right_component in zip_longest(left, right, fillvalue=(_FILL,)):
        for left_atom, right_atom in zip_longest(left_component, right_component, fillvalue=_FILL):
            if left_atom != right_atom:
                return three_way(left_atom, right_atom)
    return 0


def _parse(text: str) -> tuple[tuple[_Component, ...], ...] | None:
    """Epoch, release and local part, or None where the text is no conda version."""
    lowered = text.strip().lower()
    if "_" not in lowered:
        lowered = lowered.replace("-", "_")
    match = _VERSION.fullmatch(lowered)
    if match is None:
        return None
    release = _components(match["release"], keep_last_underscore=True)
    local = _components(match["local"], keep_last_underscore=False) if match["local"] else ()
    if release is None or local is None:
        return None
    epoch = (((_NUMBER, magnitude(match["epoch"] or "")),),)
    return (epoch, release, local)


def _components(part: str, *, keep_last_underscore: bool) -> tuple[_Component, ...] | None:
    # A final underscore is openssl's convention of old: `1.0.1_` is what precedes `1.0.1a`.
    last = "_" if keep_last_underscore and part.endswith("_") else ""
    texts = part.removesuffix(last).replace("_", ".").split(".")
    texts[-1] += last
    if not all(texts):
        return None
    return tuple(_component(text) for text in texts)


def _component(text: str) -> _Component:
    atoms = tuple(_weigh(atom) for atom in _ATOM.findall(text))
    # Numbers and words stand at the same places in all components: `rc1` is `0rc1`.
    return atoms if atoms[0][0] == _NUMBER else (_FILL, *atoms)


def _weigh(atom: str) -> _Atom:
    if atom[0] in "0123456789":
        return (_NUMBER, magnitude(atom))
    if atom == "post":
        return (_POST, ZERO)
    if atom == "dev":
        return (_DEV, ZERO)
    return (_WILDCARD if atom[0] == "*" else _WORD, (0, atom))
