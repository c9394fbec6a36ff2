"""Generations: what is in force after updates, reverts and whatever stops one."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extdeps.curate.update.store import Store
from extdeps.errors import EnvironmentFaultError
from extdeps.resources import SHIPPED_VERSION, read_generations, shipped_directory


def documents(text: str) -> dict[str, bytes]:
    return {"registry.json": text.encode(), "projects/demo.toml": text.encode()}


def install(store: Store, version: str, text: str) -> None:
    with store.lock():
        store.install(version, documents(text))


def revert(store: Store) -> str:
    with store.lock():
        return store.revert()


def in_force(store: Store) -> tuple[str, str]:
    if store.documents_directory == shipped_directory():
        return store.version, "shipped"
    directory = Path(store.documents_directory)
    texts = {(directory / name).read_text() for name in ("registry.json", "projects/demo.toml")}
    return store.version, texts.pop() if len(texts) == 1 else "mixed"


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "data" / "extdeps"))


def test_nothing_was_fetched(store: Store) -> None:
    assert in_force(store) == (SHIPPED_VERSION, "shipped")
    assert not os.path.exists(store.directory)
    assert revert(store) == ""


def test_back_and_back_again(store: Store) -> None:
    install(store, "1.0", "one")
    assert in_force(store) == ("1.0", "one")
    install(store, "2.0", "two")
    assert in_force(store) == ("2.0", "two")
    assert revert(store) == "2.0"
    assert in_force(store) == ("1.0", "one")
    assert revert(store) == "1.0"
    assert in_force(store) == (SHIPPED_VERSION, "shipped")
    assert revert(store) == ""
    install(store, "2.0", "again")
    assert in_force(store) == ("2.0", "again")


def test_the_one_before_is_kept_and_no_more(store: Store) -> None:
    for number in range(1, 6):
        install(store, f"{number}.0", str(number))
        assert len(read_generations(store.directory)) == min(number, 2)
    there = {name for name in os.listdir(store.directory) if os.path.isdir(os.path.join(store.directory, name))}
    assert there == {"3.0-3", "4.0-4", "5.0-5"}  # a check that began before the last update reads on in 3.0-3
    assert revert(store) == "5.0"
    assert revert(store) == "4.0"
    assert in_force(store) == (SHIPPED_VERSION, "shipped")


def test_what_is_reverted_can_still_be_read_by_a_check_that_runs(store: Store) -> None:
    install(store, "1.0", "one")
    directory = Path(store.documents_directory)
    revert(store)
    assert (directory / "registry.json").read_text() == "one"


@pytest.mark.parametrize("before", [0, 1])
def test_a_crash_before_the_switch_leaves_the_old_one_in_force(store: Store, before: int) -> None:
    if before:
        install(store, "1.0", "one")
    expected = in_force(store)

    def crash(_source: str, _target: str) -> None:
        raise KeyboardInterrupt

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", crash)
        with pytest.raises(KeyboardInterrupt):
            install(store, "2.0", "two")
    assert in_force(store) == expected
    assert os.path.isdir(os.path.join(store.directory, f"2.0-{before + 1}"))
    install(store, "3.0", "three")
    assert in_force(store) == ("3.0", "three")
    assert not os.path.exists(os.path.join(store.directory, f"2.0-{before + 1}"))
    assert revert(store) == "3.0"
    assert in_force(store) == expected


def test_a_crash_while_writing_leaves_the_old_one_in_force(store: Store) -> None:
    install(store, "1.0", "one")
    staging = Path(store.directory, ".staging")
    staging.mkdir()
    (staging / "registry.json").write_text("half")
    assert in_force(store) == ("1.0", "one")
    install(store, "2.0", "two")
    assert in_force(store) == ("2.0", "two")
    assert not staging.exists()


def test_a_failed_switch_is_a_located_error(store: Store) -> None:
    install(store, "1.0", "one")

    def fail(_source: str, target: str) -> None:
        raise OSError(28, "No space left on device", target)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "replace", fail)
        with pytest.raises(EnvironmentFaultError) as caught:
            install(store, "2.0", "two")
    assert caught.value.message == f"`{store.directory}` cannot be written"
    assert caught.value.context == (f"No space left on device: {store.directory}/in-force",)
    assert in_force(store) == ("1.0", "one")


def test_a_directory_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    store = Store(str(tmp_path / "file" / "extdeps"))
    with pytest.raises(EnvironmentFaultError) as caught, store.lock():
        pass
    assert caught.value.message == f"`{store.directory}` cannot be written"


def test_one_update_at_a_time(store: Store) -> None:
    with store.lock(), pytest.raises(EnvironmentFaultError) as caught, Store(store.directory).lock():
        pass
    assert caught.value.message == f"`{store.directory}` is in use"
    assert caught.value.context == ("another `extdeps mapping update` is running",)
    with store.lock():
        pass


def test_an_error_within_the_lock_is_not_taken_for_one_of_the_disk(store: Store) -> None:
    with pytest.raises(FileNotFoundError), store.lock():
        raise FileNotFoundError


def test_generations_older_than_the_shipped_data_do_not_count(store: Store) -> None:
    install(store, "0.0.9", "old")
    assert in_force(store) == (SHIPPED_VERSION, "shipped")
    assert revert(store) == ""
    install(store, "2.0", "new")
    assert in_force(store) == ("2.0", "new")
    assert revert(store) == "2.0"
    assert in_force(store) == (SHIPPED_VERSION, "shipped")


def test_files_of_others_are_left_alone(store: Store) -> None:
    install(store, "1.0", "one")
    mine = Path(store.directory, "mine")
    mine.mkdir()
    (mine / "note").write_text("x")
    Path(store.directory, "note").write_text("x")
    for number in range(2, 6):
        install(store, f"{number}.0", "x")
    assert (mine / "note").exists()
    assert Path(store.directory, "note").exists()
