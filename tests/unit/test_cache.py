"""The user's cache: its limit, its age, what cannot be read, and who else writes to it."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extdeps.cache import LIMIT, Cache, Usage, find_cache_directory, make_key, open_cache
from extdeps.errors import EnvironmentFaultError
from extdeps.host import LocalHost, RootHost
from support.recorded import RecordedHost


@pytest.fixture
def cache(tmp_path: Path) -> Cache:
    return Cache(str(tmp_path / "cache"))


def entry(cache: Cache, kind: str) -> Path:
    (path,) = (Path(cache.directory) / kind).iterdir()
    return path


def test_what_is_put_is_got(cache: Cache) -> None:
    assert cache.get("metadata", "a") is None
    cache.put("metadata", "a", b"one")
    cache.put("resolution", "a", b"two")
    cache.put("metadata", "a", b"three")
    assert (cache.get("metadata", "a"), cache.get("resolution", "a")) == (b"three", b"two")
    assert cache.usage() == (
        Usage(kind="metadata", count=1, size=6),
        Usage(kind="resolution", count=1, size=4),
    )
    directory = Path(cache.directory)
    assert (directory / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55")
    assert (directory / "metadata").stat().st_mode & 0o077 == 0
    assert not list(directory.rglob(".*")), "no draft is left"


@pytest.mark.parametrize(("age", "is_got"), [(0, True), (599, True), (601, False), (-60, False)])
def test_age_counts_from_when_it_was_written(age: int, is_got: bool, cache: Cache) -> None:
    cache.put("resolution", "a", b"x")
    path = entry(cache, "resolution")
    written = path.stat().st_mtime - age
    os.utime(path, (written, written))
    assert (cache.get("resolution", "a", max_age=600.0) == b"x") is is_got
    assert cache.get("resolution", "a") == b"x"
    assert abs(path.stat().st_mtime - written) < 0.001, "reading is not writing"
    assert path.stat().st_atime > written or age < 0


def test_what_was_not_used_for_the_longest_time_goes_first(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path / "cache"), limit=10_000)
    for index in range(5):
        cache.put("metadata", str(index), bytes(2000))
    directory = Path(cache.directory)
    used: dict[str, float] = {}
    for index, path in enumerate(sorted(directory.glob("metadata/*"))):
        os.utime(path, (1000 + index, 1000))
        used[path.name] = index
    oldest = next(key for key in map(str, range(5)) if Path(cache._path("metadata", key)).stat().st_atime == 1000)
    assert cache.get("metadata", oldest) is not None  # so that it is the one that was used last
    cache.trim()
    left = {path.name for path in directory.glob("metadata/*")}
    assert sorted(used[name] for name in left) == [0, 3, 4]
    cache.trim()
    assert len(list(directory.glob("metadata/*"))) == 3, "there is room now"


def test_empty_entries_take_room_too(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path), limit=5000)
    for index in range(20):
        cache.put("metadata", str(index), b"")
    cache.trim()
    assert 0 < cache.usage()[0].count < 10


def test_what_is_larger_than_all_is_not_kept(tmp_path: Path) -> None:
    cache = Cache(str(tmp_path), limit=10)
    cache.put("metadata", "a", bytes(11))
    assert cache.get("metadata", "a") is None


def test_a_cache_that_keeps_nothing() -> None:
    cache = Cache("")
    cache.put("metadata", "a", b"x")
    cache.trim()
    cache.clear()
    assert cache.get("metadata", "a") is None
    assert [usage.count for usage in cache.usage()] == [0, 0]


def test_a_cache_that_cannot_be_written_is_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    cache = Cache(str(tmp_path / "file" / "cache"))
    cache.put("metadata", "a", b"x")
    cache.trim()
    assert cache.get("metadata", "a") is None
    cache = Cache(str(tmp_path / "cache"))
    (tmp_path / "cache" / "metadata").mkdir(parents=True)
    Path(cache._path("metadata", "a")).mkdir()  # where the entry should be
    cache.put("metadata", "a", b"x")
    assert cache.get("metadata", "a") is None
    assert [path.name for path in (tmp_path / "cache/metadata").iterdir() if path.is_file()] == []


def test_what_is_not_of_the_cache_stays(cache: Cache) -> None:
    cache.put("metadata", "a", b"x")
    other = Path(cache.directory) / "mine"
    other.write_text("")
    cache.clear()
    assert cache.get("metadata", "a") is None
    assert sorted(path.name for path in Path(cache.directory).iterdir()) == ["CACHEDIR.TAG", "mine"]
    cache.clear()


def test_a_directory_that_is_a_link_is_left_alone(cache: Cache, tmp_path: Path) -> None:
    (tmp_path / "precious").mkdir()
    (tmp_path / "precious/file").write_text("")
    Path(cache.directory).mkdir()
    (Path(cache.directory) / "metadata").symlink_to(tmp_path / "precious")
    cache.clear()
    assert (tmp_path / "precious/file").exists()


WRITER = """
import sys
from extdeps.cache import Cache
cache = Cache(sys.argv[1], limit=200_000)
for round in range(60):
    for key in range(10):
        content = bytes([key]) * 3000
        cache.put("metadata", str(key), content)
        found = cache.get("metadata", str(key))
        assert found in (None, content), "half an entry"
    cache.trim()
"""


def test_several_write_at_the_same_time(tmp_path: Path) -> None:
    def write(_number: int) -> subprocess.CompletedProcess[str]:
        argv = [sys.executable, "-c", WRITER, str(tmp_path / "cache")]
        return subprocess.run(argv, capture_output=True, text=True, check=False)

    with ThreadPoolExecutor() as pool:
        assert [done.stderr for done in pool.map(write, range(3))] == ["", "", ""]
    assert not list((tmp_path / "cache/metadata").glob(".*"))


@given(st.lists(st.text()), st.lists(st.text()))
def test_no_part_of_a_key_runs_into_the_next(left: list[str], right: list[str]) -> None:
    assert (make_key(left) == make_key(right)) is (left == right)


@pytest.mark.parametrize(
    ("environ", "directory"),
    [
        ({"HOME": "/home/ann"}, "/home/ann/.cache/extdeps"),
        ({"HOME": "/home/ann", "XDG_CACHE_HOME": "/var/cache/ann"}, "/var/cache/ann/extdeps"),
        ({"HOME": "/home/ann", "XDG_CACHE_HOME": "relative"}, "/home/ann/.cache/extdeps"),
        ({"HOME": "/home/ann", "EXTDEPS_CACHE_DIR": "/srv/cache"}, "/srv/cache"),
        ({"HOME": "/home/ann", "EXTDEPS_CACHE_DIR": ""}, ""),
        ({}, ""),
    ],
)
def test_where_it_is(environ: dict[str, str], directory: str) -> None:
    host = LocalHost(environ)
    host.system = "Linux"
    assert find_cache_directory(host) == directory
    assert open_cache(host).limit == LIMIT


def test_another_machine_has_none(tmp_path: Path) -> None:
    assert find_cache_directory(RootHost(str(tmp_path))) == ""
    assert find_cache_directory(RecordedHost(environ={"EXTDEPS_CACHE_DIR": "/x"})) == ""


def test_another_limit() -> None:
    assert open_cache(LocalHost({"EXTDEPS_CACHE_LIMIT": "3"})).limit == 3 * 1024**2
    assert open_cache(LocalHost({"EXTDEPS_CACHE_LIMIT": ""})).limit == LIMIT


@pytest.mark.parametrize("text", ["much", "-1", "1.5", "²", " 3", "1" * 5000])
def test_a_limit_that_is_none(text: str) -> None:
    with pytest.raises(EnvironmentFaultError) as caught:
        open_cache(LocalHost({"EXTDEPS_CACHE_LIMIT": text}))
    assert caught.value.message == f"`EXTDEPS_CACHE_LIMIT` is `{text}`"
    assert caught.value.hint == "it is a number of MiB, such as `64`"


@pytest.mark.parametrize("text", ["cache", "~/cache", "."])
def test_a_directory_that_is_none(text: str) -> None:
    with pytest.raises(EnvironmentFaultError) as caught:
        open_cache(LocalHost({"EXTDEPS_CACHE_DIR": text}))
    assert caught.value.message == f"`EXTDEPS_CACHE_DIR` is `{text}`"
    assert caught.value.hint == "it is an absolute path, or empty for no cache"


def test_what_cannot_be_removed(cache: Cache, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.put("metadata", "a", b"x")
    path = Path(cache.directory) / "metadata"
    monkeypatch.setattr("shutil.rmtree", _refuse)  # root may remove anything
    with pytest.raises(EnvironmentFaultError) as caught:
        cache.clear()
    assert (caught.value.message, caught.value.context) == (f"`{path}` cannot be removed", ("Permission denied",))


def _refuse(path: str) -> None:
    raise PermissionError(13, "Permission denied", path)


@pytest.mark.parametrize("content", [b"", b"what was declar"])
def test_what_a_loss_of_power_cut_off_is_none(content: bytes, cache: Cache) -> None:
    cache.put("metadata", "a", b"what was declared")
    entry(cache, "metadata").write_bytes(content)
    assert cache.get("metadata", "a") is None
