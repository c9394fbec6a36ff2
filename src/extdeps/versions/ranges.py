"""Whether a version lies in a range, with "cannot be decided" as an answer."""

from __future__ import annotations

from extdeps.versions.digits import ZERO
from extdeps.versions.loose import CANDIDATE, POST, key, parse

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.model.constraint import Constraint
    from extdeps.versions.loose import Key


def satisfies(version: str, constraints: tuple[Constraint, ...]) -> bool | None:
    """Whether a version satisfies all bounds of a range.

    Versions order as `extdeps.versions.loose` has it. `==` takes trailing zeros as nothing and `==3.6.*` as a
    prefix. As in the version specifiers specification ("Exclusive ordered comparison",
    https://packaging.python.org/en/latest/specifications/version-specifiers/), `<2` excludes the
    pre-releases of 2, and `>1.0` excludes `1.0.post1`; patch letters and patch levels (`1.1.1w`, `9.2p1`)
    are newer releases. A pre-release satisfies a bound whenever its order does.

    Args:
        version: an upstream version, such as `upstream_version` returns.
        constraints: the bounds; none at all are satisfied by any text.

    Returns:
        False if one bound certainly fails; otherwise None if one cannot be decided, because it or the version
        cannot be parsed; otherwise True.
    """
    answers = [_satisfies_one(version, constraint) for constraint in constraints]
    if False in answers:
        return False
    return None if None in answers else True


def _satisfies_one(version: str, constraint: Constraint) -> bool | None:
    if constraint.operator == "==" and constraint.version.endswith(".*"):
        return _has_prefix(version, constraint.version[:-2])
    left, right = key(version), key(constraint.version)
    if left is None or right is None:
        return None
    match constraint.operator:
        case "==":
            return left == right
        case ">=":
            return left >= right
        case "<=":
            return left <= right
        case "<":
            return left < right and not _is_own_pre_release(left, right)
        case ">":
            return left > right and not _is_own_post_release(left, right)


def _has_prefix(version: str, prefix: str) -> bool | None:
    left, right = parse(version), parse(prefix)
    if left is None or right is None:
        return None
    (release, tail), (wanted, wanted_tail) = left, right
    count = len(wanted)
    padded = release + (ZERO,) * (count - len(release))
    if padded[:count] != wanted:
        return False
    if not wanted_tail:
        return True
    return not any(number != ZERO for number in padded[count:]) and tail[: len(wanted_tail)] == wanted_tail


def _is_own_pre_release(version: Key, bound: Key) -> bool:
    """`2.0rc1` of `2`; a bound that is a pre-release has none of its own."""
    if any(kind <= CANDIDATE for kind, _ in bound[1]):
        return False
    following = _following_kind(version, bound)
    return following is not None and following <= CANDIDATE


def _is_own_post_release(version: Key, bound: Key) -> bool:
    """`1.0.post1` of `1.0`; a bound that is a post-release has none of its own."""
    if any(kind == POST for kind, _ in bound[1]):
        return False
    return _following_kind(version, bound) == POST


def _following_kind(version: Key, bound: Key) -> int | None:
    """The kind of what `version` has after all that `bound` has; None where it is not a form of the bound."""
    (release, tail), (bound_release, bound_tail) = version, bound
    count = len(bound_tail) - 1  # the END
    if release != bound_release or len(tail) <= count or tail[:count] != bound_tail[:count]:
        return None
    return tail[count][0]
