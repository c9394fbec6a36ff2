"""Versions as upstream projects write them: `3.40.1`, `1.1.1w`, `9e`, `2023c`, `6.9.11-60`, `1.0-beta2`."""

from __future__ import annotations

import re

from extdeps.versions.digits import ZERO, Magnitude, magnitude, three_way

_PREFIX = re.compile(r"v(?=[0-9])")
_NUMBER = re.compile(r"[0-9]+")
_NEXT_NUMBER = re.compile(r"[._~-]([0-9]+)")
# A letter is a patch level only where nothing is attached to it; OpenSSL goes on with `za` after `z`.
_LETTER = re.compile(r"(z?[a-z])(?=$|[._~+\s-])")
_WORD = re.compile(r"[._~-]*([a-z]+)")
_WORD_NUMBER = re.compile(r"[._-]?([0-9]+)")
# Build metadata (`+cuda12`), and words that say nothing of the age (`-lts`, ` (stable)`); `1.x` has no age.
_ANNOTATION = re.compile(r"\+|\s|[._~-]+(?!x(?![a-z]))[a-z(]")

DEV, ALPHA, BETA, CANDIDATE, END, LETTER, PATCH, POST, NUMBER = range(-4, 5)
"""What may follow the numbers of a version, from the oldest to the newest; END is nothing more."""

_WORDS = {
    **dict.fromkeys(("dev", "snapshot", "nightly"), DEV),
    **dict.fromkeys(("a", "alpha"), ALPHA),
    **dict.fromkeys(("b", "beta"), BETA),
    **dict.fromkeys(("c", "rc", "cr", "pre", "preview"), CANDIDATE),
    **dict.fromkeys(("p", "pl", "patch", "r", "rev", "u"), PATCH),
    "post": POST,
}

Token = tuple[int, Magnitude]
Key = tuple[tuple[Magnitude, ...], tuple[Token, ...]]


def parse(text: str) -> tuple[tuple[Magnitude, ...], tuple[Token, ...]] | None:
    """Take an upstream version apart.

    There is no specification of these; the notations are those of OpenSSL (`1.1.1w`), libjpeg (`9e`), tzdata
    (`2023c`), OpenSSH (`9.2p1`), ImageMagick (`6.9.11-60`), Boost (`1_82_0`), Semantic Versioning 2.0.0 and
    PEP 440. A hyphen before a number parts numbers like a dot.

    Args:
        text: a version, perhaps after a `v`.

    Returns:
        Its leading numbers as written, and what follows them. None where the text is no version: it has no
        leading number, or something that is neither a known word nor a patch letter is attached to one (so
        most commit hashes).
    """
    rest = text.strip().lower()
    rest = rest[1:] if _PREFIX.match(rest) else rest
    match = _NUMBER.match(rest)
    release = []
    position = 0
    while match:
        release.append(magnitude(match[match.lastindex or 0]))
        position = match.end()
        match = _NEXT_NUMBER.match(rest, position)
    if not release:
        return None
    tail = _tail(rest, position)
    return None if tail is None else (tuple(release), tail)


def key(text: str) -> Key | None:
    """A value that orders as the version does, or None where the text is no version (see `parse`).

    Zeros at the end of the numbers do not count: `3.4` and `3.4.0` have the same key.
    """
    parts = parse(text)
    if parts is None:
        return None
    release, tail = list(parts[0]), parts[1]
    while release and release[-1] == ZERO:
        release.pop()
    return (tuple(release), (*tail, (END, ZERO)))


class Loose:
    """Upstream versions in no particular scheme (see `parse`).

    `dev` < `alpha` < `beta` < `rc`, `pre` < the release < a patch letter < `p1` < `.post1` < one more number
    after those. Text that is no version orders before all that are, by its characters.
    """

    name = "loose"

    def compare(self, left: str, right: str, /) -> int:
        """Compare two upstream versions; negative, 0 or positive, and never raises."""
        left_key, right_key = key(left), key(right)
        if left_key is not None and right_key is not None:
            return three_way(left_key, right_key)
        if left_key is None and right_key is None:
            return three_way(left, right)
        return -1 if left_key is None else 1


def _tail(rest: str, position: int) -> tuple[Token, ...] | None:
    tokens: list[Token] = []
    if letter := _LETTER.match(rest, position):
        tokens.append((LETTER, (len(letter[1]), letter[1])))
        position = letter.end()
    while position < len(rest):
        step = _next_token(rest, position)
        if step is None:
            if not _ANNOTATION.match(rest, position):
                return None
            break
        token, end = step
        if tokens and token[0] in (ALPHA, BETA, CANDIDATE) and rest[position].isalpha():
            return None  # `1a2b3c4` is a commit, not a candidate of a beta of an alpha
        tokens.append(token)
        position = end
    while tokens and tokens[-1] == (NUMBER, ZERO):
        tokens.pop()
    return tuple(tokens)


def _next_token(rest: str, position: int) -> tuple[Token, int] | None:
    """The token at a position and where it ends; None where no known word or number stands there."""
    if number := _NEXT_NUMBER.match(rest, position):
        return (NUMBER, magnitude(number[1])), number.end()
    word = _WORD.match(rest, position)
    if word is None or word[1] not in _WORDS:
        return None
    count = _WORD_NUMBER.match(rest, word.end())
    end = count.end() if count else word.end()
    return (_WORDS[word[1]], magnitude(count[1] if count else "")), end
