"""Reading addresses: files, and servers on loopback, good and bad."""

from __future__ import annotations

import errno
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

import support
from extdeps.errors import AbsentAddressError, FetchError
from extdeps.fetch import Fetcher, Response
from support.index import serve

CERTIFICATE = str(Path(support.__file__).parent / "localhost.pem")
"""Of localhost, with its key."""


@pytest.fixture(autouse=True)
def _no_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("no_proxy", "127.0.0.1,localhost")


@contextmanager
def answer(content: bytes) -> Iterator[str]:
    """A server that reads one request and answers with these bytes, whatever they are."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def work() -> None:
            connection, _ = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(content)

        thread = threading.Thread(target=work, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}/x"
        thread.join(5)


def page(head: str, body: bytes = b"") -> bytes:
    return f"HTTP/1.1 {head}\r\nConnection: close\r\n\r\n".encode() + body


# files


def test_a_file(tmp_path: Path) -> None:
    (tmp_path / "a b.html").write_bytes(b"\0content")
    url = (tmp_path / "a b.html").as_uri()
    assert Fetcher().fetch(url) == Response(url=url, content=b"\0content", content_type="text/html")


@pytest.mark.parametrize(("name", "media"), [("x.json", "application/json"), ("x.whl", "application/octet-stream")])
def test_the_media_type_of_a_file(name: str, media: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    assert Fetcher().fetch((tmp_path / name).as_uri()).content_type == media


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    url = (tmp_path / "nosuch").as_uri()
    with pytest.raises(AbsentAddressError) as caught:
        Fetcher().fetch(url)
    assert str(caught.value) == (f"`{url}` cannot be read\n[Errno 2] No such file or directory: '{tmp_path}/nosuch'")


def test_a_file_that_is_no_file_is_another_matter(tmp_path: Path) -> None:
    with pytest.raises(FetchError) as caught:
        Fetcher().fetch(tmp_path.as_uri())
    assert type(caught.value) is FetchError


@pytest.mark.parametrize("size", [10, 11])
def test_a_file_of_the_limit_and_one_above_it(tmp_path: Path, size: int) -> None:
    (tmp_path / "x").write_bytes(b"x" * size)
    url = (tmp_path / "x").as_uri()
    if size <= 10:
        assert len(Fetcher().fetch(url, limit=10).content) == size
        return
    with pytest.raises(FetchError) as caught:
        Fetcher().fetch(url, limit=10)
    assert str(caught.value) == f"`{url}` is larger than 0 MiB"


# servers


def test_a_page_and_what_is_sent_for_it() -> None:
    with serve({"/simple/x/": ("text/html; charset=utf-8", b"<a>")}) as index:
        response = Fetcher().fetch(f"{index.url}/x/", accept="text/html")
    assert response == Response(url=f"{index.url}/x/", content=b"<a>", content_type="text/html")
    (headers,) = index.headers
    assert (headers["Accept"], headers["User-Agent"]) == ("text/html", "extdeps")
    assert "Authorization" not in headers


def test_a_page_that_is_not_there() -> None:
    with serve({}) as index, pytest.raises(AbsentAddressError) as caught:
        Fetcher().fetch(f"{index.url}/x/")
    assert str(caught.value) == f"`{index.url}/x/` answers 404 Not Found"
    assert caught.value.exit_code == 5


@pytest.mark.parametrize(
    ("head", "kind", "message"),
    [
        ("410 Gone", AbsentAddressError, "answers 410 Gone"),
        ("403 Forbidden", FetchError, "answers 403 Forbidden"),
        ("500 Oh no", FetchError, "answers 500 Oh no"),
        ("503 Busy\r\nRetry-After: 60", FetchError, "answers 503 Busy"),
        ("304 Not Modified", FetchError, "answers 304 Not Modified"),
        ("204 No Content", None, ""),
    ],
)
def test_other_answers(head: str, kind: type[FetchError] | None, message: str) -> None:
    with answer(page(head)) as url:
        if kind is None:
            assert Fetcher().fetch(url).content == b""
            return
        with pytest.raises(FetchError) as caught:
            Fetcher().fetch(url)
    assert type(caught.value) is kind
    assert str(caught.value) == f"`{url}` {message}"


def test_a_redirection_is_followed() -> None:
    with (
        serve({"/simple/x/": ("text/plain", b"there")}) as index,
        answer(page(f"302 Found\r\nLocation: {index.url}/x/")) as url,
    ):
        assert Fetcher().fetch(url) == Response(url=f"{index.url}/x/", content=b"there", content_type="text/plain")


def test_a_refused_connection() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        url = f"http://127.0.0.1:{server.getsockname()[1]}/x"
    with pytest.raises(FetchError) as caught:
        Fetcher().fetch(url)
    assert type(caught.value) is FetchError
    assert str(caught.value) == f"`{url}` cannot be read\n[Errno {errno.ECONNREFUSED}] Connection refused"


def test_a_connection_that_is_closed_without_an_answer() -> None:
    with answer(b"") as url, pytest.raises(FetchError) as caught:
        Fetcher().fetch(url)
    assert caught.value.message == f"`{url}` cannot be read"


def test_redirections_that_lead_nowhere() -> None:
    with (
        keep_alive(lambda path, _: (302, {"Location": path + "x"}, b"")) as server,
        pytest.raises(FetchError) as caught,
    ):
        Fetcher().fetch(f"{server.url}/")
    assert str(caught.value) == f"`{server.url}/` cannot be read\ntoo many redirects"
    assert server.count == 1


@pytest.mark.parametrize("target", ["file:///etc/hostname", "ftp://127.0.0.1/x"])
def test_a_redirection_to_something_else_than_a_server(target: str) -> None:
    with answer(page(f"302 Found\r\nLocation: {target}")) as url, pytest.raises(FetchError) as caught:
        Fetcher().fetch(url)
    assert caught.value.message == f"`{url}` cannot be read"


def test_relative_redirections() -> None:
    places = {"/a/b": "c", "/a/c": "/d/e", "/d/e": "../f"}

    def reply(path: str, _: Message) -> Reply:
        return (302, {"Location": places[path]}, b"moved") if path in places else (200, {}, path.encode())

    with keep_alive(reply) as server:
        response = Fetcher().fetch(f"{server.url}/a/b")
    assert (response.url, response.content) == (f"{server.url}/f", b"/f")


# connections


Reply = tuple[int, dict[str, str], bytes]


class Server:
    """The address of a server that keeps connections open, and how many there were."""

    url = ""
    count = 0


@contextmanager
def keep_alive(reply: Callable[[str, Message], Reply], *, is_encrypted: bool = False) -> Iterator[Server]:
    """A server that answers many requests of a connection, by their path or address and their headers."""
    found = Server()

    class QuietServer(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            pass  # a client that does not trust it

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def setup(self) -> None:
            super().setup()
            found.count += 1

        def do_GET(self) -> None:
            status, headers, content = reply(self.path, self.headers)
            self.send_response(status)
            for name, value in {"Content-Length": str(len(content)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        def do_CONNECT(self) -> None:
            host, _, port = self.path.partition(":")
            reply(self.path, self.headers)
            with socket.create_connection((host, int(port))) as other:
                self.send_response(200)
                self.end_headers()
                back = threading.Thread(target=pass_on, args=(other, self.connection), daemon=True)
                back.start()
                pass_on(self.connection, other)
                back.join(5)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            pass

    with QuietServer(("127.0.0.1", 0), Handler) as server:
        if is_encrypted:
            tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
            tls.load_cert_chain(CERTIFICATE)
            server.socket = tls.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
        found.url = f"{'https' if is_encrypted else 'http'}://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def pass_on(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):
        while content := source.recv(65536):
            target.sendall(content)
        target.shutdown(socket.SHUT_WR)


def test_one_connection_for_what_is_read_in_turn() -> None:
    def reply(path: str, _: Message) -> Reply:
        return (404, {}, b"not here") if path == "/2" else (200, {}, path.encode())

    fetcher = Fetcher()
    with keep_alive(reply) as server:
        assert fetcher.fetch(f"{server.url}/1").content == b"/1"
        with pytest.raises(AbsentAddressError):
            fetcher.fetch(f"{server.url}/2")
        assert fetcher.fetch(f"{server.url}/3").content == b"/3"
    assert server.count == 1


def test_as_many_connections_as_threads() -> None:
    fetcher = Fetcher()
    with keep_alive(lambda path, _: (200, {}, path.encode())) as server, ThreadPoolExecutor(4) as pool:
        paths = [f"/{number}" for number in range(40)]
        found = list(pool.map(lambda path: fetcher.fetch(server.url + path).content.decode(), paths))
    assert found == paths
    assert server.count <= 4


def test_what_is_larger_than_the_limit_is_not_read_further() -> None:
    fetcher = Fetcher()
    with keep_alive(lambda path, _: (200, {}, bytes(int(path[1:])))) as server:
        with pytest.raises(FetchError) as caught:
            fetcher.fetch(f"{server.url}/5000000", limit=1024**2)
        assert str(caught.value) == f"`{server.url}/5000000` is larger than 1 MiB"
        assert len(fetcher.fetch(f"{server.url}/5").content) == 5


def test_a_compressed_file_is_as_it_is_served() -> None:
    with keep_alive(lambda *_: (200, {"Content-Encoding": "gzip"}, b"\x1f\x8b no gzip")) as server:
        assert Fetcher().fetch(f"{server.url}/x.tar.gz").content == b"\x1f\x8b no gzip"


@pytest.mark.parametrize(
    ("user", "token"),
    [
        ("", "None"),
        ("us%40er:secret@", "Basic dXNAZXI6c2VjcmV0"),
        ("%C3%BC:%E2%82%AC@", "Basic w7w64oKs"),  # ü and €, in UTF-8
    ],
)
def test_a_proxy(user: str, token: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def reply(path: str, headers: Message) -> Reply:
        return 200, {"Content-Type": "Text/HTML; charset=x"}, f"{path} {headers['Proxy-Authorization']}".encode()

    with keep_alive(reply) as proxy:
        monkeypatch.setenv("http_proxy", proxy.url.replace("://", f"://{user}"))
        response = Fetcher().fetch("http://index.example/simple/")
    assert response == Response(
        url="http://index.example/simple/",
        content=f"http://index.example/simple/ {token}".encode(),
        content_type="text/html",
    )


def test_a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("http_proxy", "127.0.0.1:9")
    with pytest.raises(FetchError) as caught:
        Fetcher().fetch("http://index.example/simple/")
    assert str(caught.value) == (
        f"`http://index.example/simple/` cannot be read\n[Errno {errno.ECONNREFUSED}] Connection refused"
    )


def test_a_certificate_that_nobody_vouches_for() -> None:
    with keep_alive(lambda *_: (200, {}, b""), is_encrypted=True) as server:
        with pytest.raises(FetchError) as caught:
            Fetcher().fetch(f"{server.url}/x")
        assert server.count == 1, "it is not asked again"
    assert caught.value.message == f"`{server.url}/x` cannot be read"
    assert "certificate verify failed" in caught.value.context[0]


def test_a_certificate_that_is_named() -> None:
    fetcher = Fetcher(CERTIFICATE)
    with keep_alive(lambda path, _: (200, {}, path.encode()), is_encrypted=True) as server:
        assert [fetcher.fetch(f"{server.url}/{name}").content for name in "ab"] == [b"/a", b"/b"]
    assert server.count == 1


def test_a_tunnel_through_a_proxy(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def note(path: str, headers: Message) -> Reply:
        asked.append((path, headers["Proxy-Authorization"]))
        return 200, {}, b""

    monkeypatch.delenv("no_proxy")
    fetcher = Fetcher(CERTIFICATE)
    with (
        keep_alive(lambda path, _: (200, {}, path.encode()), is_encrypted=True) as server,
        keep_alive(note) as proxy,
    ):
        monkeypatch.setenv("https_proxy", proxy.url.replace("://", "://user:secret@"))
        assert [fetcher.fetch(f"{server.url}/{name}").content for name in "ab"] == [b"/a", b"/b"]
        assert asked == [(server.url.removeprefix("https://"), "Basic dXNlcjpzZWNyZXQ=")]
        with pytest.raises(FetchError):
            Fetcher().fetch(f"{server.url}/x")
        assert len(asked) == 2


# credentials


def test_credentials_are_not_sent_to_another_server() -> None:
    def reply(_: str, headers: Message) -> Reply:
        return 200, {}, str(headers["Authorization"]).encode()

    with (
        keep_alive(reply) as other,
        keep_alive(lambda *_: (302, {"Location": other.url.replace("127.0.0.1", "localhost")}, b"")) as server,
    ):
        address = server.url.replace("://", "://user:secret@")
        assert Fetcher().fetch(address).content == b"None"


@pytest.mark.parametrize(
    ("user", "token"),
    [
        ("user:secret@", "dXNlcjpzZWNyZXQ="),
        ("user@", "dXNlcjo="),
        ("us%40er:se%3Acret@", "dXNAZXI6c2U6Y3JldA=="),
    ],
)
def test_a_user_in_the_address_goes_into_a_header(user: str, token: str) -> None:
    with serve({"/simple/x/": ("text/plain", b"")}) as index:
        response = Fetcher().fetch(index.url.replace("://", f"://{user}") + "/x/")
    assert response.url == f"{index.url}/x/"
    assert index.headers[0]["Authorization"] == f"Basic {token}"


def test_a_password_is_in_no_message() -> None:
    with serve({}) as index, pytest.raises(FetchError) as caught:
        Fetcher().fetch(index.url.replace("://", "://user:secret@") + "/x/")
    assert str(caught.value) == f"`{index.url}/x/` answers 404 Not Found"


def test_a_user_from_the_netrc_file() -> None:
    asked = []

    def netrc(host: str) -> tuple[str, str] | None:
        asked.append(host)
        return ("user", "secret") if host == "127.0.0.1" else None

    with serve({"/simple/x/": ("text/plain", b"")}) as index:
        Fetcher(netrc=netrc).fetch(f"{index.url}/x/")
        Fetcher(netrc=netrc).fetch(index.url.replace("://", "://own:word@") + "/x/")
        Fetcher(netrc=lambda host: None).fetch(f"{index.url}/x/")
    assert [headers.get("Authorization") for headers in index.headers] == [
        "Basic dXNlcjpzZWNyZXQ=",
        "Basic b3duOndvcmQ=",
        None,
    ]
    assert asked == ["127.0.0.1"]


def test_a_file_of_certificates_that_is_not_there() -> None:
    with pytest.raises(FetchError) as caught:
        Fetcher("/nosuch/ca.pem").fetch("https://127.0.0.1:9/x")
    assert str(caught.value) == (
        "the certificates `/nosuch/ca.pem` cannot be read\n[Errno 2] No such file or directory"
    )


# what goes wrong in ways that are no OSError


@pytest.mark.parametrize("url", ["example.org/simple", "", "http://[::1/x", "http://[x]/y"])
def test_what_is_no_address(url: str) -> None:
    with pytest.raises(FetchError) as caught:
        Fetcher().fetch(url)
    assert caught.value.message == f"`{url}` cannot be read"


@pytest.mark.parametrize(
    "content",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/1.1 " + b"x" * 70000,
        page("200 OK\r\nTransfer-Encoding: chunked", b"5\r\nab"),
        page("200 OK\r\nTransfer-Encoding: chunked", b"nonsense\r\n"),
    ],
    ids=["no-http", "long-line", "broken-chunk", "no-chunk"],
)
def test_an_answer_that_is_no_http(content: bytes) -> None:
    with answer(content) as url, pytest.raises(FetchError) as caught:
        Fetcher().fetch(url)
    assert caught.value.message == f"`{url}` cannot be read"


def test_an_address_with_a_blank() -> None:
    with pytest.raises(FetchError) as caught:
        Fetcher().fetch("http://127.0.0.1:9/a b")
    assert caught.value.message == "`http://127.0.0.1:9/a b` cannot be read"


def test_an_answer_that_breaks_off() -> None:
    with answer(page("200 OK\r\nContent-Length: 100", b"half")) as url, pytest.raises(FetchError) as caught:
        Fetcher().fetch(url)
    assert caught.value.message == f"`{url}` cannot be read"
