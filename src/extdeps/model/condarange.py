"""A range of versions as conda's tools read it."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.model.constraint import Constraint

_VERSION = re.compile(r"(?:[0-9]+!)?[0-9A-Za-z][0-9A-Za-z._+]*")


def format_conda_range(constraints: Iterable[Constraint]) -> str:
    """The range of a match spec: `>=9.2,<10`, and `=3.6` for `==3.6.*`, which says the same to every tool of conda.

    Only the form with one equals sign means a prefix everywhere: among several bounds conda itself takes `==3.6.*` for
    exactly 3.6, and rattler refuses it (https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html).

    Args:
        constraints: the bounds, all of which hold.

    Returns:
        The text, empty where there is no bound, or one with a version that conda has no way to write (`1.0~rc1`).
    """
    bounds = tuple(dict.fromkeys(constraints))
    if not all(_VERSION.fullmatch(bound.version.removesuffix(".*")) for bound in bounds):
        return ""
    return ",".join(map(_format_bound, bounds))


def _format_bound(bound: Constraint) -> str:
    return f"={bound.version[:-2]}" if bound.version.endswith(".*") else str(bound)
