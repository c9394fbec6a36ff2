"""Versions out of the C headers of a vendor's libraries."""

from __future__ import annotations

import re

from extdeps.accelerator.pci import read_head

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
    content = read_head(host, path, _LIMIT)
    if not content:
        return ""
    patterns = (rf"^\s*#\s*define\s+{re.escape(name)}\s+\(?(\d+)".encode() for name in names)
    found = [re.search(pattern, content, re.MULTILINE) for pattern in patterns]
    return b".".join(match[1] for match in found if match).decode() if all(found) else ""
