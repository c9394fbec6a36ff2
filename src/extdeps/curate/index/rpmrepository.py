"""One RPM repository: its repomd.xml, whose signature and checksums vouch for all others.

Format: https://en.opensuse.org/openSUSE:Standards_Rpm_Metadata
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from io import BytesIO
from urllib.parse import unquote, urlsplit

from extdeps.compression import iter_chunks
from extdeps.curate.index.rpmmetadata import iter_files, iter_packages
from extdeps.curate.index.signature import UNSIGNED_HINT, check_signature
from extdeps.curate.index.xmlstream import iter_items
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from extdeps.curate.index.interface import Source
    from extdeps.curate.index.rpmmetadata import RpmPackage
    from extdeps.fetch import Response

_LIMIT = 512 * 1024 * 1024
_MAX_DOCUMENT = 4 * 1024 * 1024 * 1024
"""Bytes of a decompressed index; Fedora's lists of files come near one GiB."""

_ALGORITHMS = ("sha256", "sha384", "sha512")
_INDEX = "repodata/repomd.xml"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Document:
    """An index that repomd.xml names: its kind, path below the repository, and checksum as it is kept."""

    kind: str = ""
    path: str = ""
    algorithm: str = ""
    checksum: str = ""


class RpmRepository:
    """One repository.

    Args:
        address: above its `repodata`.
        source: reads addresses, and says what is trusted.
        name: what it is called; empty where there is but one.
        is_default: whether it is on by itself.
        is_own: whether this is the distribution's own address, so that TLS vouches for it where nothing is signed.

    Raises:
        AbsentAddressError: there is no repository.
        FetchError: it cannot be read.
        UntrustedIndexError: nobody vouches for it.
    """

    def __init__(
        self, address: str, source: Source, *, name: str = "", is_default: bool = True, is_own: bool = False
    ) -> None:
        self.address = address.rstrip("/")
        self.name = name
        self.is_default = is_default
        self._fetcher = source.fetcher
        answer = self._fetcher.fetch(f"{self.address}/{_INDEX}")
        if not source.allow_unsigned:
            self._check(answer, source, is_own=is_own)
        documents = iter_items((answer.content,), f"{self.address}/{_INDEX}", _RepomdReader())
        self._documents = {document.kind: document for document in documents}

    def iter_packages(self, architectures: Collection[str]) -> Iterator[RpmPackage]:
        """Its packages of some architectures.

        Raises:
            FetchError: they cannot be read.
            UntrustedIndexError: they are not what repomd.xml says.
        """
        address, content = self._fetch("primary")
        return iter_packages(iter_chunks(BytesIO(content), address, limit=_MAX_DOCUMENT), address, architectures)

    def iter_files(self, names: Collection[str]) -> Iterator[tuple[str, str]]:
        """The files whose `base_name` is one of these: the identity of the package, and the path.

        Raises:
            FetchError: they cannot be read.
            UntrustedIndexError: they are not what repomd.xml says.
        """
        address, content = self._fetch("filelists")
        return iter_files(iter_chunks(BytesIO(content), address, limit=_MAX_DOCUMENT), address, names)

    def _check(self, answer: Response, source: Source, *, is_own: bool) -> None:
        if source.keyring:
            try:
                signature = self._fetcher.fetch(f"{self.address}/{_INDEX}.asc").content
            except AbsentAddressError:
                message = f"`{self.address}` has no signature `{_INDEX}.asc`"
                raise UntrustedIndexError(message, hint=UNSIGNED_HINT) from None
            check_signature(answer.content, signature, self.address, host=source.host, keyring=source.keyring)
        elif not (is_own and _is_same_server(answer.url, self.address)):
            message = f"nobody vouches for `{self.address}`"
            raise UntrustedIndexError(message, hint=f"name the keys that sign it with `--keyring`; {UNSIGNED_HINT}")

    def _fetch(self, kind: str) -> tuple[str, bytes]:
        """The address of an index and what it holds, compressed."""
        document = self._documents.get(kind)
        if document is None:
            raise FetchError(f"`{self.address}/{_INDEX}` names no `{kind}`")
        if ":" in document.path or {"..", ""} & set(unquote(document.path).split("/")):
            raise FetchError(f"`{self.address}/{_INDEX}` names `{document.path}`, which is not in the repository")
        if document.algorithm not in _ALGORITHMS:
            raise UntrustedIndexError(f"`{self.address}/{_INDEX}` has no SHA-2 checksum of its `{kind}`")
        address = f"{self.address}/{document.path}"
        content = self._fetcher.fetch(address, limit=_LIMIT).content
        if hashlib.new(document.algorithm, content).hexdigest() != document.checksum:
            raise UntrustedIndexError(f"`{address}` is not what the repository's repomd.xml says")
        return address, content


def _is_same_server(answered: str, asked: str) -> bool:
    """Whether no redirection led away from a server that TLS has shown to be the one that was asked."""
    left, right = urlsplit(answered), urlsplit(asked)
    return left.scheme == "https" and (left.scheme, left.netloc) == (right.scheme, right.netloc)


class _RepomdReader:
    def __init__(self) -> None:
        self._fields: dict[str, str] = {}
        self._done: list[_Document] = []

    def start(self, parent: str, name: str, attributes: Mapping[str, str]) -> None:
        if name == "data":
            self._fields = {"kind": attributes.get("type", "")}
        elif parent == "data" and name == "location":
            self._fields["path"] = attributes.get("href", "")
        elif parent == "data" and name == "checksum":
            self._fields["algorithm"] = attributes.get("type", "")

    def end(self, parent: str, name: str, text: str) -> None:
        if parent == "data" and name == "checksum":
            self._fields["checksum"] = text.strip().lower()
        elif name == "data":
            self._done.append(_Document(**self._fields))

    def take(self) -> list[_Document]:
        done, self._done = self._done, []
        return done
