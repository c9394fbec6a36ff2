"""Small RPM repositories."""

from __future__ import annotations

import bz2
import gzip
import hashlib
import lzma
import sys
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

zstd = import_module("compression.zstd" if sys.version_info >= (3, 14) else "backports.zstd")

COMPRESS: dict[str, Callable[[bytes], bytes]] = {
    ".gz": gzip.compress,
    ".xz": lzma.compress,
    ".bz2": bz2.compress,
    ".zst": zstd.compress,
    "": bytes,
}
_COMMON = 'xmlns="http://linux.duke.edu/metadata/common" xmlns:rpm="http://linux.duke.edu/metadata/rpm"'


@dataclass(frozen=True, kw_only=True)
class Built:
    """A package as a repository describes it.

    Args:
        files: paths; one that ends in `/` is a directory.
        listed: those of them that `primary` lists too.
    """

    name: str
    version: str = "1"
    epoch: str = "0"
    architecture: str = "x86_64"
    requires: tuple[str, ...] = ()
    provides: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    listed: tuple[str, ...] = ()

    @property
    def identity(self) -> str:
        return hashlib.sha256(repr(self).encode()).hexdigest()


DEFAULT = (
    Built(
        name="z-devel",
        requires=("libz.so.1()(64bit)", "pkgconfig(c)", "rpmlib(CompressedFileNames)", "(nosuch or z-filters)"),
        provides=("z-devel", "pkgconfig(z)"),
        files=("/usr/include/z/", "/usr/include/z/z.h", "/usr/lib64/libz.so", "/usr/lib64/pkgconfig/z.pc"),
    ),
    Built(
        name="z-libs",
        requires=("/bin/sh", "/usr/share/nosuch"),
        provides=("z-libs", "libz.so.1()(64bit)", "libz-compat"),
        files=("/usr/lib64/libz.so.1.3",),
    ),
    Built(name="z-libs", architecture="i686", files=("/usr/lib/libz.so.1.3",)),
    Built(name="z-libs", architecture="src", files=("z.h",)),
    Built(name="c-devel", architecture="noarch", provides=("pkgconfig(c)",)),
    Built(name="z-filters"),
    Built(name="shell", files=("/bin/sh", "/bin/other"), listed=("/bin/sh", "/bin/other")),
    Built(name="z", files=("/usr/bin/z",)),
)


def write_rpm_repository(root: Path, packages: Iterable[Built] = DEFAULT, *, ending: str = ".gz") -> Path:
    """Write an unsigned repository, whose indexes are compressed as an ending says; returns its repomd.xml."""
    documents = make_documents(packages)
    return write_documents(root, {f"{kind}.xml{ending}": text for kind, text in documents.items()})


def make_documents(packages: Iterable[Built]) -> dict[str, str]:
    """The indexes that describe packages, by kind."""
    packages = tuple(packages)
    primary = "".join(map(_describe, packages))
    filelists = "".join(map(_list_files, packages))
    return {
        "primary": f"<metadata {_COMMON}>{primary}</metadata>",
        "filelists": f'<filelists xmlns="http://linux.duke.edu/metadata/filelists">{filelists}</filelists>',
    }


def write_documents(root: Path, documents: Mapping[str, str], *, algorithm: str = "sha256") -> Path:
    """Write indexes by file name, and the repomd.xml that names them, which is returned."""
    directory = root / "repodata"
    directory.mkdir(parents=True, exist_ok=True)
    rows = ""
    for name, text in documents.items():
        content = COMPRESS[Path(name).suffix.replace(".xml", "")](text.encode())
        (directory / name).write_bytes(content)
        rows += f'<data type="{name.partition(".")[0]}">\n'
        rows += f'  <checksum type="{algorithm}">{hashlib.new(algorithm, content).hexdigest()}</checksum>\n'
        rows += f'  <location href="repodata/{name}"/>\n</data>\n'
    index = directory / "repomd.xml"
    header = '<?xml version="1.0" encoding="UTF-8"?>\n<repomd xmlns="http://linux.duke.edu/metadata/repo">\n'
    index.write_text(f"{header}<revision>1</revision>\n{rows}</repomd>\n")
    return index


def _describe(package: Built) -> str:
    entries = {
        kind: "".join(f'<rpm:entry name={quoteattr(name)} flags="EQ" epoch="0" ver="1"/>\n' for name in names)
        for kind, names in (("provides", package.provides), ("requires", package.requires), ("obsoletes", ("old",)))
    }
    lists = "".join(f"<rpm:{kind}>\n{text}</rpm:{kind}>\n" for kind, text in entries.items())
    return f"""\
<package type="rpm">
  <name>{escape(package.name)}</name>
  <arch>{package.architecture}</arch>
  <version epoch="{package.epoch}" ver="{package.version}" rel="1"/>
  <checksum type="sha256" pkgid="YES">{package.identity}</checksum>
  <summary>About {escape(package.name)} &amp; others</summary>
  <description>Longer.</description>
  <format>
    <rpm:license>MIT</rpm:license>
    {lists}{_format_files(package.listed)}
  </format>
</package>
"""


def _list_files(package: Built) -> str:
    attributes = f'pkgid="{package.identity}" name={quoteattr(package.name)} arch="{package.architecture}"'
    return f'<package {attributes}>\n<version epoch="0" ver="1"/>\n{_format_files(package.files)}</package>\n'


def _format_files(paths: Iterable[str]) -> str:
    kinds = {True: ' type="dir"', False: ""}
    return "".join(f"<file{kinds[path.endswith('/')]}>{escape(path.rstrip('/'))}</file>\n" for path in paths)
