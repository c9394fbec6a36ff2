"""Processes that were sent their end."""

from __future__ import annotations

import time
from pathlib import Path


def ends(pid_file: Path) -> bool:
    """Whether a process that was sent its end is gone, which it need not be at once."""
    status = Path("/proc", pid_file.read_text().strip(), "status")
    for _ in range(200):
        if not status.exists() or "State:\tZ" in status.read_text():
            return True
        time.sleep(0.05)
    return False
