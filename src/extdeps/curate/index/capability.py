"""What an RPM package requires, as names of which one of each group has to be there.

Format: https://rpm-software-management.github.io/rpm/manual/boolean_dependencies.html
"""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    Groups = tuple[tuple[str, ...], ...]

_MAX_DEPTH = 16
_OF_RPM = "rpmlib("
_VERSION = re.compile(r"\s*(?:<=|>=|<|>|=)\s*")
_CLOSING = re.compile(r"\s*\)")
_OPERATOR = re.compile(r"\s*(and|or|if|else|unless|with|without)\s")


def parse_requirement(text: str) -> Groups:
    """The groups of alternatives of a requirement, without versions.

    Of a rich dependency these are the names of an `or` as one group and those of
    an `and` as several. Of `if`, `with` and `without` the first counts, and of
    `unless` nothing does. What cannot be understood has no names.

    Args:
        text: a capability (`libz.so.1()(64bit)`), a path, or a rich dependency (`(a or b)`).
    """
    if text.startswith("("):
        return _parse_rich(text, 0, 1)[0]
    return ((text,),) if text and not text.startswith(_OF_RPM) else ()


def _parse_rich(text: str, start: int, depth: int) -> tuple[Groups, int]:
    """The groups of a parenthesis, and the position behind it."""
    operands: list[Groups] = []
    operators: set[str] = set()
    position = start + 1
    while position < len(text) and depth <= _MAX_DEPTH:
        groups, position = _parse_operand(text, position, depth)
        operands.append(groups)
        match = _OPERATOR.match(text, position)
        if not match:
            closing = _CLOSING.match(text, position)
            return (_combine(operators, operands), closing.end()) if closing else ((), len(text))
        operators.add(match[1])
        position = match.end()
    return (), len(text)


def _parse_operand(text: str, position: int, depth: int) -> tuple[Groups, int]:
    while text[position : position + 1].isspace():
        position += 1
    if text.startswith("(", position):
        return _parse_rich(text, position, depth + 1)
    end = _find_end(text, position)
    groups = parse_requirement(text[position:end])
    version = _VERSION.match(text, end)
    return groups, _find_end(text, version.end()) if version else end


def _find_end(text: str, position: int) -> int:
    """Where a word ends: at a space, or at the parenthesis that closes what it stands in."""
    depth = 0
    for index in range(position, len(text)):
        depth += {"(": 1, ")": -1}.get(text[index], 0)
        if depth < 0 or text[index].isspace():
            return index
    return len(text)


def _combine(operators: set[str], operands: list[Groups]) -> Groups:
    if "unless" in operators:
        return ()
    if operators == {"and"}:
        return tuple(group for groups in operands for group in groups)
    if operators == {"or"}:
        names = dict.fromkeys(name for groups in operands for name in (groups[0] if groups else ()))
        return (tuple(names),) if names else ()
    return operands[0]
