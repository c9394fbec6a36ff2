"""Projects that publish one build per accelerator, and what each build needs (`pep_draft`, "selectors.json")."""

from __future__ import annotations

from dataclasses import dataclass

from extdeps.catalog.document import get_strings, load_document
from extdeps.errors import DocumentError, InvalidInputError
from extdeps.model.marker import parse_marker

KIND = "selectors"
_TEXTS = ("name", "when", "toolkit", "versions", "distribution", "extra", "index", "extra_index", "find_links")
_LISTS = ("targets", "requires", "options")
_FLAGS = ("is_cpu", "needs_exact")


@dataclass(frozen=True, slots=True, kw_only=True)
class Build:
    """One way to install a project.

    Args:
        name: as people call it (`CUDA 12.8`).
        when: a marker over capabilities that has to be true, or empty.
        toolkit: the version of CUDA that it was built with, or empty.
        versions: the versions of the project that there is such a build of, or empty for all.
        distribution: its name on the index, where that is not the project's.
        extra: the extra that brings what it needs, or empty.
        index: the index that it is on instead of PyPI, or empty.
        extra_index: one that is asked beside it, or empty.
        find_links: a page with links to its files, or empty.
        targets: what it was built for: compute capabilities (`8.0`, `12.0+PTX`) or gfx targets; none for any.
        requires: what has to be installed with it.
        options: what pip has to be told beside.
        is_cpu: whether it uses no accelerator.
        needs_exact: whether it compiles at run time, so that the driver has to be as new as the toolkit.
    """

    name: str
    when: str = ""
    toolkit: str = ""
    versions: str = ""
    distribution: str = ""
    extra: str = ""
    index: str = ""
    extra_index: str = ""
    find_links: str = ""
    targets: tuple[str, ...] = ()
    requires: tuple[str, ...] = ()
    options: tuple[str, ...] = ()
    is_cpu: bool = False
    needs_exact: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Selector:
    """The builds of one project.

    Args:
        project: its normalised name.
        builds: the preferred one first.
        source: where the project says what there is.
    """

    project: str
    builds: tuple[Build, ...]
    source: str


def load_selectors(path: str | None) -> dict[str, Selector]:
    """Read the document; empty where there is none.

    Raises:
        DocumentError: it is wrong; the message names the project and the build.
    """
    if path is None:
        return {}
    table = load_document(path, KIND)[KIND]
    if not isinstance(table, dict):
        raise DocumentError(f"`{path}`: `{KIND}` is not an object")
    return {name: parse_selector(name, entry, f"`{path}`: `{name}`") for name, entry in table.items()}


def parse_selector(name: str, entry: object, place: str) -> Selector:
    """The builds of a project.

    Raises:
        DocumentError: naming the build.
    """
    builds = entry.get("builds") if isinstance(entry, dict) else None
    if not isinstance(entry, dict) or not isinstance(builds, list) or not builds:
        raise DocumentError(f"{place} has no `builds`")
    if not isinstance(entry.get("source"), str):
        raise DocumentError(f"{place} has no `source`")
    parsed = tuple(_parse_build(item, f"{place}: `builds[{index}]`") for index, item in enumerate(builds))
    return Selector(project=name, builds=parsed, source=entry["source"])


def _parse_build(item: object, place: str) -> Build:
    if not isinstance(item, dict):
        raise DocumentError(f"{place} is not an object")
    for key, value in item.items():
        if key not in (*_TEXTS, *_LISTS, *_FLAGS):
            raise DocumentError(f"{place}: `{key}` is not a key of it")
        if (key in _TEXTS and not isinstance(value, str)) or (key in _FLAGS and value is not True):
            raise DocumentError(f"{place}: `{key}` is of the wrong type")
    if not item.get("name"):
        raise DocumentError(f"{place} has no `name`")
    if item.get("when"):
        _check_marker(str(item["when"]), place)
    _check_versions(str(item.get("versions", "")), place)
    lists = {key: get_strings(item, key, place) for key in _LISTS}
    flags = {key: key in item for key in _FLAGS}
    return Build(**{key: str(item.get(key, "")) for key in _TEXTS}, **lists, **flags)  # type: ignore[arg-type]


def _check_marker(text: str, place: str) -> None:
    try:
        parse_marker(text)
    except InvalidInputError as error:
        raise DocumentError(f"{place}: {error.message}", context=error.context) from error


def _check_versions(text: str, place: str) -> None:
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        SpecifierSet(text)
    except InvalidSpecifier as error:
        raise DocumentError(f"{place}: `versions` is not a version range: {error}") from error
