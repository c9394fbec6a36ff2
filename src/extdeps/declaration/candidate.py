"""Which file pip would take for a requirement: its version, and wheel or sdist."""

from __future__ import annotations

from dataclasses import dataclass, field

from extdeps.declaration.external import normalize_name
from extdeps.declaration.filekind import classify_file

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from packaging.requirements import Requirement
    from packaging.tags import Tag
    from packaging.version import Version

    from extdeps.declaration.filekind import FileKind
    from extdeps.declaration.index import IndexFile
    from extdeps.declaration.installer.pipconfig import PipConfiguration
    from extdeps.interpreter import Interpreter


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """The file that pip would take.

    Args:
        version: the project's version (PEP 440).
        kind: sdist or which kind of wheel.
        file: where it is.
    """

    version: str
    kind: FileKind
    file: IndexFile


@dataclass(frozen=True, slots=True, kw_only=True)
class _Offer:
    version: Version
    rank: int
    file: IndexFile = field(compare=False)


def choose_candidate(
    requirement: Requirement,
    files: Iterable[IndexFile],
    *,
    interpreter: Interpreter,
    glibc: tuple[str, str],
    configuration: PipConfiguration,
) -> Candidate | None:
    """Choose as pip does: the newest version that fits, of it the best wheel, else the sdist.

    Args:
        requirement: what is asked for.
        files: what the indexes offer.
        interpreter: the Python that decides.
        glibc: the C library of its machine and its version.
        configuration: how pip is configured.

    Returns:
        The file, or None where nothing fits.
    """
    tags = {tag: rank for rank, tag in enumerate(supported_tags(interpreter, glibc))}
    offers = list(_iter_offers(requirement, files, tags, interpreter, configuration))
    allowed = set(
        requirement.specifier.filter(
            {offer.version for offer in offers}, prereleases=True if configuration.prereleases else None
        )
    )
    offers = [offer for offer in offers if offer.version in allowed]
    pinned = any(item.operator in ("==", "===") and not item.version.endswith(".*") for item in requirement.specifier)
    standing = [offer for offer in offers if not offer.file.yanked]
    offers = standing or (offers if pinned else [])  # PEP 592: a yanked file only for an exact version
    if not offers:
        return None
    best = max(offers, key=lambda offer: (offer.version, -offer.rank))
    kind = classify_file(best.file.name)
    return Candidate(version=str(best.version), kind=kind, file=best.file) if kind else None


def _iter_offers(
    requirement: Requirement,
    files: Iterable[IndexFile],
    tags: dict[Tag, int],
    interpreter: Interpreter,
    configuration: PipConfiguration,
) -> Iterator[_Offer]:
    name = normalize_name(requirement.name)
    for file in files:
        wheel = file.name.endswith(".whl")
        if not configuration.formats.allows(name, wheel=wheel) or not _fits_python(file, interpreter):
            continue
        parsed = parse_file_name(file.name, name)
        if parsed is None:
            continue
        version, wheel_tags = parsed
        ranks = [tags[tag] for tag in wheel_tags if tag in tags]
        if wheel and not ranks:
            continue
        yield _Offer(version=version, rank=min(ranks, default=len(tags)), file=file)


def parse_file_name(file: str, project: str) -> tuple[Version, Iterable[Tag]] | None:
    """The version and the tags in the name of a project's file; None for another project's, or none at all."""
    from packaging.utils import (
        InvalidSdistFilename,
        InvalidWheelFilename,
        parse_sdist_filename,
        parse_wheel_filename,
    )

    try:
        if file.endswith(".whl"):
            name, version, _build, tags = parse_wheel_filename(file)
            return (version, tags) if name == project else None
        if file.endswith((".tar.gz", ".zip")):
            sdist, version = parse_sdist_filename(file)
            return (version, ()) if normalize_name(sdist) == project else None
    except (InvalidWheelFilename, InvalidSdistFilename):
        return None
    return None


def _fits_python(file: IndexFile, interpreter: Interpreter) -> bool:
    if not file.requires_python:
        return True
    from packaging.specifiers import InvalidSpecifier, SpecifierSet

    try:
        return SpecifierSet(file.requires_python).contains(interpreter.version, prereleases=True)
    except InvalidSpecifier:
        return True  # pip ignores what it cannot read


def supported_tags(interpreter: Interpreter, libc: tuple[str, str]) -> Iterator[Tag]:
    """The wheel tags of a Python, the most specific first (PEP 425, PEP 600, PEP 656)."""
    from packaging.tags import compatible_tags, cpython_tags, generic_tags, sys_tags

    if interpreter.is_current:
        yield from sys_tags()
        return
    major, minor = (int(part) for part in (*interpreter.version.split("."), "0")[:2])
    platforms = list(_platforms(interpreter, libc))
    if interpreter.implementation == "cpython":
        abi = f"cp{major}{minor}{'t' if interpreter.free_threaded else ''}"
        yield from cpython_tags((major, minor), abis=[abi], platforms=platforms)
        yield from compatible_tags((major, minor), f"cp{major}{minor}", platforms)
    else:
        yield from generic_tags(f"pp{major}{minor}", abis=[f"pypy{major}{minor}_pp73"], platforms=platforms)
        yield from compatible_tags((major, minor), f"pp{major}", platforms)


def _platforms(interpreter: Interpreter, libc: tuple[str, str]) -> Iterator[str]:
    """The platform tags of a Python that is not this one, from what it was built for."""
    system, _, machine = interpreter.platform.replace(".", "-").partition("-")
    plain = interpreter.platform.replace("-", "_").replace(".", "_")
    if system != "linux":
        if system == "macosx":
            from packaging.tags import mac_platforms

            version, _, arch = interpreter.platform.removeprefix("macosx-").partition("-")
            numbers = tuple(int(part) for part in (*version.split("."), "0")[:2])
            yield from mac_platforms((numbers[0], numbers[1]), arch)
        yield plain
        return
    name, version = libc
    _major, _, minor = version.partition(".")
    newest = int(minor.partition(".")[0]) if minor.partition(".")[0].isdigit() else 0
    if name == "glibc":
        legacy = {17: "manylinux2014", 12: "manylinux2010", 5: "manylinux1"}
        for number in range(newest, 4, -1):
            yield f"manylinux_2_{number}_{machine}"
            if number in legacy:
                yield f"{legacy[number]}_{machine}"
    elif name == "musl":
        yield from (f"musllinux_1_{number}_{machine}" for number in range(newest, -1, -1))
    yield plain
