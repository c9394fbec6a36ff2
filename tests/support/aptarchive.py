"""Small archives in apt's format."""

from __future__ import annotations

import gzip
import hashlib
import lzma
from collections.abc import Callable, Mapping
from pathlib import Path

from extdeps.curate.index.aptarchive import AptArchive
from extdeps.fetch import Fetcher
from support.recorded import RecordedHost

COMPRESS: dict[str, Callable[[bytes], bytes]] = {".gz": gzip.compress, ".xz": lzma.compress}
PACKAGES = """\
Package: libz-dev
Depends: libz1 (= 1.3), libc-dev | libc6-dev
Description: a library

Package: libz1
Provides: libz-abi (= 1), libz-compat
Pre-Depends: libc6:any
Description: a library

Package: libz0
Section: oldlibs
Depends: libz1
Description: transitional package

Package: libc6
Description: the C library

Package: libc6-dev
Description: the C library
"""
CONTENTS = """\
usr/include/z/z.h   libdevel/libz-dev
usr/lib/x86_64-linux-gnu/libz.so\tlibdevel/libz-dev,libdevel/other
usr/lib/x86_64-linux-gnu/libz.so.1.3   libs/libz1
usr/lib/x86_64-linux-gnu/pkgconfig/z.pc   libdevel/libz-dev
usr/share/doc/with space/z.h   doc/libz-doc
usr/bin/z   utils/z
"""


def write_archive(root: Path, files: Mapping[str, str], *, suite: str = "bookworm", fields: str = "") -> Path:
    """Write a suite with an unsigned Release.

    Args:
        root: the archive.
        files: contents by path below the suite, compressed as the ending says.
        suite: its name.
        fields: further lines of the Release.

    Returns:
        The Release.
    """
    directory = root / "dists" / suite
    hashes = []
    for name, text in files.items():
        content = COMPRESS.get(Path(name).suffix, bytes)(text.encode())
        (directory / name).parent.mkdir(parents=True, exist_ok=True)
        (directory / name).write_bytes(content)
        hashes.append(f" {hashlib.sha256(content).hexdigest()} {len(content)} {name}\n")
    release = directory / "Release"
    release.write_text(f"Codename: {suite}\nComponents: main non-free\n{fields}SHA256:\n{''.join(hashes)}")
    return release


def write_default_archive(root: Path, *, fields: str = "") -> Path:
    """The packages and contents above, and one package in non-free; returns the Release."""
    files = {
        "main/binary-amd64/Packages.xz": PACKAGES,
        "main/Contents-amd64.gz": CONTENTS,
        "non-free/binary-amd64/Packages": "Package: cuda\nDescription: not free\n",
    }
    return write_archive(root, files, fields=fields)


def open_archive(root: Path, *, allow_unsigned: bool = True, keyring: str = "") -> AptArchive:
    """A suite that was written with `write_archive`."""
    return AptArchive(
        root.as_uri(),
        "bookworm",
        fetcher=Fetcher(),
        host=RecordedHost(),
        keyring=keyring,
        allow_unsigned=allow_unsigned,
    )
