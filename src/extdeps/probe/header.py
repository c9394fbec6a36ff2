"""C and C++ headers, and the versions that they define."""

from __future__ import annotations

import re

from extdeps.host import read_text
from extdeps.model.evidence import Evidence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable

    from extdeps.host import Host

_NUMBER = re.compile(r"\(?\s*(?:0[xX](?P<hex>[0-9A-Fa-f]{1,16})|(?P<decimal>[0-9]{1,18}))[uUlL]*\s*\)?")


class Headers:
    """The headers of one host.

    Args:
        host: the machine.
        include: the include directories that follow from its files.
        ask_compiler: names further directories; called at most once, and only when a header is not found.
    """

    def __init__(self, host: Host, include: tuple[str, ...], ask_compiler: Callable[[], Iterable[str]]) -> None:
        self._host = host
        self._include = include
        self._ask_compiler = ask_compiler
        self._further: tuple[str, ...] | None = None

    def find(self, names: Collection[str], roots: tuple[str, ...] = ()) -> dict[str, Evidence]:
        """The headers that are there.

        Args:
            names: paths below an include directory.
            roots: further installation roots, searched after the usual directories.
        """
        found = {}
        missing = []
        below_roots = tuple(f"{root}/include" for root in roots)
        for name in names:
            path = self._locate(name, (*self._include, *below_roots))
            if path:
                found[name] = _evidence(name, path, "the compiler's default directories")
            else:
                missing.append(name)
        if missing and self._further is None:
            self._further = tuple(path for path in self._ask_compiler() if path not in self._include)
        for name in missing:
            path = self._locate(name, self._further or ())
            if path:
                found[name] = _evidence(name, path, "the compiler's own search path")
        return found

    def _locate(self, name: str, directories: Iterable[str]) -> str:
        for directory in directories:
            path = f"{directory}/{name}"
            if self._host.exists(path):
                return path
        return ""

    def read_version(self, path: str, macros: tuple[str, ...], divisors: tuple[int, ...] = ()) -> str:
        """The version that a header defines.

        Args:
            path: the header.
            macros: one macro that holds it, or its numbers.
            divisors: what one encoded number is divided by, part after part.

        Returns:
            The version, or empty where a macro is not a plain constant.
        """
        text = read_text(self._host, path) or ""
        values = [_read_macro(text, macro) for macro in macros]
        if not values or not all(values):
            return ""
        if divisors:
            return _decode(values[0], divisors)
        return ".".join(values)


def _evidence(name: str, path: str, origin: str) -> Evidence:
    return Evidence(kind="header", name=name, location=path, origin=origin)


def _read_macro(text: str, macro: str) -> str:
    """The value of `#define MACRO value` or of `#define MACRO "value"`."""
    found = re.search(rf"^[ \t]*#[ \t]*define[ \t]+{re.escape(macro)}[ \t]+(.+)$", text, re.MULTILINE)
    if not found:
        return ""
    value = found[1].split("/*")[0].split("//")[0].strip()
    quoted = re.fullmatch(r'\(?\s*"([^"]*)"\s*\)?', value)
    if quoted:
        version = re.search(r"\d+(?:\.\d+)*\w*", quoted[1])
        return version[0] if version else ""
    number = _NUMBER.fullmatch(value)
    if not number:
        return value if re.fullmatch(r"\d+(?:\.\d+)+", value) else ""
    return str(int(number["hex"], 16)) if number["hex"] else number["decimal"]


def _decode(value: str, divisors: tuple[int, ...]) -> str:
    if not value.isdigit():
        return ""
    rest = int(value)
    parts = []
    for divisor in divisors:
        part, rest = divmod(rest, divisor)
        parts.append(str(part))
    return ".".join(parts)
