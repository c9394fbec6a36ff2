"""A simple index on loopback."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Index:
    """The address of a running index and the paths that were asked of it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.asked: list[str] = []
        self.headers: list[Mapping[str, str]] = []


@contextmanager
def serve(pages: Mapping[str, tuple[str, bytes]]) -> Iterator[Index]:
    """Serve pages, each with its media type, until the block ends."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            index.asked.append(self.path)
            index.headers.append(dict(self.headers.items()))
            kind, content = pages.get(self.path, ("", b""))
            self.send_response(200 if kind else 404)
            self.send_header("Content-Type", kind or "text/plain")
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    index = Index(f"http://127.0.0.1:{server.server_port}/simple")
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield index
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def json_page(*files: Mapping[str, object]) -> tuple[str, bytes]:
    """A project's page in JSON (PEP 691)."""
    document = {"meta": {"api-version": "1.1"}, "name": "x", "files": list(files)}
    return "application/vnd.pypi.simple.v1+json", json.dumps(document).encode()
