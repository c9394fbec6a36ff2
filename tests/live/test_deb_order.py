"""The order of Debian versions against dpkg itself."""

from __future__ import annotations

import random
import shutil
import subprocess

import pytest

from extdeps.versions.deb import Deb

PAIRS = 300

# Reads pairs of versions as arguments and answers `<`, `=` or `>` for each.
SCRIPT = """
while [ $# -gt 0 ]; do
  if dpkg --compare-versions "$1" lt "$2"; then echo '<'
  elif dpkg --compare-versions "$1" eq "$2"; then echo '='
  else echo '>'
  fi
  shift 2
done
"""


def _version(source: random.Random) -> str:
    def text(characters: str, longest: int) -> str:
        return "".join(source.choice(characters) for _ in range(source.randint(0, longest)))

    epoch = source.choice(["", "", "0:", "1:"])
    revision = source.choice(["", "-" + source.choice("01a") + text("01aZ.+~", 3)])
    return f"{epoch}{source.choice('01')}{text('01aZ.+~', 4)}{revision}"


def _neighbour(version: str, source: random.Random) -> str:
    """The same version with something put in, so that many pairs differ late or not at all."""
    place = source.randint(version.find(":") + 2, len(version))
    return version[:place] + source.choice(["", "0", "1", "~", "a", ".", "+"]) + version[place:]


@pytest.mark.skipif(shutil.which("dpkg") is None, reason="dpkg is not on PATH")
def test_that_dpkg_agrees() -> None:
    source = random.Random(20240229)
    pairs = []
    for index in range(PAIRS):
        left = _version(source)
        pairs.append((left, _neighbour(left, source) if index % 2 else _version(source)))
    arguments = [version for pair in pairs for version in pair]
    result = subprocess.run(["sh", "-c", SCRIPT, "sh", *arguments], check=True, capture_output=True, text=True)
    ours = ["<=>"[Deb().compare(left, right) + 1] for left, right in pairs]
    assert result.stderr == ""
    assert list(zip(pairs, ours, strict=True)) == list(zip(pairs, result.stdout.split(), strict=True))
    assert set(ours) == {"<", "=", ">"}
