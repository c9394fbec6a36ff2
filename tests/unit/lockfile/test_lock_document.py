"""The file: what is written is read back, whatever it holds, and follows its schema."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.errors import EnvironmentFaultError
from extdeps.lockfile.document import load_lock, parse_lock, write_text
from extdeps.lockfile.writing import format_header, format_lock
from extdeps.model.lock import Lock
from extdeps.model.tomltext import format_string
from support.locks import LOCK, decide, lock_of
from support.schemas import get_validator

TEXT = f"""\
# written by `extdeps lock`; git merges it, and `extdeps lock` settles what git cannot
version = 1

[target."debian+12"]
mapping = "sha256:{64 * "a"}"

[target."debian+12"."dep:generic/zlib".host]
packages = ["zlib1g-dev"]
version = "1.2.13"
requirements = [
  {{ by = "eggs" }},
  {{ by = "spam", range = ">=1.2" }},
]

[target."debian+12"."dep:virtual/interface/blas".host]
provider = "dep:generic/openblas"
ecosystem = "conda-forge"
packages = ["openblas", "libopenblas"]
requirements = [
  {{ by = "spam" }},
]

[target.fedora]
mapping = "sha256:{64 * "b"}"
"""


def test_the_text() -> None:
    assert format_lock(LOCK) == TEXT
    assert parse_lock(TEXT, "extdeps.lock") == LOCK
    get_validator("lock").validate(tomllib.loads(TEXT))


def test_a_lock_of_nothing() -> None:
    empty = Lock(targets=())
    assert parse_lock(format_lock(empty), "extdeps.lock") == empty
    assert parse_lock("version = 1\n", "extdeps.lock") == empty


def test_order_and_line_ends_do_not_count() -> None:
    blocks = TEXT.split("\n\n")
    shuffled = "\n\n".join((blocks[0], *reversed(blocks[1:])))
    assert parse_lock(shuffled.replace("\n", "\r\n"), "extdeps.lock") == LOCK


def test_one_dependency_more_is_its_own_lines() -> None:
    before = [decide("gdal", "libgdal-dev"), decide("zlib", "zlib1g-dev")]
    old, new = (format_lock(lock_of(*decisions)) for decisions in (before, [*before, decide("proj", "libproj-dev")]))
    added = '[target."debian+12"."dep:generic/proj".host]\npackages = ["libproj-dev"]\n'
    added += 'requirements = [\n  { by = "spam" },\n]\n\n'
    assert new.replace(added, "") == old


@given(st.text())
def test_any_string(text: str) -> None:
    written = format_string(text)
    assert written.isprintable()
    assert tomllib.loads(f"x = {written}") == {"x": text}
    assert tomllib.loads(format_header("target", text)) == {"target": {text: {}}}


def test_what_is_no_text_at_all() -> None:
    assert format_string("caf\udce9") == '"caf\N{REPLACEMENT CHARACTER}"'


@given(st.lists(st.text(), min_size=1, max_size=3))
def test_subjects_of_any_name(subjects: list[str]) -> None:
    lock = lock_of(decide("zlib", "zlib1g-dev", by=tuple(subjects)))
    text = format_lock(lock)
    assert parse_lock(text, "extdeps.lock") == lock
    get_validator("lock").validate(tomllib.loads(text))


def test_writing_replaces_the_whole_and_keeps_permissions_and_links(tmp_path: Path) -> None:
    real, link = tmp_path / "real.lock", tmp_path / "extdeps.lock"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_text(str(link), TEXT)
    assert link.is_symlink()
    assert real.read_bytes() == TEXT.encode()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(path.name for path in tmp_path.iterdir()) == ["extdeps.lock", "real.lock"]
    assert load_lock(str(link)) == LOCK


def test_where_it_cannot_be_written(tmp_path: Path) -> None:
    path = str(tmp_path / "absent" / "extdeps.lock")
    with pytest.raises(EnvironmentFaultError) as caught:
        write_text(path, TEXT)
    assert str(caught.value) == f"`{path}` cannot be written\nNo such file or directory"
    (tmp_path / "extdeps.lock").mkdir()
    with pytest.raises(EnvironmentFaultError, match="cannot be written\nIs a directory"):
        write_text(str(tmp_path / "extdeps.lock"), TEXT)
    assert os.listdir(tmp_path) == ["extdeps.lock"]
