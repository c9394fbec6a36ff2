"""The file: what is written is read back, whatever it holds, and follows its schema."""

from __future__ import annotations

import tomllib

from hypothesis import given
from hypothesis import strategies as st

from extdeps.lockfile.document import parse_lock
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
