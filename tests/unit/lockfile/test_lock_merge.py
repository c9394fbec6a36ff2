"""Locks of two branches, merged by git itself."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from extdeps.errors import LockError
from extdeps.lockfile.conflict import find_targets
from extdeps.lockfile.document import load_lock, parse_lock
from extdeps.lockfile.writing import format_lock
from extdeps.model.plan import Decision
from support.locks import decide, lock_of

IDENTITY = {"GIT_AUTHOR_NAME": "A", "GIT_AUTHOR_EMAIL": "a@example.org", "GIT_COMMITTER_NAME": "A"}
ENVIRONMENT = {
    **IDENTITY,
    "GIT_COMMITTER_EMAIL": "a@example.org",
    "GIT_CONFIG_GLOBAL": "/dev/null",
    "GIT_CONFIG_NOSYSTEM": "1",
    "PATH": "/usr/local/bin:/usr/bin:/bin",
}
CURL, GDAL, PROJ, ZLIB = (
    decide("curl", "libcurl4-openssl-dev"),
    decide("gdal", "libgdal-dev", version="3.6.2", bounds=">=3.4"),
    decide("proj", "libproj-dev", version="9.1.1"),
    decide("zlib", "zlib1g-dev"),
)
BASE = (CURL, GDAL, ZLIB)


def git(directory: Path, *arguments: str) -> int:
    return subprocess.run(
        ["git", *arguments], cwd=directory, env=ENVIRONMENT, capture_output=True, check=False
    ).returncode


def merge(directory: Path, ours: tuple[Decision, ...], theirs: tuple[Decision, ...]) -> Path:
    """The lock after `theirs` was merged into `ours`, both of which came from the same base."""
    path = directory / "extdeps.lock"

    def commit(decisions: tuple[Decision, ...]) -> None:
        path.write_text(format_lock(lock_of(*decisions)))
        assert git(directory, "add", "extdeps.lock") == 0
        assert git(directory, "commit", "-q", "-m", "lock") == 0

    assert git(directory, "init", "-q", "-b", "main") == 0
    commit(BASE)
    assert git(directory, "checkout", "-q", "-b", "feature") == 0
    commit(theirs)
    assert git(directory, "checkout", "-q", "main") == 0
    commit(ours)
    git(directory, "merge", "-q", "feature")
    return path


def test_different_dependencies_merge(tmp_path: Path) -> None:
    blosc = decide("blosc", "libblosc-dev")
    path = merge(tmp_path, (blosc, *BASE), (*BASE, PROJ))
    assert path.read_text() == format_lock(lock_of(blosc, *BASE, PROJ))


def test_an_addition_and_a_removal_merge(tmp_path: Path) -> None:
    path = merge(tmp_path, (GDAL, ZLIB), (*BASE, PROJ))
    assert path.read_text() == format_lock(lock_of(GDAL, PROJ, ZLIB))


def test_changes_to_different_entries_merge(tmp_path: Path) -> None:
    curl = decide("curl", "libcurl4-gnutls-dev")
    zlib = decide("zlib", "zlib1g-dev", by=("spam", "eggs"))
    path = merge(tmp_path, (curl, GDAL, ZLIB), (CURL, GDAL, zlib))
    assert load_lock(str(path)) == lock_of(curl, GDAL, zlib)


def test_the_same_dependency_conflicts_in_its_own_lines(tmp_path: Path) -> None:
    ours = decide("gdal", "libgdal-dev", version="3.8.5", bounds=">=3.4")
    theirs = decide("gdal", "libgdal-dev", version="3.9.0", bounds=">=3.4")
    path = merge(tmp_path, (CURL, ours, ZLIB), (CURL, theirs, ZLIB))
    text = path.read_text()
    conflict = '<<<<<<< HEAD\nversion = "3.8.5"\n=======\nversion = "3.9.0"\n>>>>>>> feature\n'
    assert text.replace(conflict, 'version = "3.8.5"\n') == format_lock(lock_of(CURL, ours, ZLIB))
    with pytest.raises(LockError) as caught:
        load_lock(str(path))
    line = text.splitlines().index("<<<<<<< HEAD") + 1
    assert str(caught.value) == (
        f"`{path}` has 1 merge conflict\n"
        f'line {line}: merge conflict between `HEAD` and `feature`, in [target."debian+12"."dep:generic/gdal".host]'
    )
    assert caught.value.hint == "choose a side of each, or run `extdeps lock` again, which settles them"
    assert find_targets(text) == ("debian+12",)


def test_neighbours_conflict_and_are_both_named(tmp_path: Path) -> None:
    path = merge(tmp_path, (*BASE, decide("hdf5", "libhdf5-dev")), (*BASE, PROJ))
    with pytest.raises(LockError) as caught:
        load_lock(str(path))
    (context,) = caught.value.context
    assert context.endswith(
        ': merge conflict between `HEAD` and `feature`, in [target."debian+12"."dep:generic/hdf5".host], '
        '[target."debian+12"."dep:generic/proj".host]'
    )


def test_a_merge_that_only_looks_right(tmp_path: Path) -> None:
    """One side has another version, the other one asks for more: git sees lines that do not touch."""
    ours = decide("gdal", "libgdal-dev", version="3.6.3", bounds=">=3.4")
    theirs = decide("gdal", "libgdal-dev", version="3.6.2", bounds=">=3.4", by=("eggs", "spam"))
    path = merge(tmp_path, (CURL, ours, ZLIB), (CURL, theirs, ZLIB))
    merged = path.read_text()
    assert "<<<<<<<" not in merged
    stricter = merged.replace('"eggs", range = ">=3.4"', '"eggs", range = ">=3.9"')
    with pytest.raises(LockError) as caught:
        parse_lock(stricter, "extdeps.lock")
    assert caught.value.context == (
        '`target."debian+12"."dep:generic/gdal".host.version` is 3.6.3, not in >=3.9 as eggs asks',
    )
