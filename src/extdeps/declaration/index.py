"""A project's page of a simple index, in JSON (PEP 691) or HTML (PEP 503), and the files of a directory."""

from __future__ import annotations

import json
from dataclasses import dataclass
from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from extdeps.errors import FetchError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from extdeps.fetch import Response

ACCEPT = "application/vnd.pypi.simple.v1+json, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.01"


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexFile:
    """One file that an index offers.

    Args:
        name: the file's name.
        url: its address.
        requires_python: a version range for Python, or empty (PEP 503).
        yanked: whether it was withdrawn (PEP 592).
        has_metadata: whether its METADATA can be read by itself (PEP 658).
        sha256: the digest that the index gives for it, in hexadecimal digits, or empty.
    """

    name: str
    url: str
    requires_python: str = ""
    yanked: bool = False
    has_metadata: bool = False
    sha256: str = ""


def parse_page(response: Response) -> tuple[IndexFile, ...]:
    """Read a project's page.

    Raises:
        FetchError: it is in neither format.
    """
    if response.content_type.endswith("json"):
        return tuple(_parse_json(response))
    parser = _Page(response.url)
    parser.feed(response.content.decode("utf-8", "replace"))
    return tuple(parser.files)


def _parse_json(response: Response) -> Iterator[IndexFile]:
    try:
        files = json.loads(response.content)["files"]
        for file in files:
            yield IndexFile(
                name=file["filename"],
                url=urljoin(response.url, file["url"]),
                requires_python=file.get("requires-python") or "",
                yanked=bool(file.get("yanked")),
                has_metadata=bool(file.get("core-metadata", file.get("dist-info-metadata"))),
                sha256=str((file.get("hashes") or {}).get("sha256") or "").lower(),
            )
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise FetchError(
            f"`{response.url}` is not a page of a simple index (PEP 691)", context=(repr(error),)
        ) from error


class _Page(HTMLParser):
    """Collects the anchors of an HTML page."""

    def __init__(self, url: str) -> None:
        super().__init__()
        self._base = url
        self.files: list[IndexFile] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        fields = dict(attrs)
        if tag == "base" and fields.get("href"):
            self._base = urljoin(self._base, fields["href"] or "")
        if tag == "a" and fields.get("href"):
            url = urljoin(self._base, fields["href"] or "")
            self.files.append(
                IndexFile(
                    name=unquote(urlsplit(url).path.rpartition("/")[2]),
                    url=url,
                    requires_python=fields.get("data-requires-python") or "",
                    yanked="data-yanked" in fields,
                    has_metadata="data-core-metadata" in fields or "data-dist-info-metadata" in fields,
                    sha256=find_digest(url),
                )
            )


def find_digest(url: str) -> str:
    """The SHA-256 that stands in the fragment of an address (PEP 503), in hexadecimal digits, or empty."""
    algorithm, _, value = urlsplit(url).fragment.partition("=")
    is_digest = algorithm == "sha256" and len(value) == 64 and not set(value.lower()) - set("0123456789abcdef")
    return value.lower() if is_digest else ""


def list_directory(directory: str, names: Iterable[str]) -> tuple[IndexFile, ...]:
    """The files of a `--find-links` directory.

    Args:
        directory: its path.
        names: what is in it.
    """
    return tuple(IndexFile(name=name, url=f"file://{directory.rstrip('/')}/{name}") for name in names)
