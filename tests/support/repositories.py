"""Small repositories of pacman, apk and xbps."""

from __future__ import annotations

import gzip
import plistlib
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.child import Completed
from extdeps.curate.index.interface import Source
from extdeps.fetch import Fetcher, Response
from extdeps.host import Host, LocalHost
from support.archives import make_tar
from support.recorded import RecordedHost


def make_source(
    ecosystem: str,
    address: str | Path = "",
    *,
    fetcher: Fetcher | None = None,
    host: Host | None = None,
    keyring: str | Path = "",
    architecture: str = "amd64",
    allow_unsigned: bool = False,
) -> Source:
    """A source on this machine; a path is a directory."""
    return Source(
        ecosystem=parse_ecosystem(ecosystem),
        fetcher=fetcher or Fetcher(),
        host=host or LocalHost(),
        address=address.as_uri() if isinstance(address, Path) else address,
        architecture=architecture,
        keyring=str(keyring),
        allow_unsigned=allow_unsigned,
    )


class FakeFetcher(Fetcher):
    """Answers from memory; what it does not know is read as ever (a `file:`)."""

    def __init__(self, pages: Mapping[str, bytes], *, redirect: tuple[str, str] = ("", "")) -> None:
        super().__init__()
        self.asked: list[str] = []
        self._pages = pages
        self._redirect = redirect

    def fetch(self, url: str, *, accept: str = "*/*", limit: int = 1024) -> Response:
        self.asked.append(url)
        if url not in self._pages:
            return super().fetch("file:///nosuch/file")
        return Response(url=url.replace(*self._redirect), content=self._pages[url], content_type="")


class Verifier(RecordedHost):
    """Answers every question for a signature alike, and keeps what the files held that it was given."""

    def __init__(self, returncode: int | None, stderr: str = "") -> None:
        super().__init__()
        self.given: list[bytes] = []
        self._returncode = returncode
        self._stderr = stderr

    def run(
        self, argv: Sequence[str], /, *, timeout: float = 10.0, environ: Mapping[str, str] | None = None
    ) -> Completed | None:
        self.runs.append(tuple(argv))
        self.given += [Path(path).read_bytes() for path in argv[-2:]]
        return (
            None if self._returncode is None else Completed(returncode=self._returncode, stdout="", stderr=self._stderr)
        )


def make_archive(files: Mapping[str, bytes | str]) -> bytes:
    """A .tar.gz that is the same whenever it is made."""
    return gzip.compress(gzip.decompress(make_tar(files)), mtime=0)


def make_pacman(packages: Mapping[str, str], kind: str = "desc") -> bytes:
    """A database: of each `name-version-release` its fields."""
    return make_archive({f"{name}/{kind}": text for name, text in packages.items()})


def make_apkindex(text: str) -> bytes:
    """An index that is not signed."""
    return make_archive({"DESCRIPTION": "v3.22", "APKINDEX": text})


def sign_apkindex(index: bytes, signatures: Mapping[str, bytes]) -> bytes:
    """An index behind signatures, each with the name of its file."""
    archive = gzip.decompress(make_tar(signatures)).rstrip(b"\0")
    return gzip.compress(archive + bytes(-len(archive) % 512), mtime=0) + index


def make_repodata(packages: Iterable[Mapping[str, object]]) -> bytes:
    """The index of a repository of xbps."""
    entries = {str(package.get("pkgver", "")).rpartition("-")[0]: dict(package) for package in packages}
    return make_archive({"index.plist": plistlib.dumps(entries), "index-meta.plist": "", "stage.plist": ""})


def name_bytes(value: object) -> str | None:
    """What pytest calls a parameter, which it else writes out."""
    return "bytes" if isinstance(value, bytes) else None
