"""A Windows that is written down."""

from __future__ import annotations

from collections.abc import Mapping

from support.recorded import RecordedHost


class WindowsHost(RecordedHost):
    """Paths begin with a drive, and have `/` as ever.

    Args:
        files: contents by path.
        links: junctions, to directories beside them.
        environ: variables, as Windows writes them.
    """

    def __init__(
        self,
        files: Mapping[str, str] | None = None,
        *,
        links: Mapping[str, str] | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        rooted = {f"/{path}": target for path, target in (links or {}).items()}
        super().__init__(files=files, links=rooted, environ=environ, system="Windows", machine="AMD64", is_root=False)

    def real_path(self, path: str, /) -> str:
        return super().real_path(path).removeprefix("/")
