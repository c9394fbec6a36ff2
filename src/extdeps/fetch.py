"""Reading from the network: the only module that opens a socket."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from threading import Lock
from urllib.parse import unquote, urljoin, urlsplit, urlunsplit

from extdeps.errors import AbsentAddressError, FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Mapping

    from urllib3 import BaseHTTPResponse, PoolManager
    from urllib3.util import Retry

TIME_LIMIT = 15.0
"""Seconds without an answer after which an address is given up."""

PAGE_LIMIT = 64 * 1024 * 1024
"""Bytes of an index page; the largest projects on PyPI have pages of some 10 MB."""

CONNECTIONS = 8
"""How many addresses are read at the same time, and so how many connections to one server are kept open."""

_MEDIA_TYPES = {"html": "text/html", "json": "application/json"}
"""Of files, by what follows the last dot of their names; others are read for their contents alone."""

_SCHEMES = ("https", "http")
_REDIRECTIONS = 10
_LAST_SUCCESS = 299
_ABSENT = (404, 410)


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
    """Reads addresses, from several threads at a time, with the certificates, credentials and proxies of pip.

    Args:
        certificates: a file of certificates, or empty for the system's.
        netrc: finds user and password for a host name, or None.
    """

    def __init__(self, certificates: str = "", netrc: Callable[[str], tuple[str, str] | None] | None = None) -> None:
        self._certificates = certificates
        self._netrc = netrc
        self._tls: ssl.SSLContext | None = None
        self._managers: dict[str, PoolManager] = {}
        self._lock = Lock()

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
        bare = url
        try:
            scheme = urlsplit(url).scheme
            if scheme == "file":
                response = _read_file(url, limit)
            elif scheme not in _SCHEMES:
                raise ValueError("it is no address of `https:`, `http:` or `file:`")
            else:
                bare, headers = self._credentials(url)
                response = self._ask(bare, {"Accept": accept, "User-Agent": "extdeps", **headers}, limit)
        except (OSError, ValueError) as error:
            reason = _find_cause(error)
            kind = AbsentAddressError if isinstance(reason, FileNotFoundError) else FetchError
            raise kind(f"`{bare}` cannot be read", context=(str(reason),)) from error
        if len(response.content) > limit:
            raise FetchError(f"`{bare}` is larger than {limit // 1024 // 1024} MiB")
        return response

    def _ask(self, url: str, headers: Mapping[str, str], limit: int) -> Response:
        answer, content = self._exchange(url, headers, limit)
        if answer.status > _LAST_SUCCESS:
            kind = AbsentAddressError if answer.status in _ABSENT else FetchError
            raise kind(f"`{url}` answers {answer.status} {answer.reason}")
        promised = answer.headers.get("Content-Length", "")
        if promised.isdigit() and len(content) < min(int(promised), limit):
            raise OSError(f"the answer breaks off after {len(content)} of {promised} bytes")
        media = answer.headers.get("Content-Type", "text/plain").partition(";")[0].strip().lower()
        return Response(url=_final_address(url, answer), content=content, content_type=media)

    def _exchange(self, url: str, headers: Mapping[str, str], limit: int) -> tuple[BaseHTTPResponse, bytes]:
        """What a server answers, and the body up to one byte more than the limit."""
        from urllib3.exceptions import HTTPError
        from urllib3.util import Timeout

        try:
            answer = self._manager(url).request(
                "GET",
                url,
                headers=headers,
                preload_content=False,
                decode_content=False,
                timeout=Timeout(connect=TIME_LIMIT, read=TIME_LIMIT),
                retries=_follow_redirections(),
            )
            with closing(answer):  # one that was read to its end has given its connection back
                return answer, answer.read(limit + 1)
        except HTTPError as error:
            raise OSError(str(error)) from error

    def _manager(self, url: str) -> PoolManager:
        """The connections of the way to a server: straight, or through a proxy of the environment."""
        from urllib.request import getproxies, proxy_bypass

        parts = urlsplit(url)
        proxy = "" if proxy_bypass(parts.netloc) else getproxies().get(parts.scheme, "")
        with self._lock:
            if proxy not in self._managers:
                self._managers[proxy] = self._connect(proxy)
            return self._managers[proxy]

    def _connect(self, proxy: str) -> PoolManager:
        from urllib3 import PoolManager, ProxyManager

        tls = self._context()
        if not proxy:
            return PoolManager(maxsize=CONNECTIONS, ssl_context=tls)
        address, user, password = _split_user(proxy if "://" in proxy else f"http://{proxy}")
        headers = {"Proxy-Authorization": _authorize(user, password)} if user else None
        return ProxyManager(address, maxsize=CONNECTIONS, ssl_context=tls, proxy_headers=headers)

    def _context(self) -> ssl.SSLContext:
        """The certificates that a server is checked against, read once: that costs more than asking it."""
        if self._tls is None:
            import ssl

            try:
                self._tls = ssl.create_default_context(cafile=self._certificates or None)
            except OSError as error:
                raise FetchError(
                    f"the certificates `{self._certificates}` cannot be read", context=(str(error),)
                ) from error
        return self._tls

    def _credentials(self, url: str) -> tuple[str, Mapping[str, str]]:
        """The address without its user, and the header that carries it."""
        bare, user, password = _split_user(url)
        if not user and self._netrc:
            user, password = self._netrc(urlsplit(url).hostname or "") or ("", "")
        return bare, {"Authorization": _authorize(user, password)} if user else {}


def _split_user(url: str) -> tuple[str, str, str]:
    """An address without its user, the user, and the password."""
    parts = urlsplit(url)
    bare = urlunsplit(parts._replace(netloc=parts.netloc.rpartition("@")[2]))
    return bare, unquote(parts.username or ""), unquote(parts.password or "")


def _authorize(user: str, password: str) -> str:
    """A user and password as a header carries them (RFC 7617)."""
    from base64 import b64encode

    return f"Basic {b64encode(f'{user}:{password}'.encode()).decode()}"


def _follow_redirections() -> Retry:
    """Nothing else is asked for again: not even a server that is not trusted, which urllib3 would ask forever."""
    from urllib3.util import Retry

    return Retry(_REDIRECTIONS, connect=False, read=False, status=False, other=False, respect_retry_after_header=False)


def _final_address(url: str, answer: BaseHTTPResponse) -> str:
    """The address after redirections, each of which may be relative to the one before."""
    for step in answer.retries.history if answer.retries else ():
        url = urljoin(url, step.redirect_location or "")
    return url


def _read_file(url: str, limit: int) -> Response:
    from urllib.request import url2pathname

    path = url2pathname(urlsplit(url).path)
    media = _MEDIA_TYPES.get(path.rpartition(".")[2], "application/octet-stream")
    with open(path, "rb") as file:
        return Response(url=url, content=file.read(limit + 1), content_type=media)


def _find_cause(error: BaseException) -> BaseException:
    """What went wrong in the end, below what it was wrapped in."""
    inner = error.__cause__ or next((item for item in error.args if isinstance(item, Exception)), None)
    return _find_cause(inner) if inner else error
