"""The order of Alpine Linux package versions."""

from __future__ import annotations

import re

from extdeps.versions.digits import ZERO, Magnitude, magnitude, three_way

_VERSION = re.compile(
    r"""(?P<first>[0-9]+)
        (?P<numbers>(?:\.[0-9]+)*)
        (?P<letter>[a-z]?)
        (?P<suffixes>(?:_(?:alpha|beta|pre|rc|cvs|svn|git|hg|p)[0-9]*)*)
        (?P<commit>(?:~[0-9a-f]+)?)
        (?P<revision>(?:-r[0-9]+)?)
        (?P<rest>.*)""",
    re.VERBOSE | re.DOTALL,
)
_SUFFIX = re.compile(r"_([a-z]+)([0-9]*)")

_PRE_RELEASES = ("alpha", "beta", "pre", "rc")
_POST_RELEASES = ("cvs", "svn", "git", "hg", "p")

# What may stand at one place of a version, from the oldest to the newest.
_PRE_RELEASE, _REST, _END, _REVISION, _COMMIT, _SUFFIX_NUMBER, _POST_RELEASE, _LETTER, _ZERO_LED, _NUMBER = range(10)

_Part = tuple[int, Magnitude]


class Apk:
    """`number{.number}{letter}{_suffix{number}}{~commit}{-rN}`, as apk-tools orders it.

    Source: the section "Package versions" of
    https://wiki.alpinelinux.org/wiki/Package_policies and apk-package(5),
    https://man.archlinux.org/man/extra/apk-tools/apk-package.5.en.

    The suffixes order `_alpha _beta _pre _rc` < none < `_cvs _svn _git _hg _p`. A number after a dot that
    begins with 0 compares as text, so `1.05` is older than `1.1` and than `1.5`. What follows a valid
    beginning orders before its end; text that does not begin with a digit orders before all versions.
    """

    name = "apk"

    def compare(self, left: str, right: str, /) -> int:
        """Compare two Alpine versions; negative, 0 or positive, and never raises."""
        return three_way(_key(left), _key(right))


def _key(text: str) -> tuple[_Part, ...]:
    match = _VERSION.fullmatch(text.strip())
    if match is None:
        return ((_REST, (0, text.strip())), (_END, ZERO))
    parts: list[_Part] = [(_NUMBER, magnitude(match["first"]))]
    parts += [_number(digits) for digits in match["numbers"].split(".")[1:]]
    if match["letter"]:
        parts.append((_LETTER, (0, match["letter"])))
    for name, digits in _SUFFIX.findall(match["suffixes"]):
        parts.append(_suffix(name))
        if digits:
            parts.append((_SUFFIX_NUMBER, magnitude(digits)))
    if match["commit"]:
        parts.append((_COMMIT, (0, match["commit"])))
    if match["revision"]:
        parts.append((_REVISION, magnitude(match["revision"][2:])))
    if match["rest"]:
        parts.append((_REST, (0, match["rest"])))
    return (*parts, (_END, ZERO))


def _number(digits: str) -> _Part:
    if digits.startswith("0"):
        return (_ZERO_LED, (0, digits))
    return (_NUMBER, magnitude(digits))


def _suffix(name: str) -> _Part:
    if name in _PRE_RELEASES:
        return (_PRE_RELEASE, (_PRE_RELEASES.index(name), ""))
    return (_POST_RELEASE, (_POST_RELEASES.index(name), ""))
