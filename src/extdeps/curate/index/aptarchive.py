"""An archive in apt's format: its Release file, whose signature and hashes vouch for all others.

Format: https://wiki.debian.org/DebianRepository/Format
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from io import BytesIO
from pathlib import Path
from urllib.parse import unquote, urlsplit

from extdeps.compression import iter_chunks, iter_lines
from extdeps.curate.index.signature import UNSIGNED_HINT, read_signed
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.fetch import Fetcher
    from extdeps.host import Host

_LIMIT = 512 * 1024 * 1024
_CONTENT_LIMIT = 4 * 1024 * 1024 * 1024


_ENDINGS = (".xz", ".gz", ".lz4", ".zst", "")


class AptArchive:
    """One suite of an archive, as it is published or as apt keeps it.

    Args:
        address: the archive, above its `dists` (`http://deb.debian.org/debian`), or a directory of apt's lists
            (`file:///var/lib/apt/lists`).
        suite: `bookworm`.
        fetcher: reads addresses.
        host: runs gpgv.
        keyring: the file of keys that are trusted.
        allow_unsigned: accept what is not signed, not by one of these keys, or has expired.

    Attributes:
        address: where the suite is.
        components: the parts of it.
        date: the day on which its Release was made (`2026-11-22`), or empty where that is not told.

    Raises:
        FetchError: the archive cannot be read.
        UntrustedIndexError: its Release is not signed by a trusted key, or has expired.
    """

    def __init__(
        self, address: str, suite: str, *, fetcher: Fetcher, host: Host, keyring: str, allow_unsigned: bool = False
    ) -> None:
        kept = _find_list(address, suite)
        self.address = kept or f"{address.rstrip('/')}/dists/{suite}"
        self._is_kept = bool(kept)
        self._fetcher = fetcher
        fields = _parse_release(self._read_release(host, keyring, allow_unsigned=allow_unsigned))
        if not allow_unsigned:
            self._check_age(fields.get("Valid-Until", ""))
        self.components = tuple(fields.get("Components", "").split())
        self.date = _parse_date(fields.get("Date", ""))
        rows = (line.split() for line in fields.get("SHA256", "").splitlines())
        self._hashes = {row[2]: row[0] for row in rows if len(row) == 3}

    def read_lines(self, path: str) -> Iterable[bytes]:
        """The lines of an index, decompressed as they are read.

        Args:
            path: below the suite, without the ending of a compression (`main/binary-amd64/Packages`).

        Returns:
            The lines, each with its end; none where the archive has no such index.

        Raises:
            FetchError: it cannot be read.
            UntrustedIndexError: it is not what the Release says.
        """
        for ending in _ENDINGS:
            if not self._is_kept and f"{path}{ending}" not in self._hashes:
                continue
            address = self._locate(f"{path}{ending}")
            try:
                content = self._fetcher.fetch(address, limit=_LIMIT).content
            except AbsentAddressError:
                continue  # a Release also has the hashes of what is not kept uncompressed
            if not self._is_vouched(content, path, ending):
                raise UntrustedIndexError(f"`{address}` is not what the archive's Release says")
            return iter_lines(content, address)
        return ()

    def _locate(self, path: str) -> str:
        """Where a file of the suite is; apt keeps all in one directory."""
        return f"{self.address}_{path.replace('/', '_')}" if self._is_kept else f"{self.address}/{path}"

    def _is_vouched(self, content: bytes, path: str, ending: str) -> bool:
        """Whether the Release has the hash of a file, or, where apt compressed it anew, of what it holds."""
        if hashlib.sha256(content).hexdigest() == self._hashes.get(f"{path}{ending}"):
            return True
        if not self._is_kept or path not in self._hashes:
            return False
        digest = hashlib.sha256()
        for chunk in iter_chunks(BytesIO(content), f"{path}{ending}", limit=_CONTENT_LIMIT):
            digest.update(chunk)
        return digest.hexdigest() == self._hashes[path]

    def _check_age(self, until: str) -> None:
        try:
            has_expired = bool(until) and parsedate_to_datetime(until) < datetime.now(UTC)
        except (ValueError, TypeError):
            has_expired = True
        if has_expired:
            raise UntrustedIndexError(f"`{self.address}` was valid until {until}", hint=UNSIGNED_HINT)

    def _read_release(self, host: Host, keyring: str, *, allow_unsigned: bool) -> str:
        try:
            signed = self._fetcher.fetch(self._locate("InRelease")).content
        except AbsentAddressError:
            if not allow_unsigned:
                raise UntrustedIndexError(f"`{self.address}` has no signed `InRelease`", hint=UNSIGNED_HINT) from None
            return self._fetcher.fetch(self._locate("Release")).content.decode("utf-8", "replace")
        if allow_unsigned:
            return signed.decode("utf-8", "replace")
        return read_signed(signed, self.address, host=host, keyring=keyring)


def _parse_date(text: str) -> str:
    try:
        return parsedate_to_datetime(text).date().isoformat()
    except (ValueError, TypeError):
        return ""


def _find_list(address: str, suite: str) -> str:
    """Where apt keeps what it has of a suite, up to the name of a file; empty for a directory of another layout."""
    parts = urlsplit(address)
    if parts.scheme != "file":
        return ""
    ending = f"_dists_{suite}_"
    found = sorted(
        path for name in ("InRelease", "Release") for path in Path(unquote(parts.path)).glob(f"*{ending}{name}")
    )
    return found[0].as_uri().rpartition("_")[0] if found else ""


def _parse_release(text: str) -> dict[str, str]:
    """The fields of a Release, the lines of one joined; what surrounds a signed text is no field."""
    fields: dict[str, str] = {}
    name = ""
    for line in text.splitlines():
        if line.startswith(" "):
            fields[name] = f"{fields.get(name, '')}\n{line.strip()}"
        elif ":" in line:
            name, _, value = line.partition(":")
            fields[name] = value.strip()
    if "SHA256" not in fields:
        raise FetchError("the archive's Release has no SHA256 hashes")
    return fields
