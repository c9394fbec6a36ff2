"""Requirements files, as pip reads them (pip's "Requirements File Format" documentation)."""

from __future__ import annotations

import os
import re
from dataclasses import dataclass

from extdeps.errors import InvalidInputError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_COMMENT = re.compile(r"(^|\s+)#.*$")
_VARIABLE = re.compile(r"\$\{([A-Z0-9_]+)\}")
_OPTION = re.compile(r"(?P<option>--?[A-Za-z][A-Za-z-]*)(?:[=\s]\s*(?P<value>.*))?")
_HASH = re.compile(r"\s--(?:hash|config-settings|global-option)[=\s]\S+")
_NESTED = {
    "-r": "requirement",
    "--requirement": "requirement",
    "-c": "constraint",
    "--constraint": "constraint",
}
_EDITABLE = ("-e", "--editable")
_FLAGS = {
    "-i": "index-url",
    "--index-url": "index-url",
    "--extra-index-url": "extra-index-url",
    "-f": "find-links",
    "--find-links": "find-links",
    "--no-binary": "no-binary",
    "--only-binary": "only-binary",
    "--pre": "pre",
    "--no-index": "no-index",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RequirementsFile:
    """What requirements files ask for, those that they include among them.

    Args:
        subjects: requirement strings, paths and addresses.
        constraints: requirement strings that only narrow versions.
        options: options of pip that decide which file it takes.
    """

    subjects: tuple[str, ...]
    constraints: tuple[str, ...]
    options: Mapping[str, tuple[str, ...]]


def read_requirements_file(path: str, environ: Mapping[str, str]) -> RequirementsFile:
    """Read a requirements file and those that it includes.

    Args:
        path: the file.
        environ: variables for `${NAME}`.

    Raises:
        InvalidInputError: a file cannot be read, or includes itself.
    """
    subjects: list[str] = []
    constraints: list[str] = []
    options: dict[str, list[str]] = {}
    for kind, key, value in _iter_lines(path, environ, (), "requirement"):
        if key:
            options.setdefault(key, []).append(value)
        else:
            (subjects if kind == "requirement" else constraints).append(value)
    return RequirementsFile(
        subjects=tuple(subjects),
        constraints=tuple(constraints),
        options={key: tuple(values) for key, values in options.items()},
    )


def _iter_lines(
    path: str, environ: Mapping[str, str], parents: tuple[str, ...], kind: str
) -> Iterator[tuple[str, str, str]]:
    """Triples of kind of file, option (or empty) and value."""
    real = os.path.realpath(path)
    if real in parents:
        raise InvalidInputError(f"`{path}` includes itself", context=tuple(parents))
    try:
        with open(path, encoding="utf-8-sig") as file:
            text = file.read()
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInputError(f"the requirements file `{path}` cannot be read", context=(str(error),)) from error
    for raw in text.replace("\\\n", " ").splitlines():
        line = _HASH.sub("", _COMMENT.sub("", raw)).strip()
        line = _VARIABLE.sub(lambda found: environ.get(found[1], found[0]), line)
        if not line:
            continue
        if not line.startswith("-"):
            yield kind, "", line
            continue
        option, value = _split_option(line)
        if option in _NESTED:
            yield from _iter_lines(
                os.path.join(os.path.dirname(path), value), environ, (*parents, real), _NESTED[option]
            )
        elif option in _EDITABLE:
            yield kind, "", value
        elif option in _FLAGS:
            beside = os.path.join(os.path.dirname(path), value)  # where pip looks first for a relative path
            is_beside = _FLAGS[option] == "find-links" and "://" not in value and os.path.exists(beside)
            yield kind, _FLAGS[option], os.path.abspath(beside) if is_beside else value


def _split_option(line: str) -> tuple[str, str]:
    match = _OPTION.fullmatch(line)
    if match:
        return match["option"], (match["value"] or "").strip()
    return line[:2], line[2:].strip()  # `-rfile`
