"""A verification is written into an overlay, and all else in it stays."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from extdeps.curate.cleanroom.record import record
from extdeps.curate.cleanroom.verification import Verification, propose, read_verifications
from extdeps.errors import DocumentError
from extdeps.resources import shipped_directory

OVERLAYS = sorted(Path(shipped_directory(), "projects").glob("*.toml"))
SPAM = """# Spam.
project = "spam"

# what 2 raised
[[declaration]]
versions = ">=2"

[declaration.external]
build-requires = ["dep:virtual/compiler/c"]  # C99
{new}
# [[declaration.verified]] of old
[[declaration]]

[declaration.external]
host-requires = ["dep:generic/zlib"]
{old}
[[declaration.read]]
version = "1.0"
date = 2026-11-23
files = ["setup.py"]
"""
TRIED = """
[[declaration.verified]]
version = "{version}"
on = "debian+12"
date = 2026-11-24
smoke = "import spam; print(\\"a\\\\b\\")"
"""


def write(tmp_path: Path, *, new: str = "", old: str = "") -> Path:
    path = tmp_path / "spam.toml"
    path.write_text(SPAM.format(new=new, old=old))
    return path


def verification(path: Path, version: str) -> Verification:
    smoke = 'import spam; print("a\\b")'
    proposed = propose(str(path), version=version, smoke=smoke, wheel=False, system="debian+12")
    return replace(proposed, date="2026-11-24")


@pytest.mark.parametrize("path", OVERLAYS, ids=lambda path: path.stem)
def test_what_is_written_again_is_the_same(path: Path) -> None:
    text = path.read_text()
    for item in read_verifications(str(path)):
        assert record(text, item) == text


def test_added_behind_what_is_required(tmp_path: Path) -> None:
    path = write(tmp_path)
    for version, place in (("2.1", "new"), ("1.0", "old")):
        expected = SPAM.format(**{"new": "", "old": "", place: TRIED.format(version=version)})
        assert record(path.read_text(), verification(path, version)) == expected


def test_in_the_place_of_the_last_one_on_the_same_system(tmp_path: Path) -> None:
    path = write(tmp_path, new=TRIED.format(version="2.0").replace("11-24", "11-01"))
    assert record(path.read_text(), verification(path, "2.1")) == SPAM.format(new=TRIED.format(version="2.1"), old="")


def test_beside_the_one_on_another_system(tmp_path: Path) -> None:
    other = TRIED.format(version="2.0").replace("+12", "+13")
    path = write(tmp_path, new=other)
    expected = SPAM.format(new=other + TRIED.format(version="2.1"), old="")
    assert record(path.read_text(), verification(path, "2.1")) == expected


def test_all_that_a_build_needs(tmp_path: Path) -> None:
    path = write(tmp_path)
    item = replace(
        verification(path, "2.1"),
        smoke="import spam\nspam.fry()",
        wheel=True,
        build_constraints=("cython<3",),
        constraints=("numpy<2", "ham"),
        no_binary=("ham",),
        environment={"SPAM_DIR": "/usr", "HAM": ""},
    )
    path.write_text(record(path.read_text(), item))
    assert read_verifications(str(path)) == (replace(item, is_build=False),)
    assert (
        "smoke = '''\nimport spam\nspam.fry()'''\nwheel = true\n"
        'build-constraints = ["cython<3"]\nconstraints = ["numpy<2", "ham"]\nno-binary = ["ham"]\n'
        'environment = { SPAM_DIR = "/usr", HAM = "" }\n'
    ) in path.read_text()


def test_not_where_the_text_hides_its_tables(tmp_path: Path) -> None:
    path = write(tmp_path)
    item = verification(path, "2.1")
    text = path.read_text().replace('versions = ">=2"', "note = '''\n[[declaration.verified]]\non = 'debian+12' '''")
    with pytest.raises(DocumentError) as raised:
        record(text, item)
    assert raised.value.message == f"`{path}` is written in a way that nothing can be added to"
