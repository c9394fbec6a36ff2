"""A key of GnuPG that is made for a test, and what is done with it."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


def gpg(home: Path, *arguments: str) -> bytes:
    """Run gpg with a home of its own; returns what it prints."""
    command = ["gpg", "--batch", "--quiet", "--homedir", str(home), "--passphrase", "", *arguments]
    return subprocess.run(command, check=True, capture_output=True, env={**os.environ, "LC_ALL": "C"}).stdout


@contextmanager
def make_key(home: Path) -> Iterator[Path]:
    """A home with a key, and with its public half as `keys.gpg`; the agent that gpg starts ends with it."""
    home.chmod(0o700)
    gpg(home, "--quick-generate-key", "packager@example.org", "ed25519", "sign", "never")
    (home / "keys.gpg").write_bytes(gpg(home, "--export"))
    try:
        yield home
    finally:
        subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "gpg-agent"], check=True)
