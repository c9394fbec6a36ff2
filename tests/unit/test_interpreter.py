"""The Python that decides: this one, an activated one, one by path or name, and one of another root file system."""

from __future__ import annotations

import json
import os
import sys
import sysconfig
from pathlib import Path

import pytest

from extdeps.errors import InterpreterError
from extdeps.host import LocalHost, RootHost
from extdeps.interpreter import Interpreter, find_interpreter
from support.recorded import RecordedHost

PATH = "/usr/bin:/bin"
MARKERS = {"python_version": "3.12", "sys_platform": "linux"}


def describe(executable: str, prefix: str, **other: object) -> dict[str, object]:
    return {
        "executable": executable,
        "prefix": prefix,
        "base_prefix": prefix,
        "version": "3.12.4",
        "implementation": "cpython",
        "platform": "linux-x86_64",
        "multiarch": "x86_64-linux-gnu",
        "include": f"{prefix}/include/python3.12",
        "site": [f"{prefix}/lib/python3.12/site-packages"],
        "free_threaded": False,
        "markers": MARKERS,
        **other,
    }


def write_python(prefix: Path, name: str = "python", **other: object) -> str:
    """A program that answers as a Python does, for any script that it is given."""
    path = prefix / "bin" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    answer = prefix / f"{name}.json"
    answer.write_text(json.dumps(describe(str(path), str(prefix), **other)))
    return write_script(path, f"cat '{answer}'")


def write_script(path: Path, script: str) -> str:
    path.write_text(f"#!/bin/sh\n{script}\n")
    path.chmod(0o755)
    return str(path)


# this machine


def test_the_python_of_this_process() -> None:
    python = find_interpreter(LocalHost({"PATH": PATH}))
    assert python.include == sysconfig.get_path("include")
    assert (python.executable, python.prefix, python.base_prefix) == (sys.executable, sys.prefix, sys.base_prefix)
    assert python.version == "{}.{}.{}".format(*sys.version_info)
    assert python.is_current
    assert python.marker_environment()["sys_platform"] == sys.platform
    assert python.marker_environment()["python_version"] == "{}.{}".format(*sys.version_info)


def test_this_python_by_its_path_is_not_started() -> None:
    assert find_interpreter(LocalHost({"PATH": PATH}), sys.executable).is_current


def test_this_python_answers_as_a_script_what_it_answers_here(tmp_path: Path) -> None:
    link = tmp_path / "python"
    link.symlink_to(os.path.realpath(sys.executable))
    asked = find_interpreter(LocalHost({"PATH": PATH}), str(link))
    here = find_interpreter(LocalHost({"PATH": PATH}))
    assert not asked.is_current
    assert (asked.version, asked.implementation) == (here.version, here.implementation)
    assert (asked.platform, here.platform) == (sysconfig.get_platform(), "")
    assert asked.marker_environment() == here.marker_environment()


def test_a_python_by_its_path(tmp_path: Path) -> None:
    path = write_python(tmp_path)
    assert find_interpreter(LocalHost({"PATH": PATH}), path) == Interpreter(
        executable=path,
        prefix=str(tmp_path),
        base_prefix=str(tmp_path),
        version="3.12.4",
        distributor="other",
        platform="linux-x86_64",
        multiarch="x86_64-linux-gnu",
        include=f"{tmp_path}/include/python3.12",
        site=(f"{tmp_path}/lib/python3.12/site-packages",),
        markers=MARKERS,
    )


def test_a_python_by_its_name_on_the_path(tmp_path: Path) -> None:
    path = write_python(tmp_path, "python3.99")
    python = find_interpreter(LocalHost({"PATH": f"{tmp_path}/bin:{PATH}"}), "python3.99")
    assert python.executable == path
    assert python.marker_environment() == MARKERS


@pytest.mark.parametrize("variable", ["VIRTUAL_ENV", "CONDA_PREFIX"])
def test_the_activated_environment_comes_before_this_process(tmp_path: Path, variable: str) -> None:
    path = write_python(tmp_path)
    assert find_interpreter(LocalHost({"PATH": PATH, variable: str(tmp_path)})).executable == path


def test_a_virtual_environment_comes_before_conda(tmp_path: Path) -> None:
    path = write_python(tmp_path / "venv")
    write_python(tmp_path / "conda")
    environ = {"PATH": PATH, "CONDA_PREFIX": f"{tmp_path}/conda", "VIRTUAL_ENV": f"{tmp_path}/venv"}
    assert find_interpreter(LocalHost(environ)).executable == path


@pytest.mark.parametrize("active", ["", "/nosuch", "{prefix}"])
def test_an_environment_that_is_gone_or_our_own_leaves_this_process(active: str) -> None:
    environ = {"PATH": PATH, "VIRTUAL_ENV": active.format(prefix=sys.prefix)}
    assert find_interpreter(LocalHost(environ)).is_current


def test_a_named_python_comes_before_the_activated_one(tmp_path: Path) -> None:
    write_python(tmp_path / "venv")
    path = write_python(tmp_path / "own")
    assert find_interpreter(LocalHost({"PATH": PATH, "VIRTUAL_ENV": f"{tmp_path}/venv"}), path).executable == path


@pytest.mark.parametrize(
    ("script", "reason"),
    [
        ("echo 'cannot start' >&2; echo 'no module named site' >&2; exit 1", "no module named site"),
        ("exit 3", "no answer"),
        ("echo hello", "no answer"),
        ("echo '[]'", "no answer"),
        ("printf '\\377'", "no answer"),
    ],
)
def test_what_is_not_a_python(tmp_path: Path, script: str, reason: str) -> None:
    path = write_script(tmp_path / "python", script)
    with pytest.raises(InterpreterError) as caught:
        find_interpreter(LocalHost({"PATH": PATH}), path)
    assert str(caught.value) == f"`{path}` is not a Python that answers\n{reason}"


@pytest.mark.parametrize("answer", ["{}", '{"markers": {}}'])
def test_an_object_that_describes_no_python(tmp_path: Path, answer: str) -> None:
    path = write_script(tmp_path / "python", f"echo '{answer}'")
    with pytest.raises(InterpreterError) as caught:
        find_interpreter(LocalHost({"PATH": PATH}), path)
    assert caught.value.message == f"`{path}` is not a Python that answers"


def test_a_python_that_cannot_be_started(tmp_path: Path) -> None:
    path = tmp_path / "python"
    path.write_bytes(b"\x7fELF")
    path.chmod(0o755)
    with pytest.raises(InterpreterError) as caught:
        find_interpreter(LocalHost({"PATH": PATH}), str(path))
    assert str(caught.value) == f"`{path}` is not a Python that answers\nit cannot be run"


@pytest.mark.parametrize("python", ["/nosuch/python", "no-such-python"])
def test_a_python_that_is_not_there(python: str) -> None:
    with pytest.raises(InterpreterError) as caught:
        find_interpreter(LocalHost({"PATH": PATH}), python)
    assert str(caught.value) == f"there is no Python at `{python}`"
    assert caught.value.hint == "give the path of an executable with `--python`"


@pytest.mark.parametrize(
    ("part", "distributor"),
    [
        ("Cellar/python@3.13/3.13.5", "homebrew"),
        ("homebrew/opt", "homebrew"),
        ("linuxbrew/.linuxbrew", "homebrew"),
        ("pyenv/versions/3.13", "other"),
    ],
)
def test_the_distributor_by_the_place(tmp_path: Path, part: str, distributor: str) -> None:
    path = write_python(tmp_path / part)
    assert find_interpreter(LocalHost({"PATH": PATH}), path).distributor == distributor


def test_a_virtual_environment_is_of_the_distributor_of_its_base(tmp_path: Path) -> None:
    (tmp_path / "conda" / "conda-meta").mkdir(parents=True)
    path = write_python(tmp_path / "venv", base_prefix=f"{tmp_path}/conda")
    assert find_interpreter(LocalHost({"PATH": PATH}), path).distributor == "conda"
    system = write_python(tmp_path / "other", base_prefix="/usr")
    assert find_interpreter(LocalHost({"PATH": PATH}), system).distributor == "system"


def test_what_an_answer_leaves_out(tmp_path: Path) -> None:
    path = write_python(tmp_path, multiarch="", site=None, free_threaded=True, implementation="pypy")
    host = LocalHost({"PATH": PATH})
    host.machine = "aarch64"
    python = find_interpreter(host, path)
    assert (python.multiarch, python.site) == ("aarch64-linux-gnu", ())
    assert (python.free_threaded, python.implementation) == (True, "pypy")


# other machines, by their files alone


def recorded(path: str, real: str = "", **other: object) -> RecordedHost:
    links = {path: real} if real else {}
    return RecordedHost(executables=[real or path], links=links, **other)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("path", "real", "base", "distributor"),
    [
        ("/usr/bin/python3", "/usr/bin/python3.11", "/usr", "system"),
        ("/bin/python3", "/bin/python3.11", "/usr", "system"),
        ("/usr/local/bin/python3", "/usr/local/bin/python3.11", "/usr/local", "other"),
        ("/usr/bin/python3", "/nix/store/0h-python3-3.11.9/bin/python3.11", "/nix/store/0h-python3-3.11.9", "nix"),
        (
            "/usr/local/bin/python3",
            "/home/linuxbrew/.linuxbrew/Cellar/python@3.11/3.11.9/bin/python3.11",
            "/home/linuxbrew/.linuxbrew/Cellar/python@3.11/3.11.9",
            "homebrew",
        ),
        ("/usr/local/bin/python3", "/opt/local/bin/python3.11", "/opt/local", "macports"),
    ],
)
def test_a_recorded_python_by_its_path(path: str, real: str, base: str, distributor: str) -> None:
    python = find_interpreter(recorded(path, real))
    assert (python.executable, python.prefix, python.version) == (path, base, "3.11")
    assert (python.distributor, python.include) == (distributor, f"{base}/include/python3.11")
    assert (python.platform, python.multiarch) == ("linux-x86_64", "x86_64-linux-gnu")
    assert not python.is_current


def test_a_recorded_conda_environment() -> None:
    host = RecordedHost(
        executables=["/opt/conda/bin/python3.12"],
        links={"/opt/conda/bin/python": "python3.12"},
        empty=["/opt/conda/conda-meta/history", "/opt/conda/lib/python3.12/site-packages/README.txt"],
    )
    python = find_interpreter(host, "/opt/conda/bin/python")
    assert (python.distributor, python.prefix) == ("conda", "/opt/conda")
    assert python.site == ("/opt/conda/lib/python3.12/site-packages",)


@pytest.mark.parametrize(
    ("content", "version", "full"),
    [
        (b"\x7fELF..\x003.11.2\0..", "3.11.2", "3.11.2"),
        (b"\x003.9.1\x003.11.0rc1\0", "3.11.0rc1", "3.11.0rc1"),
        (b"\x003.11.2+\0", "3.11.2", "3.11.2"),
        (b"\x003.11\x003x11.2\0", "3.11", "3.11.0"),
        (b"", "3.11", "3.11.0"),
    ],
)
def test_a_recorded_python_carries_its_version(content: bytes, version: str, full: str) -> None:
    host = RecordedHost(files={"/usr/bin/python3.11": content}, executables=["/usr/bin/python3.11"])
    python = find_interpreter(host, "python3.11")
    assert python.version == version
    markers = python.marker_environment()
    assert (markers["python_full_version"], markers["python_version"]) == (full, "3.11")


def test_the_markers_of_a_recorded_mac() -> None:
    markers = find_interpreter(
        recorded("/usr/bin/python3", "/usr/bin/python3.9", system="Darwin", machine="arm64")
    ).marker_environment()
    assert (markers["sys_platform"], markers["platform_system"], markers["platform_machine"]) == (
        "darwin",
        "Darwin",
        "arm64",
    )
    assert find_interpreter(recorded("/usr/bin/python3", system="Darwin")).multiarch == ""


def test_a_recorded_debian_has_its_own_directories() -> None:
    host = RecordedHost(
        executables=["/usr/bin/python3.13"],
        links={"/usr/bin/python3": "python3.13"},
        empty=["/usr/lib/python3/dist-packages/six.py", "/usr/local/lib/python3.13/dist-packages/x.py"],
    )
    assert find_interpreter(host).site == (
        "/usr/local/lib/python3.13/dist-packages",
        "/usr/lib/python3/dist-packages",
    )


def test_a_machine_without_python() -> None:
    python = find_interpreter(RecordedHost(empty=["/usr/lib/python3/dist-packages/six.py"]))
    assert (python.executable, python.version, python.site) == ("", "", ())
    assert (python.prefix, python.distributor) == ("/usr", "system")
    assert python.marker_environment()["python_version"] == "3.11"


def test_a_python_that_a_root_does_not_have(tmp_path: Path) -> None:
    with pytest.raises(InterpreterError) as caught:
        find_interpreter(RootHost(str(tmp_path)), "/usr/bin/python3")
    assert str(caught.value) == f"there is no Python at `/usr/bin/python3` in `{os.path.realpath(tmp_path)}`"


def test_the_environment_of_this_machine_says_nothing_about_a_root(tmp_path: Path) -> None:
    write_python(tmp_path / "root" / "usr", "python3.10")
    (tmp_path / "root" / "usr" / "bin" / "python3").symlink_to("/usr/bin/python3.10")
    python = find_interpreter(RootHost(f"{tmp_path}/root"))
    assert (python.executable, python.version, python.distributor) == ("/usr/bin/python3", "3.10", "system")
