"""What a wheel carries it does not ask for any more."""

from __future__ import annotations

from pathlib import Path

import pytest

from extdeps.distribution.fields import PROVIDES, REQUIRES
from extdeps.distribution.narrow import add_named, drop_carried, drop_named
from extdeps.errors import RequirementError, UsageError
from support.binaries import make_elf
from support.checks import CATALOGUE
from support.finished import make_wheel

ZLIB = "libz-0e5f8ea3.so.1.3"
PNG = "libpng16-0e5f8ea3.so.16"


def fields(*values: str) -> tuple[tuple[str, str], ...]:
    return tuple((REQUIRES, value) for value in values)


def make_audited(directory: Path, *needed: str, carried: tuple[str, ...] = (ZLIB,)) -> str:
    """A wheel as auditwheel leaves it, whose extension module asks for some libraries."""
    files = {f"spam.libs/{name}": make_elf(name, ("libc.so.6",)) for name in carried}
    return str(make_wheel(directory, extra={"spam/_spam.abi3.so": make_elf(needed=(*needed, "libc.so.6")), **files}))


@pytest.mark.parametrize(
    "value", ["dep:generic/zlib@>=1.2", "dep:generic/zlib; (os_name == \"posix\") and extra == 'x'"]
)
def test_what_is_carried(value: str, tmp_path: Path) -> None:
    path = make_audited(tmp_path, ZLIB, "libpng16.so.16")
    extra = ((PROVIDES, "x"),)
    kept, dropped = drop_carried((*fields("dep:generic/libpng", value, "dep:generic/git"), *extra), path, CATALOGUE)
    assert kept == (*fields("dep:generic/libpng", "dep:generic/git"), *extra)
    assert [(item.requirement, item.carried) for item in dropped] == [(value, (f"spam.libs/{ZLIB}",))]


def test_what_is_carried_in_part_is_still_asked_for(tmp_path: Path) -> None:
    """As where auditwheel was told to leave one library of several alone."""
    carried = "libicuuc-0e5f8ea3.so.72"
    path = make_audited(tmp_path, carried, "libicui18n.so.72", carried=(carried,))
    assert drop_carried(fields("dep:generic/icu"), path, CATALOGUE) == (fields("dep:generic/icu"), ())
    path = make_audited(tmp_path, carried, carried=(carried,))
    assert drop_carried(fields("dep:generic/icu"), path, CATALOGUE)[0] == ()


def test_virtual_by_one_that_provides_it(tmp_path: Path) -> None:
    carried = "libopenblas-r0-0e5f8ea3.3.27.so"
    path = make_audited(tmp_path, carried, carried=(carried,))
    assert drop_carried(fields("dep:virtual/interface/blas"), path, CATALOGUE)[0] == ()


def test_nothing_carried(tmp_path: Path) -> None:
    path = make_audited(tmp_path, "libz.so.1", carried=())
    assert drop_carried(fields("dep:generic/zlib"), path, CATALOGUE) == (fields("dep:generic/zlib"), ())


def test_by_hand() -> None:
    before = (*fields("dep:generic/zlib@>=1.2", "dep:generic/git"), (PROVIDES, "x"), *fields("dep:generic/zlib"))
    kept, dropped = drop_named(before, ["zlib>=9"], CATALOGUE)
    assert kept == (*fields("dep:generic/git"), (PROVIDES, "x"))
    assert [item.requirement for item in dropped] == ["dep:generic/zlib@>=1.2", "dep:generic/zlib"]
    added = add_named(kept, ["cuda>=11", "git", "dep:generic/cuda@>=11"])
    assert added == (*fields("dep:generic/git", "dep:generic/cuda@>=11"), (PROVIDES, "x"))


def test_wrong_by_hand() -> None:
    with pytest.raises(UsageError, match="there is no external requirement on `gdal` that could be dropped"):
        drop_named(fields("dep:generic/git"), ["gdal"], CATALOGUE)
    with pytest.raises(RequirementError, match="`a/b` is neither"):
        add_named((), ["a/b"])
