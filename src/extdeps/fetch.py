"""Reading from the network: the only module that opens a socket."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit, urlunsplit

from extdeps.errors import AbsentAddressError, FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

TIME_LIMIT = 15.0
"""Seconds without an answer after which an address is given up."""

PAGE_LIMIT = 64 * 1024 * 1024
"""Bytes of an index page; the largest projects on PyPI have pages of some 10 MB."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Response:
    """What an address answered.

    Args:
        url: the address after redirections.
        content: the body.
        content_type: its media type, without parameters.
    """

    url: str
    content: bytes
    content_type: str


class Fetcher:
    """Reads addresses with the certificates and credentials that pip would use.

    Args:
        certificates: a file of certificates, or empty for the system's.
        netrc: finds user and password for a host name, or None.
    """

    def __init__(self, certificates: str = "", netrc: Callable[[str], tuple[str, str] | None] | None = None) -> None:
        self._certificates = certificates
        self._netrc = netrc
        self._tls: ssl.SSLContext | None = None

    def fetch(self, url: str, *, accept: str = "*/*", limit: int = PAGE_LIMIT) -> Response:
        """Read an address.

        Args:
            url: `https:`, `http:` or `file:`; a user and password in it are sent as credentials.
            accept: the media types that are understood.
            limit: the most bytes that are read.

        Raises:
            AbsentAddressError: the server answers that there is nothing.
            FetchError: it cannot be reached, refuses, or answers with more than the limit.
        """
        import urllib.error
        import urllib.request
        from http.client import HTTPException

        bare = url
        try:
            bare, headers = self._credentials(url)
            request = urllib.request.Request(bare, headers={"Accept": accept, "User-Agent": "extdeps", **headers})
            with urllib.request.urlopen(request, timeout=TIME_LIMIT, context=self._context(bare)) as answer:
                content = answer.read(limit + 1)
                media = str(answer.headers.get_content_type())
                promised = str(answer.headers.get("Content-Length", ""))
                final = answer.geturl()
            if promised.isdigit() and len(content) < min(int(promised), limit):
                raise OSError(f"the answer breaks off after {len(content)} of {promised} bytes")
        except urllib.error.HTTPError as error:
            error.close()
            kind = AbsentAddressError if error.code in (404, 410) else FetchError
            raise kind(f"`{bare}` answers {error.code} {error.reason}") from error
        except (OSError, ValueError, HTTPException) as error:
            reason = getattr(error, "reason", error)
            kind = AbsentAddressError if isinstance(reason, FileNotFoundError) else FetchError
            raise kind(f"`{bare}` cannot be read", context=(str(reason),)) from error
        if len(content) > limit:
            raise FetchError(f"`{bare}` is larger than {limit // 1024 // 1024} MiB")
        return Response(url=final, content=content, content_type=media)

    def _context(self, url: str) -> ssl.SSLContext | None:
        """The certificates that a server is checked against; they are read once, which costs more than asking it."""
        if self._tls or not url.startswith("https:"):
            return self._tls
        import ssl

        try:
            self._tls = ssl.create_default_context(cafile=self._certificates or None)
        except OSError as error:
            raise FetchError(
                f"the certificates `{self._certificates}` cannot be read", context=(str(error),)
            ) from error
        return self._tls

    def _credentials(self, url: str) -> tuple[str, Mapping[str, str]]:
        """The address without its user, and the header that carries it (RFC 7617)."""
        parts = urlsplit(url)
        if parts.scheme not in ("http", "https"):
            return url, {}
        user, password = unquote(parts.username or ""), unquote(parts.password or "")
        if not user and self._netrc:
            user, password = self._netrc(parts.hostname or "") or ("", "")
        if not user:
            return url, {}
        from base64 import b64encode

        token = b64encode(f"{user}:{password}".encode()).decode()
        return urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2])), {"Authorization": f"Basic {token}"}
