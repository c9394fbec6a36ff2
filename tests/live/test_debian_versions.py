"""The versions of Debian's packages against the real archive."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest

from extdeps.catalog.catalogue import Catalogue
from extdeps.catalog.ecosystem import parse_ecosystem
from extdeps.resources import shipped_directory
from support.schemas import get_validator


@pytest.mark.parametrize("release", ["12", "13"])
def test_what_is_shipped_is_what_the_archive_has(release: str) -> None:
    command = [sys.executable, "-m", "extdeps", "mapping", "versions", f"debian+{release}", "--output", "-"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    document = json.loads(done.stdout)
    get_validator("versions").validate(document)
    shipped = Catalogue((shipped_directory(),)).known_versions(parse_ecosystem(f"debian+{release}"))
    same = sum(document["versions"].get(name) == version for name, version in shipped.items())
    assert same > 0.9 * len(shipped)  # point releases change little
