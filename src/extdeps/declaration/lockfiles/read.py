"""From the lock of an installer to the members that it would install here (`pep_draft`, "Locks of installers")."""

from __future__ import annotations

import os
from dataclasses import dataclass
from importlib import import_module

from extdeps.declaration.candidate import Candidate, choose_candidate, parse_file_name
from extdeps.declaration.external import normalize_name
from extdeps.declaration.lockfiles.format import find_format
from extdeps.declaration.lockfiles.interface import Reading
from extdeps.declaration.member import Member
from extdeps.declaration.pyproject import parse_pyproject
from extdeps.errors import InstallerLockError, RequirementError, UnlockedError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Protocol

    from extdeps.declaration.lockfiles.interface import LockedPackage, LockedSet
    from extdeps.declaration.named import Sources
    from extdeps.model.fields import Table

    class Format(Protocol):
        """A module that reads one format."""

        def read(self, document: Table, reading: Reading) -> LockedSet:
            """Read a lock; what is wrong with it is noted in the reading."""
            ...


_WITH_PROJECT_BESIDE = ("poetry", "pdm")
"""Formats that leave out the project that is locked, which lies beside them."""

_MAX_BYTES = 32 * 1024 * 1024
_MAX_LINES = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class InstallerLock:
    """What the lock of an installer comes to here.

    Args:
        members: what would be installed.
        extras: the extras that the lock knows of, normalised.
        groups: the dependency groups that it knows of, normalised.
        notes: what a reader should know.
    """

    members: tuple[Member, ...]
    extras: frozenset[str]
    groups: frozenset[str]
    notes: tuple[str, ...]


def read_installer_lock(
    path: str, sources: Sources, *, extras: frozenset[str] = frozenset(), groups: frozenset[str] = frozenset()
) -> tuple[Member, ...]:
    """The members of a lock; arguments and errors are those of `load_installer_lock`."""
    return load_installer_lock(path, sources, extras=extras, groups=groups).members


def load_installer_lock(
    path: str, sources: Sources, *, extras: frozenset[str] = frozenset(), groups: frozenset[str] = frozenset()
) -> InstallerLock:
    """Read the lock of an installer for the Python that decides.

    Args:
        path: of a file of which `find_format` knows the format.
        sources: the Python that decides, and how pip is configured.
        extras: those asked for, normalised; of the projects that are locked.
        groups: the dependency groups asked for, normalised.

    Raises:
        InstallerLockError: it cannot be read, is of another version, or is wrong; with all its faults.
        UnlockedError: it is for other machines.
        RequirementError: a member has no file that can be installed here.
    """
    name = find_format(path)
    document = _decode(path)
    directory = os.path.dirname(path)
    reading = Reading(
        directory=directory,
        python=sources.interpreter.version,
        environment=sources.marker_environment(),
        extras=extras,
        groups=groups,
        extra_names=extras,
    )
    reader: Format = import_module(f"extdeps.declaration.lockfiles.{name}")
    locked = reader.read(document, reading)
    faults = reading.faults.lines
    if faults:
        more = (f"and {len(faults) - _MAX_LINES} more",) if len(faults) > _MAX_LINES else ()
        raise InstallerLockError(
            f"`{path}` has {len(faults)} fault{'s' if len(faults) > 1 else ''}",
            context=(*faults[:_MAX_LINES], *more),
            hint="the installer that wrote it writes it anew",
        )
    if locked.unmet:
        raise UnlockedError(f"`{path}` is not for this machine", context=locked.unmet)
    beside = _read_project_beside(directory) if name in _WITH_PROJECT_BESIDE else ()
    return InstallerLock(
        members=(*beside, *_choose_members(path, locked.packages, sources)),
        extras=locked.extras,
        groups=locked.groups,
        notes=tuple(f"{path}: {note}" for note in locked.notes),
    )


def _decode(path: str) -> Table:
    import tomllib

    try:
        with open(path, "rb") as file:
            content = file.read(_MAX_BYTES + 1)
    except OSError as error:
        raise InstallerLockError(f"`{path}` cannot be read", context=(error.strerror or str(error),)) from error
    if len(content) > _MAX_BYTES:
        raise InstallerLockError(f"`{path}` is larger than {_MAX_BYTES // 1024 // 1024} MiB")
    try:
        return tomllib.loads(content.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise InstallerLockError(f"`{path}` is not TOML", context=(str(error),)) from error


def _read_project_beside(directory: str) -> Iterator[Member]:
    """The project itself, if there is one."""
    path = os.path.join(directory, "pyproject.toml")
    try:
        with open(path, "rb") as file:
            project = parse_pyproject(file.read(), subject=path, origin=path)
    except OSError:
        return
    name = normalize_name(project.name)
    yield Member(name=name, version=project.version, kind="sdist", directory=directory or ".", is_requested=True)


def _choose_members(path: str, packages: tuple[LockedPackage, ...], sources: Sources) -> tuple[Member, ...]:
    """The file of each; all that have none are told together."""
    members: list[Member] = []
    refused: list[str] = []
    for package in packages:
        candidate = _choose(package, sources)
        is_source = bool(package.directory) or package.is_checkout
        if candidate is None and not is_source:
            refused.append(f"{package.name} {package.version}".rstrip() + f": {_count(package)}")
            continue
        members.append(
            Member(
                name=package.name,
                version=candidate.version if candidate else package.version,
                kind=candidate.kind if candidate else "sdist",
                file=candidate.file if candidate else None,
                directory=package.directory,
                extras=package.extras,
                is_requested=package.is_requested,
                specifier=f"=={candidate.version}" if candidate else "",
            )
        )
    if refused:
        raise RequirementError(
            f"an installer would find nothing for {len(refused)} of {len(packages)} packages of `{path}` "
            f"with Python {sources.interpreter.version}",
            context=tuple(refused),
        )
    return tuple(members)


def _count(package: LockedPackage) -> str:
    if len(package.files) < 2:
        return "1 file, which does not fit" if package.files else "no file"
    return f"{len(package.files)} files, none of which fits"


def _choose(package: LockedPackage, sources: Sources) -> Candidate | None:
    """The file that pip would take of those that are locked."""
    from packaging.requirements import Requirement

    if package.directory or package.is_checkout:
        return None
    pin = f"=={package.version}" if package.version else ""
    found = choose_candidate(
        Requirement(f"{package.name}{pin}"),
        package.files,
        interpreter=sources.interpreter,
        glibc=sources.libc,
        configuration=sources.configuration,
    )
    return found or _find_odd_sdist(package, sources)


def _find_odd_sdist(package: LockedPackage, sources: Sources) -> Candidate | None:
    """An archive of sources that is not called as an sdist is (`main.zip`, `demo-1.0.tar.bz2`)."""
    if not sources.configuration.formats.allows(package.name, wheel=False):
        return None
    for file in package.files:
        if not file.name.endswith(".whl") and parse_file_name(file.name, package.name) is None:
            return Candidate(version=package.version, kind="sdist", file=file)
    return None
