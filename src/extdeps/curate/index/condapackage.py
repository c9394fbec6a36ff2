"""The files that a conda package ships.

Formats: https://docs.conda.io/projects/conda-build/en/stable/resources/package-spec.html and CEP 35
"""

from __future__ import annotations

import bz2
import io
import json
import tarfile
import zipfile

from extdeps.compression import decompress
from extdeps.errors import FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pathlib import Path

_LIMIT = 64 * 1024 * 1024
"""Bytes of all that is said about a package, which is mostly the list of its files."""

_PATHS, _FILES = "info/paths.json", "info/files"
_DAMAGE = (tarfile.TarError, zipfile.BadZipFile, EOFError, OSError, ValueError, RecursionError, NotImplementedError)


def read_paths(path: Path) -> tuple[str, ...]:
    """The paths that a package installs, below the environment.

    Args:
        path: the package, `.conda` or `.tar.bz2`.

    Raises:
        FetchError: it cannot be read, or is damaged.
        UsageError: what decompresses it is not installed.
    """
    try:
        return _read_conda(path) if path.suffix == ".conda" else _read_tar_bz2(path)
    except _DAMAGE as error:
        raise FetchError(f"`{path}` cannot be read", context=(str(error) or type(error).__name__,)) from error


def _read_conda(path: Path) -> tuple[str, ...]:
    """A zip whose member `info-NAME.tar.zst` tells about it."""
    with zipfile.ZipFile(path) as archive:
        name = next((name for name in archive.namelist() if name.startswith("info-")), "")
        if not name:
            raise ValueError("it has no `info-*.tar.zst`")
        with archive.open(name) as member:
            content = member.read(_LIMIT + 1)
    if len(content) > _LIMIT:
        raise ValueError(f"`{name}` is larger than {_LIMIT // 1024 // 1024} MiB")
    content = decompress(content, f"{path}/{name}", limit=_LIMIT)
    with tarfile.open(fileobj=io.BytesIO(content), mode="r:") as members:
        return _find_paths(members)


class _Bounded(bz2.BZ2File):
    """A stream that gives no more at once than is allowed: tarfile reads extended headers as a whole."""

    def read(self, size: int | None = -1) -> bytes:
        if size is None or not 0 <= size <= _LIMIT + tarfile.BLOCKSIZE:
            raise ValueError(f"a header of {size} bytes")
        return super().read(size)


def _read_tar_bz2(path: Path) -> tuple[str, ...]:
    with _Bounded(path) as stream, tarfile.open(fileobj=stream, mode="r:") as members:
        return _find_paths(members)


def _find_paths(members: tarfile.TarFile) -> tuple[str, ...]:
    """What `info/paths.json` lists, or `info/files` of an old package."""
    old = None
    for member in members:
        if member.isfile() and member.name in (_PATHS, _FILES):
            file = members.extractfile(member)
            content = file.read(_LIMIT) if file else b""
            if member.name == _PATHS:
                return _parse_paths(content)
            old = content
    if old is None:
        raise ValueError(f"it has no `{_PATHS}`")
    return tuple(old.decode("utf-8", "replace").splitlines())


def _parse_paths(content: bytes) -> tuple[str, ...]:
    document = json.loads(content)
    paths = document.get("paths") if isinstance(document, dict) else None
    if not isinstance(paths, list):
        raise ValueError(f"`paths` of `{_PATHS}` is not an array")
    entries = (entry.get("_path") if isinstance(entry, dict) else None for entry in paths)
    return tuple(path for path in entries if isinstance(path, str))
