"""Where fetched packages are kept: as rattler would have it, or nowhere for long where that cannot be written."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator

    from rattler import PackageCache

_VARIABLE = "RATTLER_CACHE_DIR"


@contextmanager
def usable_cache() -> Iterator[None]:
    """Let rattler use a directory of its own for now, where the cache cannot be written: a user without a home."""
    if sys.platform == "win32" or _is_writable(_find_cache()):
        yield
        return
    from tempfile import TemporaryDirectory

    former = os.environ.get(_VARIABLE)
    with TemporaryDirectory(prefix="extdeps-", ignore_cleanup_errors=True) as directory:
        os.environ[_VARIABLE] = directory
        try:
            yield
        finally:
            if former is None:
                del os.environ[_VARIABLE]
            else:
                os.environ[_VARIABLE] = former


def make_cache() -> PackageCache | None:
    """The cache of packages, every file of which is compared with its digest before it is used.

    A process that is ended while it unpacks leaves half a package there, which rattler would take for a whole one.
    """
    if sys.platform == "win32":
        return None  # rattler knows where it is
    from pathlib import Path

    from rattler import PackageCache, ValidationMode

    return PackageCache.new_layered([Path(_find_cache()) / "pkgs"], validation_mode=ValidationMode.full())


def _find_cache() -> str:
    """The directory that rattler would take."""
    if own := os.environ.get(_VARIABLE):
        return own
    base = "~/Library/Caches" if sys.platform == "darwin" else os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return os.path.join(os.path.expanduser(base), "rattler", "cache")


def _is_writable(path: str) -> bool:
    """Whether a directory can be written, or made where there is none."""
    for place in (os.path.join(path, "pkgs"), path):
        if os.path.isdir(place):
            return os.access(place, os.W_OK | os.X_OK)
    while not os.path.exists(path) and path != os.path.dirname(path):
        path = os.path.dirname(path)
    return os.path.isdir(path) and os.access(path, os.W_OK | os.X_OK)
