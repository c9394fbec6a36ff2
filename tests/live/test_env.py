"""Real shells take over the variables, and a build with pip in a prefix finds its libraries and imports."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path

import pytest

from extdeps.render.environment import render_environment
from support.variables import BEFORES, HOSTILE, make_environment, run_shell

MODULE = """
#include <Python.h>
#include <spam.h>
static PyObject *answer(PyObject *self, PyObject *arguments) { return PyLong_FromLong(spam()); }
static PyMethodDef methods[] = {{"answer", answer, METH_NOARGS, ""}, {0}};
static struct PyModuleDef definition = {PyModuleDef_HEAD_INIT, "demo", 0, -1, methods};
PyMODINIT_FUNC PyInit_demo(void) { return PyModule_Create(&definition); }
"""
BY_NAME = """
from setuptools import Extension, setup
setup(name="demo", version="1", ext_modules=[Extension("demo", ["demo.c"], libraries=["spam"])])
"""
BY_PKG_CONFIG = """
import shlex, subprocess
from setuptools import Extension, setup
def ask(option):
    done = subprocess.run(["pkg-config", option, "spam"], capture_output=True, text=True, check=True)
    return shlex.split(done.stdout)
setup(name="demo", version="1", ext_modules=[
    Extension("demo", ["demo.c"], extra_compile_args=ask("--cflags"), extra_link_args=ask("--libs")),
])
"""
PC = "prefix={prefix}\nName: spam\nDescription: spam\nVersion: 1.0\nLibs: -L${{prefix}}/lib -lspam\n"


def tool(name: str) -> str:
    """The path of a program that these tests need; a machine without it fails."""
    path = shutil.which(name)
    assert path, f"install {name}"
    return path


@pytest.mark.parametrize("shell", ["bash", "dash", "fish"])
@pytest.mark.parametrize("before", BEFORES, ids=["unset", "empty", "set"])
def test_a_shell_sets_what_is_meant(shell: str, before: dict[str, str], tmp_path: Path) -> None:
    form = "fish" if shell == "fish" else "sh"
    for value in HOSTILE:
        environment = make_environment(value)
        code = "\n".join(render_environment(environment, form))
        names = [variable.name for variable in environment.variables]
        shown = run_shell([tool(shell), "-c"], code, before, names, str(tmp_path))
        wanted = environment.apply(before)
        assert shown == {name: wanted[name] for name in names}, value
    assert [path.name for path in tmp_path.iterdir() if path.name not in {".config", ".local"}] == []


def compile_library(directory: Path, name: str, source: str, *flags: str) -> None:
    """A shared library `libNAME.so` in a directory."""
    directory.mkdir(parents=True, exist_ok=True)
    output = directory / f"lib{name}.so"
    command = [tool("gcc"), "-shared", "-fPIC", "-x", "c", "-o", str(output), "-", "-x", "none", *flags]
    subprocess.run(command, input=source, text=True, check=True)


@pytest.fixture(scope="module", params=["prefix", "a prefix"])
def prefix(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A prefix with a C library, which itself needs another one of the prefix and does not remember where it is."""
    root = tmp_path_factory.mktemp("env") / str(request.param)
    library = root / "lib"
    compile_library(library, "eggs", "int eggs(void) { return 40; }")
    source = "int eggs(void); int spam(void) { return eggs() + 2; }"
    compile_library(library, "spam", source, f"-L{library}", "-leggs")
    (root / "include").mkdir()
    (root / "include" / "spam.h").write_text("int spam(void);\n")
    (library / "pkgconfig").mkdir()
    escaped = str(root).replace(" ", "\\ ")
    (library / "pkgconfig" / "spam.pc").write_text(PC.format(prefix=escaped))
    return root


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A Python with pip and setuptools, of an environment of its own."""
    root = tmp_path_factory.mktemp("python") / "venv"
    venv.create(root, with_pip=True)
    path = str(root / "bin" / "python")
    subprocess.run([path, "-m", "pip", "install", "--quiet", "setuptools>=70"], check=True)
    return path


def install(python: str, prefix: Path, setup: str, tmp_path: Path, *, told: bool) -> subprocess.CompletedProcess[str]:
    """Install an extension from source, with or without `extdeps env` before it."""
    source = tmp_path / "demo"
    source.mkdir()
    (source / "demo.c").write_text(MODULE)
    (source / "setup.py").write_text(setup)
    target = tmp_path / "site"
    pip = f"{python} -m pip install --quiet --no-index --no-build-isolation --no-deps --target '{target}' ."
    take_over = f"eval \"$({sys.executable} -m extdeps env --prefix '{prefix}')\"\n" if told else ""
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path), "LC_ALL": "C.UTF-8"}
    return subprocess.run(
        [tool("dash"), "-euc", take_over + pip], cwd=source, env=environ, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("setup", [BY_NAME, BY_PKG_CONFIG], ids=["by-name", "pkg-config"])
def test_what_pip_builds_imports_without_the_variables(python: str, prefix: Path, setup: str, tmp_path: Path) -> None:
    done = install(python, prefix, setup, tmp_path, told=True)
    assert done.returncode == 0, done.stderr
    code = f"import sys; sys.path.insert(0, {str(tmp_path / 'site')!r}); import demo; print(demo.answer())"
    imported = subprocess.run([python, "-c", code], env={}, capture_output=True, text=True, check=False)
    assert (imported.stdout, imported.stderr) == ("42\n", "")


def test_without_the_variables_nothing_is_found(python: str, prefix: Path, tmp_path: Path) -> None:
    done = install(python, prefix, BY_NAME, tmp_path, told=False)
    assert done.returncode != 0
    assert "spam.h" in done.stderr + done.stdout


def test_check_finds_it_in_the_environment(prefix: Path, tmp_path: Path) -> None:
    check = f"{sys.executable} -m extdeps check -q -d spam --phase host,run"
    take_over = f"eval \"$({sys.executable} -m extdeps env --prefix '{prefix}')\"\n"
    environ = {"PATH": os.environ["PATH"], "HOME": str(tmp_path)}
    for code, expected in ((check, 1), (take_over + check, 0)):
        done = subprocess.run([tool("bash"), "-uc", code], env=environ, capture_output=True, text=True, check=False)
        assert done.returncode == expected, done.stdout + done.stderr
