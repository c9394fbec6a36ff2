"""Where the data lies: the only module that knows whether this is a wheel or a checkout.

<data directory of the user>/external-packaging-metadata-mappings/
    debian.mapping.json     placed by hand; comes before all others
    extdeps/                what `extdeps mapping update` keeps
        in-force            the names of generations, the newest first
        0.2.0-1/            a generation: all documents of a newer extdeps
"""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DIRECTORY_NAME = "external-packaging-metadata-mappings"
"""The subdirectory of a data directory that PEP 804 reserves ("Mappings")."""

SHIPPED_VERSION = "0.1.0"
"""The version of the documents that come with extdeps, which is its own."""

STORE_NAME = "extdeps"
"""The subdirectory, of that of the user, for what is fetched."""

POINTER_NAME = "in-force"
"""The file there that tells which generation counts; it is only ever replaced as a whole."""


def shipped_directory() -> str:
    """The directory of the documents that come with extdeps."""
    package = os.path.dirname(os.path.abspath(__file__))
    installed = os.path.join(package, "mappings")
    if os.path.isdir(installed):
        return installed
    return os.path.join(os.path.dirname(os.path.dirname(package)), "mappings")


def data_directories(environ: Mapping[str, str], system: str) -> tuple[str, ...]:
    """Where documents are looked for, the user's before the system's before the shipped ones (PEP 804).

    Documents that were fetched stand in the place of the shipped ones, all of them, unless those are newer.

    Args:
        environ: the environment variables.
        system: `Linux`, `Darwin` or `Windows`.
    """
    found = (os.path.join(base, DIRECTORY_NAME) for base in _bases(environ, system))
    store = store_directory(environ, system)
    generations = read_generations(store) if store else ()
    return (*found, os.path.join(store, generations[0]) if generations else shipped_directory())


def store_directory(environ: Mapping[str, str], system: str) -> str:
    """Where fetched documents are kept for the user; empty where the user has no data directory."""
    base = _user_base(environ, system)
    return os.path.join(base, DIRECTORY_NAME, STORE_NAME) if base else ""


def read_generations(store: str) -> tuple[str, ...]:
    """The names of the fetched generations that count, the one in force first; empty where the shipped data counts.

    A check asks this each time: it costs one attempt to open a file where nothing was fetched.
    """
    try:
        with open(os.path.join(store, POINTER_NAME), encoding="utf-8") as file:
            names = file.read(1024).split()
    except (OSError, ValueError):
        return ()
    shipped = _order(SHIPPED_VERSION)
    return tuple(
        name
        for name in names
        if os.path.basename(name) == name
        and _order(version_of(name)) >= shipped
        and os.path.isfile(os.path.join(store, name, "registry.json"))
    )


def version_of(generation: str) -> str:
    """The version of the data in a generation, from its name `0.2.0-1`."""
    return generation.rpartition("-")[0]


def _order(version: str) -> tuple[tuple[int, ...], int]:
    """A key that orders versions of extdeps: the numbers, and pre-releases before, post-releases after the release.

    `packaging` would cost more than the rest of a start; it decides which data is fetched, this which is in force.
    """
    numbers, rank = [], 1
    for part in version.split("."):
        digits = part[: len(part) - len(part.lstrip("0123456789"))]
        numbers.append(int(digits or 0))
        if digits != part:
            rank = 2 if part.startswith("post") else 0
            break
    while numbers and not numbers[-1]:
        numbers.pop()
    return tuple(numbers), rank


def _user_base(environ: Mapping[str, str], system: str) -> str:
    """The data directory of the user, or empty."""
    home = environ.get("HOME", "")
    if system == "Darwin":
        return os.path.join(home, "Library", "Application Support") if home else ""
    if system == "Windows":
        return environ.get("LOCALAPPDATA", "")
    own = environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(own):  # the XDG specification has relative paths ignored
        return own
    return os.path.join(home, ".local", "share") if home else ""


def _bases(environ: Mapping[str, str], system: str) -> Iterator[str]:
    own = _user_base(environ, system)
    if own:
        yield own
    if system not in ("Darwin", "Windows"):
        directories = environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
        yield from (directory for directory in directories.split(":") if os.path.isabs(directory))


def find_document(name: str, directories: tuple[str, ...]) -> str | None:
    """The path of a document in the first directory that has it, or None."""
    for directory in directories:
        path = os.path.join(directory, name)
        if os.path.isfile(path):
            return path
    return None
