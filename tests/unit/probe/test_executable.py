"""Programs, and the versions that they print."""

from __future__ import annotations

import pytest

from extdeps.catalog.probes import VersionRule
from extdeps.child import Completed
from extdeps.interpreter import Interpreter
from extdeps.model.evidence import Evidence
from extdeps.probe.executable import Executables
from support.recorded import RecordedHost

PYTHON = Interpreter(executable="/usr/bin/python3", prefix="/usr", base_prefix="/usr", version="3.13.5")
CONDA = Interpreter(
    executable="/opt/env/bin/python", prefix="/opt/env", base_prefix="/opt/env", version="3.13.5", distributor="conda"
)
PATTERN = VersionRule().pattern


def executables(*paths: str, python: Interpreter = PYTHON) -> Executables:
    return Executables(RecordedHost(executables=paths), python)


def test_a_program_on_the_path() -> None:
    assert executables("/usr/bin/cmake", "/bin/cmake").find(("cmake", "nosuch")) == {
        "cmake": Evidence(kind="executable", name="cmake", location="/usr/bin/cmake", origin="PATH")
    }


def test_a_file_that_cannot_be_run_is_no_program() -> None:
    assert Executables(RecordedHost(empty=["/usr/bin/cmake"]), PYTHON).find(("cmake",)) == {}


def test_the_programs_of_a_conda_environment_come_first() -> None:
    paths = ("/usr/bin/cmake", "/usr/bin/git", "/opt/env/bin/cmake")
    found = executables(*paths, python=CONDA).find(("cmake", "git"))
    assert [item.location for item in found.values()] == ["/opt/env/bin/cmake", "/usr/bin/git"]
    assert executables(*paths).find(("cmake",))["cmake"].location == "/usr/bin/cmake"


def test_further_roots_come_last() -> None:
    probe = executables("/usr/bin/git", "/opt/b/bin/git", "/opt/b/bin/nvcc", "/opt/b/sbin/x")
    found = probe.find(("git", "nvcc", "x"), ("/opt/a", "/opt/b"))
    assert [item.location for item in found.values()] == ["/usr/bin/git", "/opt/b/bin/nvcc"]


@pytest.mark.parametrize(
    ("done", "version"),
    [
        (Completed(returncode=0, stdout="cmake version 3.31.6\n\nCMake suite\n"), "3.31.6"),
        (Completed(returncode=0, stdout="gcc (Debian 14.2.0-19) 14.2.0\n"), "14.2.0"),
        (Completed(returncode=0, stdout="openssl 1.1.1w\n"), "1.1.1w"),
        (Completed(returncode=0, stdout="ninja 7\n"), "7"),
        (Completed(returncode=0, stdout="", stderr='openjdk version "21.0.8"\n'), "21.0.8"),
        (Completed(returncode=1, stdout="1.2\n", stderr="3.4\n"), "1.2"),
        (Completed(returncode=0, stdout="no number\n", stderr="none here\n"), ""),
        (Completed(returncode=127, stdout=""), ""),
        (None, ""),
    ],
)
def test_the_version_that_a_program_prints(done: Completed | None, version: str) -> None:
    host = RecordedHost(commands={("/usr/bin/x", "--version"): done} if done else {})
    answer = Executables(host, PYTHON).ask_version("/usr/bin/x", ("--version",), PATTERN)
    assert answer == (version, "/usr/bin/x --version")
    assert host.runs == [("/usr/bin/x", "--version")]


def test_a_program_is_asked_in_its_own_way() -> None:
    done = Completed(returncode=0, stdout="release 12.4, V12.4.131\n")
    host = RecordedHost(commands={("/usr/bin/nvcc", "-q", "version"): done})
    assert Executables(host, PYTHON).ask_version("/usr/bin/nvcc", ("-q", "version"), r"V(\d+\.\d+\.\d+)") == (
        "12.4.131",
        "/usr/bin/nvcc -q version",
    )


def test_a_group_that_takes_no_part_is_no_version() -> None:
    host = RecordedHost(commands={("/x", "-v"): Completed(returncode=0, stdout="x dev\n")})
    assert Executables(host, PYTHON).ask_version("/x", ("-v",), r"x(?: (\d+)| dev)")[0] == ""
