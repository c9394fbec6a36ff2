"""One bound on a version, and the parsing of several."""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.errors import RequirementError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Literal

    Operator = Literal[">=", ">", "<=", "<", "=="]
else:
    Operator = str

_BOUND = re.compile(r"(?P<operator>[<>=!~]*)\s*(?P<version>.*)", re.DOTALL)
_VERSION = re.compile(r"[0-9A-Za-z](?:[0-9A-Za-z.!+_~-]*[0-9A-Za-z])?(?:\.\*)?")
_OPERATORS: dict[str, Operator] = {">=": ">=", ">": ">", "<=": "<=", "<": "<", "==": "=="}


@dataclass(frozen=True, slots=True, kw_only=True)
class Constraint:
    """An operator and the version that it is applied to (PEP 725, "DepURL")."""

    operator: Operator
    version: str

    def __str__(self) -> str:
        return f"{self.operator}{self.version}"


def format_constraints(constraints: tuple[Constraint, ...]) -> str:
    """The text of several constraints, as it is written in a requirement: `>=3.4,<4`."""
    return ",".join(str(constraint) for constraint in constraints)


def parse_constraints(text: str) -> tuple[Constraint, ...]:
    """Parse `>=3.4,<4`, or a bare version, which means exactly that version.

    Args:
        text: one or more bounds separated by commas; only `>= > <= < ==` are allowed.

    Raises:
        RequirementError: for an operator that PEP 725 does not allow, or a bound without a version.
    """
    parts = text.split(",")
    literal = len(parts) == 1
    return tuple(_parse_bound(part.strip(), whole=text, literal=literal) for part in parts)


def _parse_bound(text: str, *, whole: str, literal: bool) -> Constraint:
    match = _BOUND.fullmatch(text)
    operator = match["operator"] if match else ""
    version = match["version"].strip() if match else ""
    if not operator and literal and _VERSION.fullmatch(version):
        return Constraint(operator="==", version=version)
    if operator not in _OPERATORS:
        found = f"`{operator}`" if operator else f"no operator in `{text}`"
        raise RequirementError(f"{found}: a version range takes only `>=`, `>`, `<=`, `<` and `==`, in `{whole}`")
    if not _VERSION.fullmatch(version):
        raise RequirementError(f"`{version}` is not a version, in `{whole}`")
    if version.endswith(".*") and operator != "==":
        raise RequirementError(f"`{text}`: only `==` takes a version that ends in `.*`")
    return Constraint(operator=_OPERATORS[operator], version=version)
