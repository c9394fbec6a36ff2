"""Values out of a table of TOML, with every fault and the key that it stands under."""

from __future__ import annotations

from datetime import date, datetime, time

from extdeps.model.tomltext import format_key

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    Table = dict[str, object]
    Keys = tuple[str | int, ...]

_TYPES: dict[type, str] = {
    str: "a string",
    bool: "a boolean",
    int: "a number",
    float: "a number",
    list: "an array",
    dict: "a table",
    date: "a date",
    datetime: "a date",
    time: "a time",
}


class Faults:
    """What is wrong with a document, one line for each fault, in the order in which they are found."""

    def __init__(self) -> None:
        self.lines: list[str] = []

    def add(self, keys: Keys, text: str) -> None:
        """Note a fault.

        Args:
            keys: where: the keys of tables and the indexes of arrays, from the outside.
            text: what is wrong, to be read after the key.
        """
        self.lines.append(f"`{format_place(keys)}` {text}")

    def check_keys(self, table: Table, keys: Keys, *, required: Collection[str], optional: Collection[str]) -> None:
        """Note the keys that are missing, and those that nobody knows."""
        for key in required:
            if key not in table:
                self.add((*keys, key), "is missing")
        for key in table:
            if key not in required and key not in optional:
                self.add((*keys, key), f"is unknown; the keys are {', '.join((*required, *optional))}")

    def get_text(self, table: Table, key: str, keys: Keys) -> str:
        """A string that is not empty; empty where it is absent, or is wrong and noted."""
        return self.check_text(table[key], (*keys, key)) if key in table else ""

    def check_text(self, value: object, keys: Keys) -> str:
        """The value, if it is a string with printable characters; else empty, and a fault is noted."""
        if not isinstance(value, str):
            self.add(keys, f"is {describe(value)}, not a string")
            return ""
        if not value or not value.isprintable():
            self.add(keys, "holds control characters" if value else "is empty")
            return ""
        return value

    def iter_items(self, table: Table, key: str, keys: Keys) -> Iterator[tuple[object, Keys]]:
        """The members of an array, each with its place; none where it is absent, or is wrong and noted."""
        value = table.get(key, [])
        if isinstance(value, list):
            yield from ((item, (*keys, key, index)) for index, item in enumerate(value))
        else:
            self.add((*keys, key), f"is {describe(value)}, not an array")

    def get_table(self, value: object, keys: Keys) -> Table | None:
        """The value, if it is a table; else None, and a fault is noted."""
        if isinstance(value, dict):
            return value
        self.add(keys, f"is {describe(value)}, not a table")
        return None


def describe(value: object) -> str:
    """What kind of value of TOML it is."""
    return _TYPES[type(value)]


def format_place(keys: Keys) -> str:
    """A dotted key with indexes: `target."debian+12"."dep:generic/zlib".host.packages[0]`."""
    text = ""
    for key in keys:
        text += f"[{key}]" if isinstance(key, int) else f"{'.' if text else ''}{format_key((key,))}"
    return text
