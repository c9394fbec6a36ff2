"""Sources of package indexes."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.curate.index.interface import Source
from extdeps.errors import AbsentAddressError
from extdeps.fetch import PAGE_LIMIT, Fetcher, Response
from support.recorded import RecordedHost


class Pages(Fetcher):
    """Answers with pages that are written down, and remembers what was asked for.

    Args:
        pages: contents by address.
        moved: of some addresses, those that they lead to.
    """

    def __init__(self, pages: Mapping[str, bytes], moved: Mapping[str, str] | None = None) -> None:
        super().__init__()
        self._pages = pages
        self._moved = moved or {}
        self.asked: list[str] = []

    def fetch(self, url: str, *, accept: str = "*/*", limit: int = PAGE_LIMIT) -> Response:
        self.asked.append(url)
        final = self._moved.get(url, url)
        if final not in self._pages:
            raise AbsentAddressError(f"`{final}` answers 404")
        return Response(url=final, content=self._pages[final], content_type="")


def make_source(
    ecosystem: str, address: str | Path = "", *, fetcher: Fetcher | None = None, architecture: str = "amd64"
) -> Source:
    """A source that may be unsigned where it has an address of its own; a path becomes one."""
    return Source(
        ecosystem=parse_ecosystem(ecosystem),
        fetcher=fetcher or Fetcher(),
        host=RecordedHost(),
        address=address.as_uri() if isinstance(address, Path) else address,
        architecture=architecture,
        allow_unsigned=bool(address),
    )
