"""Without root, from nothing to an extension that imports: `extdeps install` as an ordinary user of a bare Debian."""

from __future__ import annotations

import json
import os
import re
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from support.condachannel import index_channel, make_channel, write_package

USER = 1000
HOME = "/home/user"
CHANNEL = ("--channel", "file:///srv/channel")
INCLUDED = "python3,python3-venv,python3-dev,gcc,libc6-dev"
MAPPING = {
    "schema_version": 1,
    "name": "conda-forge",
    "mappings": [
        {"id": "dep:generic/foo", "specs": "libfoo"},
        {"id": "dep:generic/bar", "specs": "libbar"},
        {"id": "dep:generic/many", "specs": "many"},
        {"id": "dep:generic/large", "specs": "large"},
        {"id": "dep:generic/gone", "specs": "gone"},
    ],
    "package_managers": [],
}
PYPROJECT = """\
[build-system]
requires = ["setuptools"]
build-backend = "setuptools.build_meta"

[project]
name = "barext"
version = "1"

[external]
build-requires = ["dep:virtual/compiler/c"]
host-requires = ["bar"]
"""
SETUP = """\
from setuptools import Extension, setup
setup(py_modules=[], ext_modules=[Extension("barext", ["barext.c"], libraries=["bar"])])
"""
EXTENSION = """\
#include <Python.h>
#include <bar.h>
static PyObject *twice(PyObject *self, PyObject *number) { return PyLong_FromLong(bar_twice(PyLong_AsLong(number))); }
static PyMethodDef methods[] = {{"twice", twice, METH_O, ""}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "barext", "", -1, methods};
PyMODINIT_FUNC PyInit_barext(void) { return PyModule_Create(&module); }
"""
NO_ROOT = "apt needs root, and there is no way to it (none of sudo, doas, run0 and pkexec is here)"
PC = "Name: {0}\nDescription: made for a test\nVersion: 1.0\nLibs:\nCflags:\n"


class User:
    """Somebody without any privilege, in a directory of their own.

    Args:
        root: the Debian.
        place: the directory, as they see it.
    """

    def __init__(self, root: Path, place: str) -> None:
        self._root = root
        self.place = place
        self.directory = root / place.lstrip("/")
        self.directory.mkdir()
        self.give(self.directory)

    def give(self, path: Path) -> None:
        """Make files theirs, as far down as they go."""
        for item in (path, *path.rglob("*")):
            os.chown(item, USER, USER)

    def argv(self, *command: str, directory: str = "", venv: str = "venv") -> list[str]:
        """A command line that becomes the program itself, so that a signal reaches it."""
        environ = (f"HOME={HOME}", f"PATH={HOME}/{venv}/bin:/usr/bin:/bin", "LANG=C.UTF-8")
        enter = ("chroot", f"--userspec={USER}:{USER}", str(self._root), "env", "-i", "-C", directory or self.place)
        return [*enter, *environ, *command]

    def run(self, *command: str, directory: str = "", venv: str = "venv") -> tuple[int, str]:
        """The exit code of a command, and all that it printed in the order in which it did."""
        done = subprocess.run(
            self.argv(*command, directory=directory, venv=venv),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=120,
            start_new_session=True,
        )
        assert "Traceback" not in done.stdout, done.stdout
        return done.returncode, done.stdout

    def install(self, *arguments: str, directory: str = "") -> tuple[int, str]:
        """`extdeps install --yes` from the channel."""
        return self.run("extdeps", "install", "--yes", *CHANNEL, *arguments, directory=directory)

    def describe(self, directory: str = "") -> dict[str, Any]:
        """What `extdeps env` says."""
        code, said = self.run("extdeps", "env", "--format", "json", directory=directory)
        assert code == 0, said
        document: dict[str, Any] = json.loads(said)
        return document

    def versions(self, prefix: str = ".extdeps") -> dict[str, str]:
        """The packages that the prefix has."""
        records = (json.loads(path.read_text()) for path in (self.directory / prefix / "conda-meta").glob("*.json"))
        return {record["name"]: record["version"] for record in records}


@pytest.fixture(scope="module")
def root(with_dependencies: None) -> Iterator[Path]:
    """A Debian with a compiler and neither sudo nor doas, with wheels, a channel and one user, who has installed us."""
    assert shutil.which("debootstrap"), "install debootstrap"
    path = Path(tempfile.mkdtemp(prefix="extdeps-prefix-"))
    path.chmod(0o755)
    make = ["debootstrap", "--variant=minbase", f"--include={INCLUDED}", "bookworm", str(path)]
    subprocess.run(make, check=True, capture_output=True)
    subprocess.run(["chroot", str(path), "useradd", "--create-home", "--uid", str(USER), "user"], check=True)
    make_wheels(path / "srv/wheels")
    make_channel(path / "srv/channel")
    for version in ("1.0", "2.0"):
        many = {f"share/many/{number}": f"{version} {number}".encode() for number in range(3000)}
        write_package(path / "srv/channel", many | make_module("many"), name="many", version=version)
    large = {"share/large": os.urandom(2_000_000)}
    write_package(path / "srv/channel", large | make_module("large"), name="large", version="1.0")
    index_channel(path / "srv/channel")
    user = User(path, f"{HOME}/first")
    documents = path / HOME.lstrip("/") / ".local/share/external-packaging-metadata-mappings"
    documents.mkdir(parents=True)
    (documents / "conda-forge.mapping.json").write_text(json.dumps(MAPPING))
    user.give(documents.parent.parent)
    for venv, wanted in (("venv", ("extdeps[conda]", "setuptools>=71")), ("poor", ("extdeps",))):
        pip = f"{HOME}/{venv}/bin/pip"
        for command in (
            ("python3", "-m", "venv", f"{HOME}/{venv}"),
            (pip, "install", "--quiet", "--no-index", "--find-links", "/srv/wheels", *wanted),
        ):
            code, said = user.run(*command)
            assert code == 0, said
    yield path
    shutil.rmtree(path)


def make_module(name: str) -> dict[str, bytes]:
    return {f"lib/pkgconfig/{name}.pc": PC.format(name).encode()}


def make_wheels(place: Path) -> None:
    """Our own wheel, and those of all that it needs on the Python of Debian 12."""
    pip = [sys.executable, "-m", "pip", "--quiet"]
    project = Path(__file__).parents[2]
    subprocess.run(
        [*pip, "wheel", "--no-deps", "--no-build-isolation", "--wheel-dir", str(place), str(project)],
        check=True,
        capture_output=True,
    )
    wheel = next(place.glob("extdeps-*.whl"))
    python = ["--python-version", "3.11", "--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none"]
    download = [
        *pip,
        "download",
        "--only-binary",
        ":all:",
        *python,
        "--dest",
        str(place),
        f"{wheel}[conda]",
        "setuptools>=71",
    ]
    subprocess.run(download, check=True, capture_output=True)


@pytest.fixture
def user(root: Path, request: pytest.FixtureRequest) -> User:
    """The user, in a directory for this test alone."""
    return User(root, f"{HOME}/{re.sub(r'[^a-z_]', '-', request.node.name)}")


@pytest.fixture
def project(user: User) -> User:
    """The user beside the sources of an extension."""
    (user.directory / "src").mkdir()
    for name, text in (("pyproject.toml", PYPROJECT), ("setup.py", SETUP), ("barext.c", EXTENSION)):
        (user.directory / name).write_text(text)
    user.give(user.directory)
    return user


def build(user: User, use: str, *, directory: str = "") -> tuple[int, str]:
    """Take over the variables in a shell, check, and let pip build the project."""
    pip = f"pip install --quiet --no-index --no-build-isolation --no-deps --target '{user.place}/site' '{user.place}'"
    script = f"{use}; extdeps check --quiet '{user.place}' && {pip}"
    return user.run("sh", "-euc", script, directory=directory)


def import_it(user: User) -> tuple[int, str]:
    """Import what was built, without any variable."""
    code = f"import sys; sys.path.insert(0, '{user.place}/site'); import barext; print(barext.twice(21))"
    return user.run(f"{HOME}/venv/bin/python3", "-c", code, venv="none")


def find_use(said: str) -> str:
    """What we are told to type so that a build finds a prefix."""
    found = re.search(r"^note: a build finds it after `(.+)`$", said, re.MULTILINE)
    assert found, said
    return found[1]


def state(directory: Path) -> dict[str, tuple[int, int]]:
    paths = (path for path in directory.rglob("*") if path.is_file())
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths}


def test_from_nothing_to_an_extension_that_imports(project: User) -> None:
    prefix = f"{project.place}/.extdeps"
    where = f"note: {NO_ROOT}: a conda prefix in `{prefix}` needs no root\n"
    code, said = project.run("extdeps", "check", ".")
    assert (code, "✗  bar" in said) == (1, True), said
    code, said = project.run("extdeps", "install", *CHANNEL, ".")
    assert code == 5
    assert where in said
    command = f"-m extdeps.condaprefix install --prefix {prefix} --channel file:///srv/channel -- libbar\n"
    assert said.partition("error[no-consent]")[2].count(command) == 1, said
    code, said = project.run("extdeps", "install", "--dry-run", *CHANNEL, ".")
    assert (code, command in said) == (1, True)
    assert not (project.directory / ".extdeps").exists()

    code, said = project.install("..", directory=f"{project.place}/src")
    assert code == 0, said
    steps = (where, "✗  bar", "would install 2 packages", "install  libbar  1.0", command, "link libfoo", "✓  bar")
    places = [said.index(step) for step in steps]
    assert places == sorted(places), said
    installed = project.directory / ".extdeps"
    assert project.versions() == {"libbar": "1.0", "libfoo": "1.1"}
    assert {path.lstat().st_uid for path in installed.rglob("*")} == {USER}
    assert (installed / ".gitignore").read_text().splitlines()[1:] == ["*"]
    before = state(installed)
    code, again = project.install(".")
    assert (code, "condaprefix" in again) == (0, False), again
    assert state(installed) == before

    assert project.describe(f"{project.place}/src")["prefix"] == prefix
    assert project.run("extdeps", "check", ".")[0] == 1  # nothing tells this shell of the prefix
    assert find_use(said) == find_use(again) == 'eval "$(extdeps env)"'
    code, said = build(project, find_use(said), directory=f"{project.place}/src")
    assert code == 0, said
    assert import_it(project) == (0, "42\n")


def test_a_prefix_elsewhere(project: User) -> None:
    elsewhere = f"{project.place}/some where"
    code, said = project.install("--prefix", "../some where", "..", directory=f"{project.place}/src")
    assert code == 0, said
    assert "note: apt" not in said
    assert find_use(said) == f"eval \"$(extdeps env --prefix '{elsewhere}')\""
    code, said = build(project, find_use(said))
    assert code == 0, said
    assert import_it(project) == (0, "42\n")
    assert not (project.directory / ".extdeps").exists()


def test_what_the_user_has_settled(root: Path, project: User) -> None:
    settings = root / HOME.lstrip("/") / ".config/extdeps/config.toml"
    settings.parent.mkdir(parents=True)
    settings.write_text('channels = ["file:///srv/channel"]\nprefix = "../../packages"\n')
    try:
        code, said = project.run("extdeps", "install", "--yes", ".")
        assert code == 0, said
        prefix = f"{HOME}/packages"
        assert f"a conda prefix in `{prefix}` needs no root" in said
        assert project.describe()["prefix"] == prefix
        code, said = build(project, find_use(said))
        assert code == 0, said
        assert import_it(project) == (0, "42\n")
    finally:
        settings.unlink()


def test_the_range_decides_which_version(user: User) -> None:
    for requirement, version in (("foo<1.1", "1.0"), ("foo>=1.0", "1.0"), ("foo>=1.1,<2", "1.1"), ("foo>1.1", "2.0")):
        code, said = user.install("-d", requirement)
        assert code == 0, said
        assert user.versions() == {"libfoo": version}
    for requirement in ("foo>=9", "foo>=1.2,<1.9"):
        code, said = user.install("-d", requirement)
        assert code == 5
        assert f"error[still-missing]: 1 of 1 external requirements is still not satisfied\n  {requirement}" in said
        assert f"2.0 at {user.place}/.extdeps/lib/pkgconfig/foo.pc" in said
    assert user.versions() == {"libfoo": "2.0"}
    code, said = user.install("--prefix", "other", "-d", "foo>=9")
    assert (code, "foo>=9" in said.partition("error[")[2]) == (5, True), said


def test_nothing_is_taken_away_until_that_is_allowed(user: User) -> None:
    assert user.install("-d", "bar")[0] == 0
    for requirement, loss in (("foo>=2", "remove libbar 1.0"), ("foo<1.1", "downgrade libfoo 1.1")):
        code, said = user.install("-d", requirement)
        assert code == 5
        assert "error[would-remove]" in said
        assert loss in said
        assert "hint: `--allow-removals` agrees to that" in said
        assert user.versions() == {"libbar": "1.0", "libfoo": "1.1"}
    code, said = user.install("--allow-removals", "-d", "foo>=2")
    assert code == 0, said
    assert user.versions() == {"libfoo": "2.0"}


def read_descendants(pid: int) -> list[int]:
    """The processes that a process has started, and theirs."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        for child in map(int, (task / "children").read_text().split()):
            found += [child, *read_descendants(child)]
    return found


@pytest.mark.parametrize("moment", ["install many", "link many", "unlink many"])
@pytest.mark.parametrize("how", ["interrupt", "kill", "kill all"])
def test_an_interrupted_run_is_finished_by_the_next(how: str, moment: str, user: User) -> None:
    if moment == "unlink many":
        assert user.install("-d", "many<2")[0] == 0
    command = user.argv("extdeps", "install", "--yes", *CHANNEL, "-d", "many>=1", "-d", "foo")
    if moment == "unlink many":
        command = user.argv("extdeps", "install", "--yes", *CHANNEL, "-d", "many>=2", "-d", "foo")
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, start_new_session=True
    ) as child:
        assert child.stderr
        assert any(line.startswith(moment) for line in child.stderr)
        others = read_descendants(child.pid)
        child.send_signal(signal.SIGINT if how == "interrupt" else signal.SIGKILL)
        for other in others if how == "kill all" else ():
            with suppress(ProcessLookupError):
                os.kill(other, signal.SIGKILL)
        said = child.stderr.read()
    if how == "interrupt":
        assert child.returncode == 130
        assert "a second run goes on from here" in said
    code, said = user.install("-d", "many>=1", "-d", "foo")
    assert code == 0, said
    assert user.versions() == {"many": "2.0", "libfoo": "2.0"}
    files = user.directory / ".extdeps/share/many"
    assert {path.name: path.read_text() for path in files.iterdir()} == {str(n): f"2.0 {n}" for n in range(3000)}
    assert not (user.directory / ".extdeps/conda-meta/extdeps.journal").exists()


def test_what_no_probe_looks_for_is_finished_too(user: User) -> None:
    """As a run leaves it that was ended when all was linked that a probe looks for."""
    assert user.install("-d", "bar")[0] == 0
    prefix = user.directory / ".extdeps"
    (prefix / "bin/foo").unlink()
    journal = prefix / "conda-meta/extdeps.journal"
    journal.write_text('{"specs": ["libbar"], "kept": ["libfoo"], "touched": ["libbar", "libfoo"]}')
    user.give(journal)
    code, said = user.run("extdeps", "install", *CHANNEL, "-d", "bar")
    assert code == 5
    assert "An interrupted run has left packages half installed." in said
    assert f"condaprefix repair --prefix {user.place}/.extdeps" in said.partition("error[no-consent]")[2]
    code, said = user.install("-d", "bar")
    assert code == 0, said
    assert (prefix / "bin/foo").exists()
    assert not journal.exists()
    code, said = user.install("-d", "bar")
    assert (code, "condaprefix" in said) == (0, False)


def test_where_nothing_can_be_made(root: Path, user: User) -> None:
    closed = root / "srv/closed"
    closed.mkdir()
    (user.directory / "mine").mkdir()
    (user.directory / "mine/main.c").touch()
    user.give(user.directory)
    for directory, problem, code in (
        ("/srv/closed", "  error: `/srv/closed/.extdeps` cannot be written\n", "step-failed"),
        (f"{user.place}/mine", "  `{}` is not empty and no conda environment\n", "refused"),
        (f"{user.place}/mine/main.c", "  `{}` is not a directory\n", "refused"),
        (f"{user.place}/a:b", "`{}` cannot be a prefix: `:` parts the directories of PATH\n", "usage"),
    ):
        if code == "step-failed":
            _, said = user.install("-d", "bar", directory=directory)
        else:
            _, said = user.install("-d", "bar", "--prefix", directory)
        assert f"error[{code}]: " in said
        assert problem.format(directory) in said
    assert list(closed.iterdir()) == []
    assert [path.name for path in user.directory.rglob("*")] == ["mine", "main.c"]


@pytest.mark.parametrize(
    ("arguments", "problem"),
    [
        (("--channel", "file:///srv/none", "-d", "bar"), "`file:///srv/none` is no conda channel, or holds nothing"),
        ((*CHANNEL, "-d", "gone"), "\n    rattler knows no `gone`\n"),
    ],
)
def test_what_cannot_be_had(arguments: tuple[str, ...], problem: str, user: User) -> None:
    code, said = user.run("extdeps", "install", "--yes", *arguments)
    assert code == 5
    assert problem in said.partition("error[")[2]
    assert not (user.directory / ".extdeps").exists()


def test_without_the_library_that_makes_prefixes(project: User) -> None:
    code, said = project.run("extdeps", "install", "--yes", "-d", "zlib", venv="poor")
    assert code == 0, said  # nothing is missing
    code, said = project.run("extdeps", "install", "--yes", "-d", "libxml2", venv="poor")
    assert code == 5
    assert "✗  libxml2" in said
    assert "apt-get install libxml2-dev\n" in said
    assert said.endswith(
        f"error[no-elevation]: {NO_ROOT}\n\n"
        "hint: `--prefix DIR` needs neither root nor a manager (`pip install 'extdeps[conda]'`)\n"
    )
    code, said = project.run("extdeps", "install", "--yes", "--prefix", "p", ".", venv="poor")
    assert code == 5
    assert said == (
        "error[no-manager]: a conda prefix is made with py-rattler, which is not installed\n\n"
        "hint: pip install 'extdeps[conda]'\n"
    )


def test_a_full_disk(user: User) -> None:
    disk = user.directory / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", f"size=1m,uid={USER}", "none", disk], check=True)
    try:
        code, said = user.install("-d", "large", "--prefix", "disk/p")
        assert code == 5
        assert f"no space is left on the disk of `{user.place}/disk/p`" in said.partition("error[step-failed]")[2]
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        code, said = user.install("-d", "large", "--prefix", "disk/p")
        assert code == 0, said
        assert user.versions("disk/p") == {"large": "1.0"}
    finally:
        subprocess.run(["umount", disk], check=True)
