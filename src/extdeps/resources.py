"""Where the data lies: the only module that knows whether this is a wheel or a checkout."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

DIRECTORY_NAME = "external-packaging-metadata-mappings"
"""The subdirectory of a data directory that PEP 804 reserves ("Mappings")."""


def shipped_directory() -> str:
    """The directory of the documents that come with extdeps."""
    package = os.path.dirname(os.path.abspath(__file__))
    installed = os.path.join(package, "mappings")
    if os.path.isdir(installed):
        return installed
    return os.path.join(os.path.dirname(os.path.dirname(package)), "mappings")


def data_directories(environ: Mapping[str, str], system: str) -> tuple[str, ...]:
    """Where documents are looked for, the user's before the system's before the shipped ones (PEP 804).

    Args:
        environ: the environment variables.
        system: `Linux`, `Darwin` or `Windows`.
    """
    return (*(os.path.join(base, DIRECTORY_NAME) for base in _bases(environ, system)), shipped_directory())


def _bases(environ: Mapping[str, str], system: str) -> Iterator[str]:
    home = environ.get("HOME", "")
    if system == "Darwin":
        if home:
            yield os.path.join(home, "Library", "Application Support")
        return
    if system == "Windows":
        if environ.get("LOCALAPPDATA"):
            yield environ["LOCALAPPDATA"]
        return
    own = environ.get("XDG_DATA_HOME", "")
    if os.path.isabs(own):  # the XDG specification has relative paths ignored
        yield own
    elif home:
        yield os.path.join(home, ".local", "share")
    directories = environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share"
    yield from (directory for directory in directories.split(":") if os.path.isabs(directory))


def find_document(name: str, directories: tuple[str, ...]) -> str | None:
    """The path of a document in the first directory that has it, or None."""
    for directory in directories:
        path = os.path.join(directory, name)
        if os.path.isfile(path):
            return path
    return None
