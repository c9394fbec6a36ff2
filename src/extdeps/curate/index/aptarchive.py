"""An archive in apt's format: its Release file, whose signature and hashes vouch for all others.

Format: https://wiki.debian.org/DebianRepository/Format
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

from extdeps.compression import iter_lines
from extdeps.curate.index.signature import UNSIGNED_HINT, read_signed
from extdeps.errors import AbsentAddressError, FetchError, UntrustedIndexError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable

    from extdeps.fetch import Fetcher
    from extdeps.host import Host

_LIMIT = 512 * 1024 * 1024


class AptArchive:
    """One suite of an archive.

    Args:
        address: the archive, above its `dists` (`http://deb.debian.org/debian`).
        suite: `bookworm`.
        fetcher: reads addresses.
        host: runs gpgv.
        keyring: the file of keys that are trusted.
        allow_unsigned: accept what is not signed, not by one of these keys, or has expired.

    Raises:
        FetchError: the archive cannot be read.
        UntrustedIndexError: its Release is not signed by a trusted key, or has expired.
    """

    def __init__(
        self, address: str, suite: str, *, fetcher: Fetcher, host: Host, keyring: str, allow_unsigned: bool = False
    ) -> None:
        self.address = f"{address.rstrip('/')}/dists/{suite}"
        self._fetcher = fetcher
        fields = _parse_release(self._read_release(host, keyring, allow_unsigned=allow_unsigned))
        if not allow_unsigned:
            self._check_age(fields.get("Valid-Until", ""))
        self.components = tuple(fields.get("Components", "").split())
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
        for ending in (".xz", ".gz", ".lz4", ".zst", ""):
            expected = self._hashes.get(f"{path}{ending}")
            if expected is None:
                continue
            address = f"{self.address}/{path}{ending}"
            try:
                content = self._fetcher.fetch(address, limit=_LIMIT).content
            except AbsentAddressError:
                continue  # a Release also has the hashes of what is not kept uncompressed
            if hashlib.sha256(content).hexdigest() != expected:
                raise UntrustedIndexError(f"`{address}` is not what the archive's Release says")
            return iter_lines(content, address)
        return ()

    def _check_age(self, until: str) -> None:
        try:
            has_expired = bool(until) and parsedate_to_datetime(until) < datetime.now(UTC)
        except (ValueError, TypeError):
            has_expired = True
        if has_expired:
            raise UntrustedIndexError(f"`{self.address}` was valid until {until}", hint=UNSIGNED_HINT)

    def _read_release(self, host: Host, keyring: str, *, allow_unsigned: bool) -> str:
        try:
            signed = self._fetcher.fetch(f"{self.address}/InRelease").content
        except AbsentAddressError:
            if not allow_unsigned:
                raise UntrustedIndexError(f"`{self.address}` has no signed `InRelease`", hint=UNSIGNED_HINT) from None
            return self._fetcher.fetch(f"{self.address}/Release").content.decode("utf-8", "replace")
        if allow_unsigned:
            return signed.decode("utf-8", "replace")
        return read_signed(signed, self.address, host=host, keyring=keyring)


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
