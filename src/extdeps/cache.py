"""What was asked of the network or of an installer is kept in the user's cache, within a limit.

An entry is a file named after the digest of what it answers, in a directory for each kind of entry. What is read
again counts as used; where there is more than the limit, what was not used for the longest time goes first.
"""

from __future__ import annotations

import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from hashlib import sha256
from time import time

from extdeps.atomicfile import open_atomic
from extdeps.errors import EnvironmentFaultError
from extdeps.host import LocalHost

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.host import Host

LIMIT = 64 * 1024 * 1024
"""Bytes of all entries together; `EXTDEPS_CACHE_LIMIT` gives another number of MiB."""

KINDS = ("metadata", "resolution")
_MARK = "CACHEDIR.TAG"  # https://bford.info/cachedir/: backups leave such directories out
_SIGNATURE = "Signature: 8a477f597d28d172789f06886806bc55\n"
_SEAL = b"."  # ends every entry, so that what a loss of power cut off is none
_DIGITS = 10  # of a limit that somebody can mean
_ENTRY = 512  # bytes that an entry counts beside its content: an empty file takes room too
_ROOM = 0.9  # of the limit that is left filled, so that not every new entry makes room


@dataclass(frozen=True, slots=True, kw_only=True)
class Usage:
    """What a cache holds of one kind.

    Args:
        kind: one of `KINDS`.
        count: how many entries.
        size: their bytes.
    """

    kind: str
    count: int
    size: int


class Cache:
    """Entries by kind and key. A cache that cannot be read or written is an empty one.

    Args:
        directory: where they are; empty for a cache that keeps nothing.
        limit: bytes of all entries together.
    """

    def __init__(self, directory: str, limit: int = LIMIT) -> None:
        self.directory = directory
        self.limit = limit

    def get(self, kind: str, key: str, *, max_age: float | None = None) -> bytes | None:
        """An entry, or None.

        Args:
            kind: one of `KINDS`.
            key: whatever it depends on; only its digest is kept.
            max_age: seconds since it was written after which it does not count.
        """
        if not self.directory:
            return None
        path = self._path(kind, key)
        try:
            with open(path, "rb") as file:
                if max_age is not None and not 0 <= time() - os.fstat(file.fileno()).st_mtime <= max_age:
                    return None
                content = file.read()
            os.utime(path, (time(), os.stat(path).st_mtime))  # when it was used; when it was written stays
        except OSError:
            return None
        return content.removesuffix(_SEAL) if content.endswith(_SEAL) else None

    def put(self, kind: str, key: str, content: bytes) -> None:
        """Keep an entry, as a whole or not at all."""
        if not self.directory or len(content) > self.limit:
            return
        path = self._path(kind, key)
        with suppress(OSError):
            os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
            self._mark()
            with open_atomic(path, mode=0o600, is_durable=False) as file:
                file.write(content + _SEAL)

    def trim(self) -> None:
        """Remove what was not used for the longest time, where there is more than the limit."""
        entries = sorted(self._iter_entries(), key=lambda entry: entry[1].st_atime)
        size = sum(status.st_size + _ENTRY for _, status in entries)
        if size <= self.limit:
            return
        for path, status in entries:
            if size <= self.limit * _ROOM:
                return
            with suppress(OSError):
                os.unlink(path)
                size -= status.st_size + _ENTRY

    def usage(self) -> tuple[Usage, ...]:
        """What there is of each kind."""
        sizes: dict[str, list[int]] = {kind: [] for kind in KINDS}
        for path, status in self._iter_entries():
            sizes[os.path.basename(os.path.dirname(path))].append(status.st_size)
        return tuple(Usage(kind=kind, count=len(found), size=sum(found)) for kind, found in sizes.items())

    def clear(self) -> None:
        """Remove every entry, and nothing else.

        Raises:
            EnvironmentFaultError: something of it cannot be removed.
        """
        for kind in KINDS:
            path = os.path.join(self.directory, kind)
            try:
                if self.directory and os.path.isdir(path) and not os.path.islink(path):
                    shutil.rmtree(path)
            except OSError as error:
                raise EnvironmentFaultError(
                    f"`{path}` cannot be removed", context=(error.strerror or str(error),)
                ) from error

    def _path(self, kind: str, key: str) -> str:
        return os.path.join(self.directory, kind, sha256(key.encode()).hexdigest())

    def _mark(self) -> None:
        path = os.path.join(self.directory, _MARK)
        if not os.path.exists(path):
            with open(path, "w", encoding="ascii") as file:
                file.write(_SIGNATURE)

    def _iter_entries(self) -> Iterator[tuple[str, os.stat_result]]:
        for kind in KINDS if self.directory else ():
            with suppress(OSError), os.scandir(os.path.join(self.directory, kind)) as found:
                for entry in found:
                    with suppress(OSError):
                        yield entry.path, entry.stat(follow_symlinks=False)


def find_cache_directory(host: Host) -> str:
    """The directory of `EXTDEPS_CACHE_DIR`, else where the system keeps a user's cache.

    Empty for another machine than this, where the variable is set and empty, and for a user without a home.

    Raises:
        EnvironmentFaultError: the variable is no absolute path.
    """
    if not isinstance(host, LocalHost):
        return ""
    given = host.environ.get("EXTDEPS_CACHE_DIR")
    if given is not None:
        if given and not os.path.isabs(given):
            raise EnvironmentFaultError(
                f"`EXTDEPS_CACHE_DIR` is `{given}`", hint="it is an absolute path, or empty for no cache"
            )
        return given
    home = host.environ.get("HOME", "")
    if host.system == "Linux":  # as platformdirs, without importing it for every question
        base = host.environ.get("XDG_CACHE_HOME", "")
        base = base if os.path.isabs(base) else os.path.join(home, ".cache") if home else ""
        return os.path.join(base, "extdeps") if base else ""
    from platformdirs import user_cache_path

    return str(user_cache_path("extdeps", appauthor=False))


def open_cache(host: Host) -> Cache:
    """The cache of the user of a machine.

    Raises:
        EnvironmentFaultError: `EXTDEPS_CACHE_LIMIT` is no number of MiB, or `EXTDEPS_CACHE_DIR` no absolute path.
    """
    text = host.environ.get("EXTDEPS_CACHE_LIMIT", "")
    if text and not (text.isascii() and text.isdigit() and len(text) < _DIGITS):
        raise EnvironmentFaultError(f"`EXTDEPS_CACHE_LIMIT` is `{text}`", hint="it is a number of MiB, such as `64`")
    return Cache(find_cache_directory(host), int(text) * 1024 * 1024 if text else LIMIT)


def make_key(parts: Iterable[str]) -> str:
    """One key of several parts, none of which runs into the next."""
    return "".join(f"{len(part)}:{part}," for part in parts)
