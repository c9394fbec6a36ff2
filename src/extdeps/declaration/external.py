"""The `[external]` table of pyproject.toml, and of an overlay (PEP 725).

All faults of a table are collected and raised together, each with its key and
index, so that an author mends it in one go.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from extdeps.errors import DeclarationError, RequirementError
from extdeps.model.declaration import (
    GROUPS_KEY,
    OPTIONAL_KEYS,
    REQUIRED_KEYS,
    Declaration,
    DeclaredRequirement,
)
from extdeps.model.requirement import parse_requirement

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.model.requirement import Phase

_NAME = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?")
_SEPARATORS = re.compile(r"[-_.]+")


def normalize_name(name: str) -> str:
    """The normalised name of an extra or a dependency group (PEP 503, PEP 685, PEP 735)."""
    return _SEPARATORS.sub("-", name).lower()


def parse_external(
    table: object, *, subject: str, origin: str, phases: tuple[Phase, ...] = ("build", "host", "run")
) -> Declaration:
    """Read an `[external]` table.

    Args:
        table: the decoded TOML value of the key `external`.
        subject: what the user called the project.
        origin: the file that the table was read from, for errors.
        phases: the phases that the subject needs.

    Raises:
        DeclarationError: with one line for every fault in the table.
    """
    reader = _Reader(origin)
    requirements = tuple(reader.read(table))
    if reader.faults:
        count = len(reader.faults)
        raise DeclarationError(
            f"the `[external]` table of `{origin}` has {count} fault{'s' if count > 1 else ''}",
            context=tuple(reader.faults),
            hint="the table is specified in PEP 725: https://peps.python.org/pep-0725/",
        )
    return Declaration(
        subject=subject,
        origin=origin,
        requirements=requirements,
        phases=phases,
        extras=tuple(dict.fromkeys(name for _, name in reader.extras)),
        provided_extras=tuple(name for key, name in reader.extras if key == "optional-dependencies"),
        groups=tuple(reader.groups),
        notes=tuple(f"{origin}: {item.key}: {item.requirement.note}" for item in requirements if item.requirement.note),
    )


class _Reader:
    """Walks one table and remembers what is wrong with it."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        self.faults: list[str] = []
        self.extras: list[tuple[str, str]] = []
        self.groups: list[str] = []

    def read(self, table: object) -> Iterator[DeclaredRequirement]:
        if not isinstance(table, Mapping):
            self._fault("external", f"is {_kind(table)}, not a table")
            return
        for name, value in table.items():
            key = f"external.{name}"
            if name in REQUIRED_KEYS:
                yield from self._array(value, key, REQUIRED_KEYS[name])
            elif name in OPTIONAL_KEYS:
                yield from self._optional(value, name, OPTIONAL_KEYS[name])
            elif name == GROUPS_KEY:
                yield from self._groups(value, key)
            else:
                self._fault(key, f"is not a key of `[external]`{_suggest(str(name))}")

    def _array(
        self, value: object, key: str, phase: Phase, *, extra: str = "", group: str = ""
    ) -> Iterator[DeclaredRequirement]:
        if not isinstance(value, list):
            self._fault(key, f"is {_kind(value)}, not an array of strings")
            return
        for index, item in enumerate(value):
            yield from self._item(item, f"{key}[{index}]", phase, extra=extra, group=group)

    def _item(self, item: object, key: str, phase: Phase, *, extra: str, group: str) -> Iterator[DeclaredRequirement]:
        if not isinstance(item, str):
            self._fault(key, f"is {_kind(item)}, not a string")
            return
        try:
            requirement = parse_requirement(item)
        except RequirementError as error:
            self._fault(key, "; ".join((error.message, *error.context)))
            return
        yield DeclaredRequirement(requirement=requirement, phase=phase, key=key, extra=extra, group=group)

    def _named(self, value: object, key: str) -> Iterator[tuple[str, str, object]]:
        """The entries of a table of arrays, with their keys and normalised names."""
        if not isinstance(value, Mapping):
            self._fault(key, f"is {_kind(value)}, not a table of arrays")
            return
        seen: dict[str, str] = {}
        for name, content in value.items():
            place = f"{key}.{name}"
            normal = normalize_name(str(name))
            if not _NAME.fullmatch(str(name)):
                self._fault(place, f"`{name}` is not a valid name")
            elif normal in seen:
                self._fault(place, f"is the same name as `{seen[normal]}`")
            else:
                seen[normal] = str(name)
                yield normal, place, content

    def _optional(self, value: object, name: str, phase: Phase) -> Iterator[DeclaredRequirement]:
        for extra, place, content in self._named(value, f"external.{name}"):
            self.extras.append((name, extra))
            yield from self._array(content, place, phase, extra=extra)

    def _groups(self, value: object, key: str) -> Iterator[DeclaredRequirement]:
        groups = {name: (place, content) for name, place, content in self._named(value, key)}
        self.groups.extend(groups)
        for name in groups:
            yield from self._group(name, name, groups, ())

    def _group(
        self, root: str, name: str, groups: Mapping[str, tuple[str, object]], path: tuple[str, ...]
    ) -> Iterator[DeclaredRequirement]:
        """One group and, in place, the groups that it includes (PEP 735)."""
        place, content = groups[name]
        if not isinstance(content, list):
            if not path:
                self._fault(place, f"is {_kind(content)}, not an array")
            return
        for index, item in enumerate(content):
            key = f"{place}[{index}]"
            if not isinstance(item, Mapping):
                # an included group reports its own faults when it is its own root
                reader = self if not path else _Reader(self.origin)
                yield from reader._item(item, key, "build", extra="", group=root)
                continue
            target = self._include(item, key, groups, report=not path)
            if target is None:
                continue
            if target in (*path, name):
                if target == root:  # each member of a cycle is a root once
                    self._fault(groups[root][0], f"includes itself: {' -> '.join((*path, name, target))}")
                continue
            yield from self._group(root, target, groups, (*path, name))

    def _include(self, item: Mapping[object, object], key: str, groups: Iterable[str], *, report: bool) -> str | None:
        target = item.get("include-group")
        fault = ""
        if set(item) != {"include-group"} or not isinstance(target, str):
            fault = 'is a table, but not `{include-group = "NAME"}`'
        elif normalize_name(target) not in groups:
            fault = f"includes `{target}`, which is not a group of this table"
        if fault:
            if report:
                self._fault(key, fault)
            return None
        return normalize_name(str(target))

    def _fault(self, key: str, text: str) -> None:
        self.faults.append(f"{self.origin}: {key}: {text}")


def _kind(value: object) -> str:
    names = {
        bool: "a boolean",
        str: "a string",
        int: "a number",
        float: "a number",
        list: "an array",
        dict: "a table",
    }
    return names.get(type(value), "a date")


def _suggest(name: str) -> str:
    from difflib import get_close_matches

    known = [*REQUIRED_KEYS, *OPTIONAL_KEYS, GROUPS_KEY]
    close = get_close_matches(name.replace("_", "-"), known, n=1)
    return f"; did you mean `{close[0]}`?" if close else ""
