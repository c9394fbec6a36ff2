"""From what the user names to declarations: a tree, a file, a requirement, an environment."""

from __future__ import annotations

import os
from dataclasses import replace

from extdeps.declaration.archive import MAX_ARCHIVE_BYTES
from extdeps.declaration.external import normalize_name
from extdeps.declaration.filekind import classify_file, phases_of
from extdeps.declaration.installed import iter_installed
from extdeps.declaration.named import SDIST_LIMIT, read_named
from extdeps.declaration.overlay import read_overlay
from extdeps.declaration.pyproject import Pyproject, parse_pyproject
from extdeps.declaration.sdist import read_sdist
from extdeps.declaration.wheel import read_wheel
from extdeps.errors import InvalidInputError
from extdeps.model.declaration import Declaration

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from extdeps.declaration.filekind import FileKind
    from extdeps.declaration.named import Sources


def read(subject: str, sources: Sources) -> Declaration | None:
    """Read the declaration of one subject.

    Args:
        subject: a directory or pyproject.toml, an sdist or a wheel (also by its address), or a requirement string.
        sources: where named projects and overlays are looked for.

    Returns:
        The declaration; None for a requirement whose marker is false here.

    Raises:
        InvalidInputError: it is none of these, or what it says is wrong.
    """
    path, extras = split_extras(subject)
    kind = classify_file(path)
    if os.path.isdir(path):
        found = _read_project(os.path.join(path, "pyproject.toml"), subject, sources)
        return replace(found, pip_argument=f"{name_path(path)}{subject[len(path) :]}", selected_extras=extras)
    if path.endswith(".toml"):
        return replace(_read_project(path, subject, sources), pip_argument=name_path(os.path.dirname(path)))
    if kind and not _is_direct_reference(path):
        content = _fetch(path, sources) if "://" in path else _read_bytes(path)
        found = _read_file(content, path, kind, subject, sources)
        return replace(found, pip_argument=path if "://" in path else name_path(path))
    if "://" in path and not _is_direct_reference(path):
        raise InvalidInputError(
            f"`{subject}` is not the address of an sdist or a wheel",
            hint="check out the project, and give its directory",
        )
    if os.path.exists(path):
        raise InvalidInputError(
            f"`{subject}` is a file, but neither pyproject.toml nor an sdist nor a wheel",
            hint="a requirements file is given with `-r`",
        )
    if path.startswith((".", "/", "~")) or os.sep in path.partition("@")[0].partition(";")[0]:
        raise InvalidInputError(f"`{subject}` is neither a file nor a directory")
    return read_named(subject, sources)


def is_own_subject(subject: str) -> bool:
    """Whether a subject is a source tree or a file, which declares for itself, and not the name of a project."""
    path, _ = split_extras(subject)
    is_file = classify_file(path) is not None or path.endswith(".toml")
    return os.path.isdir(path) or (is_file and not _is_direct_reference(path))


def read_tree(subject: str) -> Pyproject | None:
    """The pyproject.toml of a subject that is a source tree; None for another, and for a tree without one.

    Raises:
        DeclarationError: it is not TOML, or its `[external]` table is wrong.
    """
    path, _ = split_extras(subject)
    path = os.path.join(path, "pyproject.toml") if os.path.isdir(path) else path
    if not (path.endswith(".toml") and os.path.exists(path)):
        return None
    return parse_pyproject(_read_bytes(path), subject=subject, origin=path)


def split_extras(subject: str) -> tuple[str, frozenset[str]]:
    """The path of a subject, and the extras that stand behind that of a source tree (`.[test]`)."""
    path = subject.removeprefix("file://")
    tree, _, listed = path.removesuffix("]").partition("[")
    if path.endswith("]") and os.path.isdir(tree or ".") and not os.path.exists(path):
        return tree, frozenset(normalize_name(name.strip()) for name in listed.split(",") if name.strip())
    return path, frozenset()


def name_path(path: str) -> str:
    """A path as pip is told of it, which takes one that might be the name of a project for that name."""
    path = os.path.normpath(path or ".")
    return path if os.path.isabs(path) or path.startswith(".") else os.path.join(".", path)


def _fetch(url: str, sources: Sources) -> bytes:
    if sources.fetcher is None:
        raise InvalidInputError(f"`{url}` cannot be read offline")
    return sources.fetcher.fetch(url, limit=SDIST_LIMIT).content


def _is_direct_reference(text: str) -> bool:
    return " @ " in text


def _read_bytes(path: str) -> bytes:
    try:
        with open(path, "rb") as file:
            return file.read(MAX_ARCHIVE_BYTES + 1)
    except OSError as error:
        raise InvalidInputError(f"`{path}` cannot be read", context=(error.strerror or str(error),)) from error


def _read_project(path: str, subject: str, sources: Sources) -> Declaration:
    """A source tree: its own `[external]` table, else the overlay of the project that it is."""
    if not os.path.exists(path):
        raise InvalidInputError(
            f"`{subject}` has no pyproject.toml",
            hint="a directory is read for the `[external]` table of its pyproject.toml",
        )
    project = parse_pyproject(_read_bytes(path), subject=subject, origin=path)
    if project.declaration:
        return replace(project.declaration, name=normalize_name(project.name))
    return _fall_back(project.name, project.version, "sdist", subject, sources)


def _read_file(content: bytes, path: str, kind: FileKind, subject: str, sources: Sources) -> Declaration:
    reader = read_sdist if kind == "sdist" else read_wheel
    found = reader(content, name=os.path.basename(path), subject=subject)
    if found.declaration:
        return replace(
            found.declaration,
            phases=phases_of(kind),
            is_built_here=kind in ("sdist", "local-wheel"),
            name=normalize_name(found.name),
        )
    return _fall_back(found.name, found.version, kind, subject, sources)


def _fall_back(name: str, version: str, kind: FileKind, subject: str, sources: Sources) -> Declaration:
    name = normalize_name(name)
    overlay = read_overlay(sources.overlays(name), version=version, kind=kind, subject=subject) if name else None
    if overlay:
        return replace(overlay, name=name)
    note = f"`{subject}` declares no external dependencies, and there is no overlay for it"
    return Declaration(subject=subject, origin="", notes=(note,), is_undeclared=True, name=name)


def read_installed(sources: Sources) -> Iterator[Declaration]:
    """The declarations of everything in the environment of the Python that decides.

    Projects that declare nothing and have no overlay are left out: an
    environment is full of them, and most need nothing.

    Raises:
        DeclarationError: a declaration is wrong.
    """
    for found in iter_installed(sources.host, sources.interpreter.site):
        subject = f"{found.name} {found.version}"
        overlay = found.declaration or read_overlay(
            sources.overlays(found.name), version=found.version, kind=found.kind, subject=subject
        )
        if overlay:
            yield replace(
                overlay,
                subject=subject,
                name=normalize_name(found.name),
                pip_argument=f"{found.name}=={found.version}",
            )
