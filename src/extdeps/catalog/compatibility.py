"""Which driver runs what a toolkit has built, out of `compatibility.toml`."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.errors import DocumentError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Literal

    Rule = Literal["exact", "minor-version"]
else:
    Rule = str

SUPPORTED_VERSION = 1
_RULES = ("exact", "minor-version")
_TEXTS = ("version", "rule", "linux", "windows", "oldest", "source")


@dataclass(frozen=True, slots=True, kw_only=True)
class ToolkitRow:
    """What one CUDA toolkit, or all of a major version, needs.

    Args:
        version: `10.2`, or `12` for all of a major version.
        rule: exact, where each toolkit needs a driver of its own; minor-version, where one will do for the major.
        linux: the oldest driver on Linux.
        windows: the oldest driver on Windows.
        oldest: the oldest compute capability that it can be built for.
        source: where that is said.
    """

    version: str
    rule: Rule
    linux: str
    windows: str
    oldest: str
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Compatibility:
    """The whole table.

    Args:
        toolkits: by ascending version.
        first_driver: by version of CUDA, the first driver for Linux that supports it, ascending.
    """

    toolkits: tuple[ToolkitRow, ...] = ()
    first_driver: Mapping[str, str]


def load_compatibility(path: str) -> Compatibility:
    """Read the table.

    Raises:
        DocumentError: it cannot be read, is of another schema version, or a row is wrong.
    """
    import tomllib

    try:
        with open(path, "rb") as file:
            document = tomllib.load(file)
    except (OSError, ValueError) as error:
        raise DocumentError(f"`{path}` cannot be read", context=(str(error),)) from error
    version = document.get("schema_version")
    if version != SUPPORTED_VERSION:
        raise DocumentError(f"`{path}` is of schema version {version}; this extdeps reads {SUPPORTED_VERSION}")
    rows = document.get("cuda-toolkit", [])
    first = document.get("cuda-of-driver", {}).get("first", {})
    return Compatibility(
        toolkits=tuple(_parse_row(row, f"`{path}`: `cuda-toolkit[{index}]`") for index, row in enumerate(rows)),
        first_driver={str(key): str(value) for key, value in first.items()},
    )


def _parse_row(row: Mapping[str, object], place: str) -> ToolkitRow:
    for key in _TEXTS:
        if not isinstance(row.get(key), str):
            raise DocumentError(f"{place}: `{key}` is not a text")
    if row["rule"] not in _RULES:
        raise DocumentError(f"{place}: `rule` is neither {' nor '.join(_RULES)}")
    return ToolkitRow(**{key: str(row[key]) for key in _TEXTS})  # type: ignore[arg-type]
