"""What an overlay says was tried, and what is to be tried of another version."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.curate.cleanroom.verification import Verification, propose, read_verifications
from extdeps.errors import UsageError

OVERLAY = """
project = "Spam"
[[declaration]]
versions = ">=2"
[declaration.external]
build-requires = ["dep:virtual/compiler/c"]
[[declaration.verified]]
version = "2.0"
on = "debian+12"
date = 2026-11-23
smoke = "import spam"
no-binary = ["ham"]
[[declaration.verified]]
version = "2.0"
on = "debian+13"
date = 2026-11-23
smoke = "import spam"
wheel = true
[[declaration]]
versions = ">=1"
[declaration.external]
dependencies = ["dep:generic/zlib"]
"""


@pytest.fixture
def overlay(tmp_path: Path) -> str:
    path = tmp_path / "spam.toml"
    path.write_text(OVERLAY)
    return str(path)


def test_all_that_was_tried(overlay: str) -> None:
    built = Verification(
        path=overlay,
        index=0,
        project="spam",
        version="2.0",
        system="debian+12",
        date="2026-11-23",
        smoke="import spam",
        no_binary=("ham",),
    )
    used = Verification(
        path=overlay,
        index=0,
        project="spam",
        version="2.0",
        system="debian+13",
        date="2026-11-23",
        smoke="import spam",
        wheel=True,
        is_build=False,
    )
    assert read_verifications(overlay) == (built, used)


def test_another_version_is_tried_as_the_last_one_was(overlay: str) -> None:
    item = propose(overlay, version="2.1", smoke="", wheel=False, system="debian+12")
    assert (item.index, item.version, item.date, item.smoke) == (0, "2.1", "", "import spam")
    assert item.is_build
    assert item.no_binary == ("ham",)


def test_what_names_nothing_to_build_with_is_used_as_a_wheel(overlay: str) -> None:
    item = propose(overlay, version="1.5", smoke="import spam", wheel=False, system="debian+12")
    assert (item.index, item.is_build, item.wheel) == (1, False, False)


def test_the_wheel_where_it_is_wanted(overlay: str) -> None:
    item = propose(overlay, version="2.1", smoke="", wheel=True, system="debian+12")
    assert (item.is_build, item.wheel) == (False, True)


@pytest.mark.parametrize(
    ("version", "message", "hint"),
    [
        ("0.9", "no declaration of `{path}` holds for 0.9", ""),
        ("1.5", "`{path}` does not say how 1.5 is tried", "add `--smoke CODE`"),
    ],
)
def test_what_cannot_be_tried(overlay: str, version: str, message: str, hint: str) -> None:
    with pytest.raises(UsageError) as raised:
        propose(overlay, version=version, smoke="", wheel=False, system="debian+12")
    assert (raised.value.message, raised.value.hint) == (message.format(path=overlay), hint)
