"""Our reading of this machine against what its own tools say."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from extdeps.database.dpkg import Dpkg
from extdeps.describe import describe, marker_environment
from extdeps.host import LocalHost, find_executable
from extdeps.interpreter import Interpreter, find_interpreter
from extdeps.loadercache import parse_loader_cache
from extdeps.probe.pkgconfig import PkgConfig
from extdeps.probe.search import ask_compiler, find_search_path

HOST = LocalHost()


@pytest.fixture(scope="module")
def interpreter() -> Interpreter:
    return find_interpreter(HOST, "/usr/bin/python3")


def tool(name: str) -> str:
    """The path of a program that these tests need; a machine without it fails."""
    path = find_executable(HOST, name)
    assert path, f"install {name}"
    return path


def output(*argv: str) -> str:
    return subprocess.run(argv, capture_output=True, text=True, check=True).stdout


def modules() -> Iterator[str]:
    path = output(tool("pkg-config"), "--variable=pc_path", "pkg-config").strip()
    for directory in path.split(":"):
        yield from (file.stem for file in sorted(Path(directory).glob("*.pc")))


def test_pkg_config_agrees(interpreter: Interpreter) -> None:
    pkg_config = tool("pkg-config")
    ours = PkgConfig(HOST, interpreter, find_search_path(HOST, interpreter))
    names = list(dict.fromkeys(modules()))
    assert names
    for name in names:
        exists = subprocess.run([pkg_config, "--exists", name], check=False).returncode == 0
        found = ours.find([name])
        assert bool(found) == exists, name
        if exists:
            assert found[name].version == output(pkg_config, "--modversion", name).strip()


def test_loader_cache_agrees() -> None:
    text = output("/sbin/ldconfig", "-p")
    native = [line.split() for line in text.splitlines()[1:] if "x86-64" in line or "AArch64" in line]
    theirs = sorted((words[0], words[-1]) for words in native)
    content = HOST.read_bytes("/etc/ld.so.cache")
    assert content is not None
    assert sorted(parse_loader_cache(content, HOST.machine)) == theirs


def test_dpkg_agrees(interpreter: Interpreter) -> None:
    lines = output("dpkg-query", "-W", "-f", "${Package} ${Architecture} ${db:Status-Status}\n").splitlines()
    native = output("dpkg", "--print-architecture").strip()
    installed = {
        name for name, arch, status in map(str.split, lines) if status == "installed" and arch in (native, "all")
    }
    ours = Dpkg(HOST, interpreter).find(installed | {"no-such-package"})
    assert ours is not None
    assert set(ours) == installed


def test_compiler_of_the_system_has_no_further_directories(interpreter: Interpreter) -> None:
    done = subprocess.run([tool("gcc"), "-E", "-v", "-x", "c", "/dev/null"], capture_output=True, text=True, check=True)
    listed = done.stderr.partition("search starts here:\n")[2].partition("End of search list")[0]
    theirs = {HOST.real_path(line.strip()) for line in listed.splitlines() if line.startswith(" ")}
    ours = set(find_search_path(HOST, interpreter).include)
    assert {path for path in theirs if "/lib/gcc/" not in path} <= ours
    assert ask_compiler(HOST) == ()


def test_another_python_describes_itself(interpreter: Interpreter) -> None:
    assert interpreter.executable == "/usr/bin/python3"
    assert interpreter.distributor == "system"
    assert (
        output("/usr/bin/python3", "-c", "import sys; print(*sys.version_info[:3], sep='.')").strip()
        == interpreter.version
    )
    assert interpreter.markers["python_version"] == ".".join(interpreter.version.split(".")[:2])


def test_markers_are_those_of_packaging() -> None:
    from packaging.markers import default_environment

    assert marker_environment() == {key: value for key, value in default_environment().items() if key != "extra"}
    assert describe()["executable"] == sys.executable
