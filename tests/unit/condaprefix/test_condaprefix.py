"""A conda environment in a directory: its faults in one sentence, its lock and its journal."""

from __future__ import annotations

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from extdeps.condaprefix.__main__ import main
from extdeps.condaprefix.cache import usable_cache
from extdeps.condaprefix.fault import describe_library_error, describe_system_error
from extdeps.condaprefix.prefix import Journal, Prefix
from extdeps.errors import EnvironmentFaultError, LockedError
from support.condachannel import index_channel, write_package


class SolverError(Exception):
    """Of the name that py-rattler's has."""


class InvalidMatchSpecError(Exception):
    """Of the name that py-rattler's has."""


class InstallerError(Exception):
    """Of the name that py-rattler's has."""


@pytest.fixture(scope="module")
def channel(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("channel")
    write_package(root, {"share/a": b"a"}, name="a", version="1.0")
    write_package(root, {"share/a": b"a"}, name="a", version="2.0")
    write_package(root, {"share/b": b"b"}, name="b", version="1.0", depends=("a <2",))
    index_channel(root)
    return root.as_uri()


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RATTLER_CACHE_DIR", str(tmp_path / "cache"))


@pytest.mark.parametrize(
    ("error", "code", "exit_code", "message"),
    [
        (
            SolverError(
                "Cannot solve the request because of: a * cannot be\n└─ a 1.0 would require\n   └─ b >=9, no.\n"
            ),
            "unsatisfiable",
            4,
            "a * cannot be a 1.0 would require b >=9, no.",
        ),
        (InvalidMatchSpecError("bad spec"), "invalid-input", 3, "bad spec"),
        (
            InstallerError(
                "failed to link a\nCaused by: failed to write\nCaused by: No space left on device (os error 28)"
            ),
            "environment",
            5,
            "no space is left on the disk of `/p`, or on that of the package cache",
        ),
        (
            InstallerError("failed to link a\nCaused by: Permission denied (os error 13)"),
            "environment",
            5,
            "`/p`, or the package cache, cannot be written: failed to link a: Permission denied (os error 13)",
        ),
        (
            InstallerError("could not find subdir 'noarch' in channel 'c'"),
            "fetch",
            5,
            "`c` is no conda channel, or holds nothing for this machine: could not find subdir 'noarch' in channel 'c'",
        ),
        (
            InstallerError(
                "error sending request for url (x)\nCaused by: dns error\nCaused by: Name or service not known"
            ),
            "fetch",
            5,
            "`c` cannot be reached: error sending request for url (x): Name or service not known",
        ),
        (InstallerError("x" * 2000), "environment", 5, f"py-rattler failed: {'x' * 600}..."),
        (InstallerError(""), "environment", 5, "py-rattler failed: InstallerError"),
    ],
)
def test_what_the_library_raises(error: Exception, code: str, exit_code: int, message: str) -> None:
    found = describe_library_error(error, prefix="/p", channels=("c",))
    assert (found.code, found.exit_code, found.message) == (code, exit_code, message)


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(28, "No space left on device", "/p/x"), "no space is left on the disk of `/p`"),
        (OSError(30, "Read-only file system", "/p/x"), "`/p/x` cannot be written"),
        (OSError(36, "File name too long", "/p/x"), "`/p/x`: File name too long"),
    ],
)
def test_what_the_system_says(error: OSError, message: str) -> None:
    assert describe_system_error(error, "/p").message == message


def test_a_directory_of_something_else(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("mine")
    for prefix in (Prefix(str(tmp_path)), Prefix(str(tmp_path / "notes.txt"))):
        with pytest.raises(EnvironmentFaultError, match="is not"), prefix.lock():
            pass
    assert os.listdir(tmp_path) == ["notes.txt"]


def test_one_at_a_time(tmp_path: Path) -> None:
    path = str(tmp_path / "p")
    with Prefix(path).lock(), pytest.raises(LockedError, match="is locked by another process"):  # noqa: SIM117
        with Prefix(path).lock():
            pass
    with Prefix(path).lock():
        pass


def test_git_leaves_it_alone_where_we_have_made_it(tmp_path: Path) -> None:
    for _ in range(2):
        with Prefix(str(tmp_path / "p")).lock():
            pass
    comment, pattern = (tmp_path / "p/.gitignore").read_text().splitlines()
    assert (comment[0], pattern) == ("#", "*")
    (tmp_path / "other/conda-meta").mkdir(parents=True)
    (tmp_path / "other/conda-meta/history").touch()
    with Prefix(str(tmp_path / "other")).lock():
        pass
    assert os.listdir(tmp_path / "other") == ["conda-meta"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"specs": 7, "touched": []}', '{"specs": []}', '{"specs": [], "touched": []}']
)
def test_a_journal_that_is_broken_says_nothing(text: str, tmp_path: Path) -> None:
    prefix = Prefix(str(tmp_path))
    with prefix.lock():
        (tmp_path / "conda-meta/extdeps.journal").write_text(text)
    assert prefix.read_journal() == Journal()


def run(action: str, prefix: Path, channel: str, *specs: str, allow_removals: bool = False) -> tuple[int, str]:
    """The exit code and everything that was printed."""
    allow = ["--allow-removals"] if allow_removals else []
    program = [sys.executable, "-P", "-m", "extdeps.condaprefix"]
    named = ["--", *specs] if specs else []
    command = [*program, action, "--prefix", str(prefix), "--channel", channel, *allow, *named]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout + done.stderr


def test_installed_kept_upgraded_and_refused(channel: str, tmp_path: Path) -> None:
    prefix = tmp_path / "p"
    assert run("install", prefix, channel, "a<2")[0] == 0
    assert run("install", prefix, channel, "a") == (0, "nothing to do\n")
    code, said = run("install", prefix, channel, "b")
    assert (code, said.splitlines()[0]) == (0, "install b 1.0")
    refusal = "error: refused, since it would remove b 1.0\n"
    assert run("install", prefix, channel, "a>=2") == (5, refusal)
    assert (prefix / "share/b").exists()
    code, said = run("install", prefix, channel, "a>=2", allow_removals=True)
    assert (code, said.splitlines()[:2]) == (0, ["remove b 1.0", "upgrade a from 1.0 to 2.0"])
    assert not (prefix / "share/b").exists()
    modes = {stat.S_IMODE(path.stat().st_mode) & 0o044 for path in (prefix / "conda-meta").glob("*.json")}
    assert modes == {0o044}


def test_what_was_interrupted_is_finished(channel: str, tmp_path: Path) -> None:
    """The journal of a run that was ended while it replaced files, as it would be found."""
    prefix = tmp_path / "p"
    run("install", prefix, channel, "a<2")
    (prefix / "share/a").unlink()
    Prefix(str(prefix)).write_journal(Journal(specs=("a<2",), kept=("b",), touched=("a", "b")))
    code, said = run("install", prefix, channel, "a")
    assert code == 0
    assert said.splitlines()[:2] == ["reinstall a 1.0", "install b 1.0"]
    assert (prefix / "share/a").read_text() == "a"
    assert (prefix / "share/b").exists()
    assert run("install", prefix, channel, "a") == (0, "nothing to do\n")


@pytest.mark.parametrize("spec", ["a<2", "a>=9"])
def test_a_repair_is_told_nothing(spec: str, channel: str, tmp_path: Path) -> None:
    """What cannot be had any more, as it was asked for, keeps nobody from finishing the rest."""
    prefix = tmp_path / "p"
    run("install", prefix, channel, "a<2")
    (prefix / "share/a").unlink()
    Prefix(str(prefix)).write_journal(Journal(specs=(spec,), kept=("b",), touched=("a", "b")))
    code, said = run("repair", prefix, channel)
    assert (code, said.splitlines()[:2]) == (0, ["reinstall a 1.0", "install b 1.0"])
    assert (prefix / "share/a").read_text() == "a"
    assert run("repair", prefix, channel) == (0, "nothing to do\n")


@pytest.mark.parametrize(
    ("spec", "answer"),
    [
        ("nosuch", (4, "error: No candidates were found for nosuch *.")),
        ("a>=9", (4, "error: No candidates were found for a >=9.")),
        ("a>=1..", (3, "error: malformed version string")),
    ],
)
def test_what_cannot_be_had(spec: str, answer: tuple[int, str], channel: str, tmp_path: Path) -> None:
    code, said = run("plan", tmp_path / "p", channel, spec)
    assert (code, said[: len(answer[1])]) == answer
    assert said.count("\n") == 1
    assert not (tmp_path / "p").exists()


def test_a_record_that_is_broken(channel: str, tmp_path: Path) -> None:
    prefix = tmp_path / "p"
    run("install", prefix, channel, "a")
    record = next((prefix / "conda-meta").glob("a-*.json"))
    record.write_text("{")
    code, said = run("install", prefix, channel, "a")
    assert code == 5
    assert said.startswith(f"error: `{record}` cannot be read: ")


def test_without_the_library(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rattler", None)
    assert main(["search", "--channel", "c", "--", "a"]) == 5
    assert capsys.readouterr().err == "error: py-rattler is not installed here\n\nhint: install `extdeps[conda]`\n"


def test_the_cache_where_there_is_no_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with usable_cache():
        assert os.environ["RATTLER_CACHE_DIR"] == str(tmp_path / "cache")
    monkeypatch.setenv("RATTLER_CACHE_DIR", "/dev/null/cache")
    with usable_cache():
        own = os.environ["RATTLER_CACHE_DIR"]
        assert os.path.isdir(own)
    assert not os.path.exists(own)
    assert os.environ["RATTLER_CACHE_DIR"] == "/dev/null/cache"


def test_usage(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as caught:
        main(["install", "--prefix", "/p", "x"])
    assert caught.value.code == 2
    assert "--channel" in capsys.readouterr().err
