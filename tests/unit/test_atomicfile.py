"""Files that are written as a whole, whatever stops the writing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from extdeps.atomicfile import open_atomic, write_text
from extdeps.errors import EnvironmentFaultError


def test_permissions_and_links_are_kept(tmp_path: Path) -> None:
    real, link = tmp_path / "real.lock", tmp_path / "extdeps.lock"
    real.write_text("old")
    real.chmod(0o640)
    link.symlink_to(real)
    write_text(str(link), "é\n")
    assert link.is_symlink()
    assert real.read_bytes() == "é\n".encode()
    assert real.stat().st_mode & 0o777 == 0o640
    assert sorted(os.listdir(tmp_path)) == ["extdeps.lock", "real.lock"]


@pytest.mark.parametrize(
    ("mode", "umask", "expected"), [(0o666, 0o022, 0o644), (0o666, 0o077, 0o600), (0o600, 0, 0o600)]
)
def test_permissions_of_a_new_file(mode: int, umask: int, expected: int, tmp_path: Path) -> None:
    before = os.umask(umask)
    try:
        with open_atomic(str(tmp_path / "new"), mode=mode):
            pass
    finally:
        os.umask(before)
    assert (tmp_path / "new").stat().st_mode & 0o777 == expected


@pytest.mark.parametrize("error", [OSError, KeyboardInterrupt, ValueError])
def test_what_was_there_is_as_it_was(error: type[BaseException], tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")

    def write_in_part() -> None:
        with open_atomic(str(path)) as file:
            file.write(b"new")
            raise error

    with pytest.raises(error):
        write_in_part()
    assert path.read_bytes() == b"old"
    assert os.listdir(tmp_path) == ["file"]


def test_a_process_that_is_killed_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(b"old")
    program = (
        "import os, sys\n"
        "from extdeps.atomicfile import open_atomic\n"
        "with open_atomic(sys.argv[1]) as file:\n"
        "    file.write(b'new')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    assert subprocess.run([sys.executable, "-c", program, str(path)], check=False).returncode == -9
    assert path.read_bytes() == b"old"
    write_text(str(path), "new")
    assert path.read_bytes() == b"new"


def test_what_is_no_file_is_written_to() -> None:
    program = (
        "from extdeps.atomicfile import write_text as write; write('/dev/stdout', 'text'); write('/dev/null', 'x')"
    )
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=True)
    assert done.stdout == b"text"
    assert not os.path.isfile("/dev/null")


def test_where_it_cannot_be_written(tmp_path: Path) -> None:
    path = str(tmp_path / "absent" / "extdeps.lock")
    with pytest.raises(EnvironmentFaultError) as caught:
        write_text(path, "text")
    assert str(caught.value) == f"`{path}` cannot be written\nNo such file or directory"
    (tmp_path / "extdeps.lock").mkdir()
    with pytest.raises(EnvironmentFaultError, match="cannot be written\nIs a directory"):
        write_text(str(tmp_path / "extdeps.lock"), "text")
    assert os.listdir(tmp_path) == ["extdeps.lock"]
