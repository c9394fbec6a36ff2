"""What an installer would about install, from what the files on the index say, where it cannot be asked.

Of each project the newest version is taken that those who asked for it first allow, and nothing is taken back: an
installer may choose otherwise. Nothing is built.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import partial

from extdeps.declaration.candidate import parse_file_name
from extdeps.declaration.external import normalize_name
from extdeps.declaration.member import Member
from extdeps.declaration.metadata import parse_metadata
from extdeps.declaration.named import SDIST_LIMIT, find_candidate, list_files
from extdeps.declaration.sdist import read_sdist
from extdeps.declaration.specifiers import intersect
from extdeps.declaration.wheel import read_wheel
from extdeps.errors import FetchError, InvalidInputError, RequirementError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from packaging.requirements import Requirement

    from extdeps.declaration.candidate import Candidate
    from extdeps.declaration.named import Sources


@dataclass(slots=True, kw_only=True)
class _Choice:
    """What was decided for one project.

    Args:
        candidate: its file; None where none is known.
        requires: what it depends on.
        is_requested: whether it was asked for by itself.
        specifier: the versions that all who ask for it allow.
        extras: those that were asked for, the empty one for the project itself.
    """

    candidate: Candidate | None
    requires: tuple[Requirement, ...]
    is_requested: bool
    specifier: str
    extras: set[str] = field(default_factory=set)


def walk(requirements: Iterable[str], sources: Sources) -> tuple[Member, ...]:
    """Follow requirements to all that they depend on.

    Args:
        requirements: as for pip; what is none is left out.
        sources: where projects are looked for.

    Raises:
        FetchError: no index can be read.
        RequirementError: nothing on the index fits one of them.
    """
    from concurrent.futures import ThreadPoolExecutor

    from extdeps.fetch import CONNECTIONS

    environment = sources.marker_environment()
    choices: dict[str, _Choice] = {}
    level = [item for item in _parse_all(requirements) if _applies(item, environment, {""})]
    is_requested = True
    with ThreadPoolExecutor(max_workers=CONNECTIONS) as pool:
        while level:
            wanted = _merge(level)
            new = [item for name, item in wanted.items() if name not in choices]
            choose = partial(_choose, sources=sources, is_requested=is_requested)
            for item, choice in zip(new, pool.map(choose, new), strict=True):
                choices[normalize_name(item.name)] = choice
            level = [
                requirement
                for name, item in wanted.items()
                for requirement in _ask_for(choices[name], item, environment)
            ]
            is_requested = False
    return tuple(_make_member(name, choice) for name, choice in choices.items())


def _parse_all(texts: Iterable[str]) -> Iterator[Requirement]:
    from packaging.requirements import InvalidRequirement, Requirement

    for text in texts:
        try:
            yield Requirement(text)
        except InvalidRequirement:
            continue


def _applies(requirement: Requirement, environment: Mapping[str, str], extras: Iterable[str]) -> bool:
    marker = requirement.marker
    return marker is None or any(marker.evaluate({**environment, "extra": extra}) for extra in extras)


def _merge(level: Iterable[Requirement]) -> dict[str, Requirement]:
    """One requirement for each project."""
    merged: dict[str, Requirement] = {}
    for item in level:
        before = merged.setdefault(normalize_name(item.name), item)
        before.specifier &= item.specifier
        before.extras |= item.extras
    return merged


def _choose(requirement: Requirement, *, sources: Sources, is_requested: bool) -> _Choice:
    """The file of one project; where there is none of one that was not asked for by itself, that is not known."""
    name = normalize_name(requirement.name)
    requirement.specifier &= sources.constraints.get(name, "")
    candidate = None
    try:
        candidate = find_candidate(requirement, name, sources)
    except RequirementError:
        if is_requested:
            raise
    requires = tuple(_parse_all(_read_requires(name, candidate, sources))) if candidate else ()
    return _Choice(
        candidate=candidate, requires=requires, is_requested=is_requested, specifier=str(requirement.specifier)
    )


def _read_requires(name: str, candidate: Candidate, sources: Sources) -> tuple[str, ...]:
    """What a file depends on: by its METADATA, that of a wheel of the same version, or what it carries itself."""
    fetcher = sources.fetcher
    if fetcher is None:
        return ()
    files = (candidate.file, *list_files(name, sources, fetcher))
    try:
        for file in files:
            parsed = parse_file_name(file.name, name)
            if file.has_metadata and parsed and str(parsed[0]) == candidate.version:
                content = fetcher.fetch(f"{file.url}.metadata").content
                return parse_metadata(content, subject=name, origin=file.name).requires
        content = fetcher.fetch(candidate.file.url, limit=SDIST_LIMIT).content
        reader = read_sdist if candidate.kind == "sdist" else read_wheel
        return reader(content, name=candidate.file.name, subject=name).requires
    except (FetchError, InvalidInputError):
        return ()


def _ask_for(choice: _Choice, requirement: Requirement, environment: Mapping[str, str]) -> Iterator[Requirement]:
    """What follows from asking for a project: what it depends on, and what its new extras do."""
    choice.specifier = intersect(choice.specifier, str(requirement.specifier))
    new = {"", *map(normalize_name, requirement.extras)} - choice.extras
    choice.extras |= new
    if new:
        yield from (item for item in choice.requires if _applies(item, environment, new))


def _make_member(name: str, choice: _Choice) -> Member:
    candidate = choice.candidate
    return Member(
        name=name,
        version=candidate.version if candidate else "",
        kind=candidate.kind if candidate else "sdist",
        file=candidate.file if candidate else None,
        extras=frozenset(choice.extras - {""}),
        is_requested=choice.is_requested,
        specifier=choice.specifier,
    )
