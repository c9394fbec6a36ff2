"""Versions out of the C headers of a vendor's libraries."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from extdeps.host import Host

_LIMIT = 1024 * 1024


def read_macros(host: Host, path: str, *names: str) -> str:
    """The numbers that macros of a header are defined as, joined by dots; empty where one is missing.

    Args:
        host: the machine.
        path: the header.
        names: `HIP_VERSION_MAJOR`, `HIP_VERSION_MINOR`, ...
    """
    text = (host.read_bytes(path) or b"")[:_LIMIT].decode("utf-8", "replace")
    found = [re.search(rf"^\s*#\s*define\s+{re.escape(name)}\s+\(?(\d+)", text, re.MULTILINE) for name in names]
    return ".".join(match[1] for match in found if match) if all(found) else ""
