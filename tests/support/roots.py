"""A recorded host as a directory, for what takes another root file system."""

from __future__ import annotations

from pathlib import Path

from support.recorded import RecordedHost


def write_root(directory: Path, host: RecordedHost) -> str:
    """Write the files and links of a recorded host below a directory, which need not be there yet."""
    for path in host.files:
        place = directory / host.real_path(path).lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(host.read_bytes(path) or b"")
        place.chmod(0o755 if host.is_executable(path) else 0o644)
    for path, target in host.links.items():
        place = directory / path.lstrip("/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.symlink_to(target)
    return str(directory)
