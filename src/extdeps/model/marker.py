"""Markers over capabilities: PEP 508's own, and beside them what the machine computes with.

    cuda.driver >= "12" and platform_system == "Linux"
    cpu.level >= "x86-64-v3" and not gpu.vendor == "amd"
    "avx512f" in cpu.flags

The grammar and its meaning are in `pep_draft`, "Markers over capabilities". An answer is true, false or not known
(Kleene's strong three-valued logic).
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from extdeps.errors import RequirementError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    Answer = bool | None
    Decide = Callable[["Comparison"], Answer]

_TOKEN = re.compile(
    r"""\s*(?:(?P<string>"[^"]*"|'[^']*')|(?P<operator>===|~=|==|!=|<=|>=|<|>)|(?P<bracket>[()])"""
    r"""|(?P<word>[A-Za-z_][A-Za-z0-9_]*(?:[.-][A-Za-z0-9_]+)*))"""
)
_OF_PEP_508 = frozenset(
    ("python_version", "python_full_version", "os_name", "sys_platform", "platform_release", "platform_system",
     "platform_version", "platform_machine", "platform_python_implementation", "implementation_name",
     "implementation_version", "extra", "extras", "dependency_groups", "os.name", "sys.platform", "platform.version",
     "platform.machine", "platform.python_implementation", "python_implementation")
)  # fmt: skip
_OPERATORS = ("==", "!=", "<=", ">=", "<", ">", "in", "not in")


@dataclass(frozen=True, slots=True)
class Value:
    """A text or the name of a variable."""

    text: str
    is_name: bool

    @property
    def is_capability(self) -> bool:
        """Whether it is a variable that PEP 508 does not know; the name of a capability has a dot."""
        return self.is_name and "." in self.text and self.text not in _OF_PEP_508

    def __str__(self) -> str:
        return self.text if self.is_name else f'"{self.text}"' if '"' not in self.text else f"'{self.text}'"


@dataclass(frozen=True, slots=True)
class Comparison:
    """Two values and the operator between them."""

    left: Value
    operator: str
    right: Value

    @property
    def is_of_capability(self) -> bool:
        """Whether it is about a capability."""
        return self.left.is_capability or self.right.is_capability

    @property
    def capability(self) -> str:
        """The name of the capability that it is about, or empty."""
        return next((value.text for value in (self.left, self.right) if value.is_capability), "")

    def __str__(self) -> str:
        return f"{self.left} {self.operator} {self.right}"


@dataclass(frozen=True, slots=True)
class Not:
    """What is true where its part is false."""

    part: Expression

    def __str__(self) -> str:
        inner = f"({self.part})" if isinstance(self.part, Joined) else str(self.part)
        return f"not {inner}"


@dataclass(frozen=True, slots=True)
class Joined:
    """Parts joined by `and`, or by `or`."""

    word: str
    parts: tuple[Expression, ...]

    def __str__(self) -> str:
        return f" {self.word} ".join(f"({part})" if isinstance(part, Joined) else str(part) for part in self.parts)


Expression = Comparison | Not | Joined


def parse_marker(text: str) -> Expression:
    """Parse a marker, with or without capabilities in it.

    Raises:
        RequirementError: it does not follow the grammar; the position is said.
    """
    return _Parser(text).parse()


def evaluate(marker: Expression, decide: Decide) -> Answer:
    """The answer of a marker.

    Args:
        marker: as it was parsed.
        decide: answers one comparison.
    """
    if isinstance(marker, Comparison):
        return decide(marker)
    if isinstance(marker, Not):
        inner = evaluate(marker.part, decide)
        return None if inner is None else not inner
    answers = [evaluate(part, decide) for part in marker.parts]
    settling = marker.word == "or"
    if settling in answers:
        return settling
    return None if None in answers else not settling


def list_comparisons(marker: Expression) -> Iterator[Comparison]:
    """Every comparison in a marker, from left to right."""
    if isinstance(marker, Comparison):
        yield marker
    elif isinstance(marker, Not):
        yield from list_comparisons(marker.part)
    else:
        for part in marker.parts:
            yield from list_comparisons(part)


def lower(marker: Expression) -> str:
    """The strictest PEP 508 marker that is true wherever a marker is, whatever the capabilities; empty for everywhere.

    Args:
        marker: as it was parsed.
    """
    lowered = _weaken(marker, is_negated=False)
    return "" if isinstance(lowered, bool) else str(lowered)


def _weaken(marker: Expression, *, is_negated: bool) -> Expression | bool:
    """Without negations and capabilities; a bool where nothing is left to be decided."""
    if isinstance(marker, Not):
        return _weaken(marker.part, is_negated=not is_negated)
    if isinstance(marker, Comparison):
        if marker.is_of_capability:
            return True
        if not is_negated:
            return marker
        inverse = _INVERSE.get(marker.operator)  # `~=` has none
        return Comparison(marker.left, inverse, marker.right) if inverse else True
    word = {"and": "or", "or": "and"}[marker.word] if is_negated else marker.word
    parts = [_weaken(part, is_negated=is_negated) for part in marker.parts]
    left = tuple(part for part in parts if not isinstance(part, bool))
    if not left or (word == "or" and True in parts):
        return True
    return left[0] if len(left) == 1 else Joined(word, left)


_INVERSE = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in"}


def compare_capability(
    comparison: Comparison, capabilities: Mapping[str, frozenset[str] | None], satisfies: Callable[[str, str], Answer]
) -> Answer:
    """The answer of a comparison that is about a capability.

    A capability has several values where the machine has several of the thing. One of them is enough, save for `!=`
    and `not in`, which are the negations of `==` and `in`. One without values is not there: nothing is true of it.

    Args:
        comparison: `name operator text`, or `text in name`.
        capabilities: by name, the values; None, or no entry, where it is not known.
        satisfies: whether a value is within a bound such as `>=12`.
    """
    left, operator, right = comparison.left, comparison.operator, comparison.right
    if operator in ("in", "not in"):
        known = capabilities.get(right.text if right.is_capability else left.text)
        if known is None:
            return None
        found = left.text in known if right.is_capability else any(value in right.text.split() for value in known)
        return found if operator == "in" else not found
    name, text, operator = (
        (left.text, right.text, operator) if left.is_capability else (right.text, left.text, _MIRROR[operator])
    )
    known = capabilities.get(name)
    if known is None:
        return None
    if operator == "!=":
        return not _any(_equals(value, text, satisfies) for value in known)
    if operator == "==":
        return _any(_equals(value, text, satisfies) for value in known)
    return _any(satisfies(value, f"{operator}{text}") for value in known)


_MIRROR = {"==": "==", "!=": "!=", "<": ">", ">": "<", "<=": ">=", ">=": "<="}


def _equals(value: str, text: str, satisfies: Callable[[str, str], Answer]) -> Answer:
    return True if value == text else bool(satisfies(value, f"=={text}"))


def _any(answers: Iterator[Answer]) -> Answer:
    found = list(answers)
    return True if True in found else None if None in found else False


class _Parser:
    """Recursive descent over the tokens of one marker."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._tokens = list(self._split())
        self._at = 0

    def parse(self) -> Expression:
        marker = self._parse_joined("or")
        if self._at < len(self._tokens):
            raise self._fault("nothing more can follow")
        return marker

    def _split(self) -> Iterator[tuple[str, str, int]]:
        position = 0
        while self._text[position:].strip():
            match = _TOKEN.match(self._text, position)
            if match is None:
                start = position + len(self._text[position:]) - len(self._text[position:].lstrip())
                raise RequirementError(
                    f"`{self._text}` is not a marker", context=(self._point(start), "this cannot begin anything")
                )
            kind = match.lastgroup or ""
            yield kind, match[kind], match.start(kind)
            position = match.end()

    def _parse_joined(self, word: str) -> Expression:
        parts = [self._parse_part(word)]
        while self._take("word", word):
            parts.append(self._parse_part(word))
        return parts[0] if len(parts) == 1 else Joined(word, tuple(parts))

    def _parse_part(self, word: str) -> Expression:
        return self._parse_joined("and") if word == "or" else self._parse_not()

    def _parse_not(self) -> Expression:
        if self._take("word", "not"):
            return Not(self._parse_not())
        if self._take("bracket", "("):
            inner = self._parse_joined("or")
            if not self._take("bracket", ")"):
                raise self._fault("a `)` is missing")
            return inner
        return self._parse_comparison()

    def _parse_comparison(self) -> Comparison:
        left = self._parse_value()
        start = self._at
        operator = self._parse_operator()
        right = self._parse_value()
        comparison = Comparison(left, operator, right)
        if not (left.is_name or right.is_name):
            self._at = start
            raise self._fault("one side has to be a variable")
        if comparison.is_of_capability and operator not in _OPERATORS:
            self._at = start
            raise self._fault(f"a capability is compared with one of {', '.join(_OPERATORS)}")
        if left.is_capability and right.is_name:
            self._at = start
            raise self._fault("a capability is compared with a text")
        return comparison

    def _parse_operator(self) -> str:
        kind, text, _ = self._peek()
        if kind == "operator":
            self._at += 1
            return text
        if self._take("word", "in"):
            return "in"
        if self._take("word", "not"):
            if self._take("word", "in"):
                return "not in"
            raise self._fault("`in` has to follow `not` here")
        raise self._fault("a comparison is missing")

    def _parse_value(self) -> Value:
        kind, text, _ = self._peek()
        if kind == "string":
            self._at += 1
            return Value(text[1:-1], is_name=False)
        if kind == "word" and text not in ("and", "or", "not", "in"):
            value = Value(text, is_name=True)
            if not value.is_capability and text not in _OF_PEP_508:
                raise self._fault(f"`{text}` is no variable of PEP 508, and no capability, which would have a dot")
            self._at += 1
            return value
        raise self._fault("a variable or a text in quotes is missing")

    def _peek(self) -> tuple[str, str, int]:
        return self._tokens[self._at] if self._at < len(self._tokens) else ("", "", len(self._text))

    def _take(self, kind: str, text: str) -> bool:
        is_next = self._peek()[:2] == (kind, text)
        self._at += is_next
        return is_next

    def _fault(self, reason: str) -> RequirementError:
        return RequirementError(f"`{self._text}` is not a marker", context=(self._point(self._peek()[2]), reason))

    def _point(self, position: int) -> str:
        return f"{self._text[:position]}-> {self._text[position:]}".rstrip()
