"""The cache: what is kept for whom, and what is taken for nothing."""

from __future__ import annotations

import json
import os
import stat
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from extdeps.accelerator.cache import ask_once, describe_devices, find_cache
from extdeps.accelerator.pci import PciDevice
from extdeps.host import LocalHost, RootHost
from support.recorded import RecordedHost

Answer = Mapping[str, object] | None


class Question:
    """Something costly, which counts how often it was asked."""

    def __init__(self, answer: Answer) -> None:
        self.answer = answer
        self.count = 0

    def __call__(self) -> Answer:
        self.count += 1
        return self.answer


@pytest.fixture
def host(tmp_path: Path) -> LocalHost:
    return LocalHost({"EXTDEPS_CACHE_DIR": str(tmp_path / "cache")})


def ask(host: LocalHost, question: Callable[[], Answer], *, key: str = "k", name: str = "q", boot: str = "b") -> Answer:
    return ask_once(host, name, (key,), question, boot=boot)


def test_an_answer_is_kept(host: LocalHost, tmp_path: Path) -> None:
    question = Question({"a": [1, "é"]})
    assert [ask(host, question) for _ in range(3)] == [{"a": [1, "é"]}] * 3
    assert question.count == 1
    (file,) = (tmp_path / "cache").iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert file.name == "accelerators.json"


@pytest.mark.parametrize("other", [{"key": "l"}, {"name": "r"}, {"boot": "c"}])
def test_another_key_question_or_boot_asks_again(host: LocalHost, other: dict[str, str]) -> None:
    question = Question({"a": 1})
    ask(host, question)
    assert ask(host, question, **other) == {"a": 1}
    assert question.count == 2


def test_answers_stand_beside_each_other(host: LocalHost) -> None:
    question = Question({"a": 1})
    for name in ("q", "r", "q", "r"):
        ask(host, question, name=name)
    assert question.count == 2


@pytest.mark.parametrize("answer", [None, {}])
def test_nothing_found_is_not_kept(host: LocalHost, tmp_path: Path, answer: Answer) -> None:
    question = Question(answer)
    assert [ask(host, question), ask(host, question)] == [answer, answer]
    assert question.count == 2
    assert not (tmp_path / "cache").exists()


GOOD = {"schema_version": 1, "boot": "b", "answers": {"q": {"key": ["k"], "answer": {"a": 0}}}}


def write(host: LocalHost, content: bytes) -> Path:
    path = Path(find_cache(host))
    path.parent.mkdir()
    path.write_bytes(content)
    return path


def test_the_form_of_the_file(host: LocalHost) -> None:
    write(host, json.dumps(GOOD).encode())
    question = Question({"a": 1})
    assert (ask(host, question), question.count) == ({"a": 0}, 0)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0\xff",
        b"[" * 100_000,
        b"[]",
        json.dumps({**GOOD, "schema_version": 2}).encode(),
        json.dumps({**GOOD, "answers": []}).encode(),
        json.dumps({**GOOD, "answers": {"q": []}}).encode(),
        json.dumps({**GOOD, "answers": {"q": {"key": ["k"], "answer": "x"}}}).encode(),
        json.dumps(GOOD).encode() + b" " * 1024 * 1024,
    ],
)
def test_strange_files_are_replaced(host: LocalHost, content: bytes) -> None:
    write(host, content)
    question = Question({"a": 1})
    assert [ask(host, question), ask(host, question)] == [{"a": 1}] * 2
    assert question.count == 1


def test_a_link_and_a_pipe_are_not_read(host: LocalHost, tmp_path: Path) -> None:
    path = Path(find_cache(host))
    path.parent.mkdir()
    elsewhere = tmp_path / "elsewhere"
    elsewhere.write_text(json.dumps(GOOD))
    path.symlink_to(elsewhere)
    assert ask(host, Question({"a": 1})) == {"a": 1}
    assert not path.is_symlink()
    path.unlink()
    os.mkfifo(path)
    assert ask(host, Question({"a": 2})) == {"a": 2}


@pytest.mark.skipif("os.getuid() != 0", reason="only root gives files away")
def test_a_file_of_somebody_else_is_not_read(host: LocalHost) -> None:
    path = write(host, json.dumps(GOOD).encode())
    os.chown(path, 12345, 12345)
    assert ask(host, Question({"a": 1})) == {"a": 1}
    assert path.stat().st_uid == 0


def test_a_place_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    host = LocalHost({"EXTDEPS_CACHE_DIR": str(tmp_path / "file" / "below")})
    assert ask(host, Question({"a": 1})) == {"a": 1}


def test_what_json_has_not_is_not_kept(host: LocalHost, tmp_path: Path) -> None:
    answer = {"a": frozenset({1})}
    assert ask(host, Question(answer)) == answer
    assert list((tmp_path / "cache").iterdir()) == []


def test_of_other_machines_nothing_is_kept(tmp_path: Path) -> None:
    question = Question({"a": 1})
    for other in (RecordedHost(), RootHost(str(tmp_path))):
        assert find_cache(other) == ""
        assert ask_once(other, "q", (), question, boot="b") == {"a": 1}
    assert question.count == 2


@pytest.mark.skipif("sys.platform != 'linux'")
@pytest.mark.parametrize(
    ("environ", "path"),
    [
        ({"HOME": "/h"}, "/h/.cache/extdeps/accelerators.json"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "/c"}, "/c/extdeps/accelerators.json"),
        ({"HOME": "/h", "XDG_CACHE_HOME": "relative"}, "/h/.cache/extdeps/accelerators.json"),
        ({"HOME": "/h", "EXTDEPS_CACHE_DIR": "/e"}, "/e/accelerators.json"),
        ({"HOME": "/h", "EXTDEPS_CACHE_DIR": ""}, ""),
        ({}, ""),
    ],
)
def test_where_it_is(environ: dict[str, str], path: str) -> None:
    assert find_cache(LocalHost(environ)) == path


@pytest.mark.skipif("sys.platform != 'linux'")
def test_the_boot_of_this_machine(host: LocalHost) -> None:
    question = Question({"a": 1})
    ask_once(host, "q", (), question)
    ask_once(host, "q", (), question)
    assert question.count == 1
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert json.loads(Path(find_cache(host)).read_text())["boot"] == boot


def test_the_devices_of_a_container() -> None:
    bus = (PciDevice(address="0000:01:00.0", vendor="0x10de", device="0x2684", driver="nvidia"),)
    files = dict.fromkeys(("/dev/nvidia0", "/dev/kfd", "/dev/null", "/dev/dri/card0"), "")
    assert describe_devices(RecordedHost(files=files), bus) == (
        "0000:01:00.0 0x10de:0x2684 nvidia",
        "dri",
        "kfd",
        "nvidia0",
        "card0",
    )
