"""Where fetched documents are kept: generations, one of them in force, switched at once and gone back from."""

from __future__ import annotations

import os
import re
import shutil
import sys
from contextlib import contextmanager

from extdeps.atomicfile import open_atomic
from extdeps.curate.update.documents import write_documents
from extdeps.errors import EnvironmentFaultError
from extdeps.resources import POINTER_NAME, SHIPPED_VERSION, read_generations, shipped_directory, version_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.curate.update.documents import Documents

_GENERATION = re.compile(r"[A-Za-z0-9.!+]+-(\d{1,9})")
_STAGING = ".staging"
_KEPT = 2
"""How many generations `in-force` names: the one that counts, and the one to go back to."""


class Store:
    """The generations of one user.

    A generation is written under another name first. It counts once
    `in-force`, which is replaced as a whole, names it; so whatever stops an
    update leaves the old one in force. What `in-force` does not name any more
    is removed by the update after, so that a check which runs meanwhile has
    all its documents.

    Args:
        directory: where they are kept, as of `resources.store_directory`.
    """

    def __init__(self, directory: str) -> None:
        self.directory = directory

    @property
    def version(self) -> str:
        """The version of the documents in force, fetched or shipped."""
        generations = read_generations(self.directory)
        return version_of(generations[0]) if generations else SHIPPED_VERSION

    @property
    def documents_directory(self) -> str:
        """Where the documents in force are."""
        generations = read_generations(self.directory)
        return os.path.join(self.directory, generations[0]) if generations else shipped_directory()

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other updates away until the block ends.

        Raises:
            EnvironmentFaultError: another one is running, or the directory cannot be written.
        """
        with self._writing():
            os.makedirs(self.directory, exist_ok=True)
            file = open(os.path.join(self.directory, "lock"), "ab")  # noqa: SIM115 - closed below
        with file:
            _lock_file(file.fileno(), self.directory)
            yield

    def install(self, version: str, documents: Documents) -> None:
        """Put documents in force; only within `lock`.

        Args:
            version: their version (PEP 440).
            documents: the contents by path.

        Raises:
            EnvironmentFaultError: they cannot be written.
        """
        before = read_generations(self.directory)
        with self._writing():
            names = os.listdir(self.directory)
            self._remove(names, keep=before)
            staging = os.path.join(self.directory, _STAGING)
            os.mkdir(staging)
            write_documents(documents, staging)
            numbers = (int(match[1]) for name in names if (match := _GENERATION.fullmatch(name)))
            name = f"{version}-{max(numbers, default=0) + 1}"
            os.rename(staging, os.path.join(self.directory, name))
            self._point((name, *before)[:_KEPT])

    def revert(self) -> str:
        """Put in force again what was before; only within `lock`.

        Returns:
            The version that is no longer in force; empty where nothing was fetched.

        Raises:
            EnvironmentFaultError: the directory cannot be written.
        """
        before = read_generations(self.directory)
        if not before:
            return ""
        with self._writing():
            self._point(before[1:])
        return version_of(before[0])

    def _point(self, generations: tuple[str, ...]) -> None:
        path = os.path.join(self.directory, POINTER_NAME)
        with open_atomic(path) as file:
            file.write("".join(f"{name}\n" for name in generations).encode())

    def _remove(self, names: Iterable[str], keep: tuple[str, ...]) -> None:
        """Remove what earlier updates left; nothing that has another form of name."""
        for name in names:
            if name == _STAGING or (_GENERATION.fullmatch(name) and name not in keep):
                shutil.rmtree(os.path.join(self.directory, name))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = f"{error.strerror}: {error.filename}" if error.filename else str(error)
            raise EnvironmentFaultError(f"`{self.directory}` cannot be written", context=(reason,)) from error


def _lock_file(descriptor: int, directory: str) -> None:
    """Lock an open file until it is closed, also by the end of the process."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        raise EnvironmentFaultError(
            f"`{directory}` is in use", context=("another `extdeps mapping update` is running",)
        ) from error
