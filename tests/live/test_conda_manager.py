"""A conda environment made by py-rattler from real packages: made, kept, changed, broken, and built with."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from extdeps.child import Completed
from extdeps.condaprefix.prefix import Prefix
from extdeps.database.conda import Conda as CondaDatabase
from extdeps.host import LocalHost
from extdeps.interpreter import find_interpreter
from extdeps.manager.interface import Site
from extdeps.manager.rattler import Rattler
from extdeps.model.transaction import Change, Preview
from support.condachannel import PLACEHOLDER, index_channel, make_channel, write_package

NOBODY = 65534
RATTLER = Rattler()
EXTENSION = """\
#include <Python.h>
#include <bar.h>
static PyObject *twice(PyObject *self, PyObject *number) { return PyLong_FromLong(bar_twice(PyLong_AsLong(number))); }
static PyMethodDef methods[] = {{"twice", twice, METH_O, ""}, {0}};
static struct PyModuleDef module = {PyModuleDef_HEAD_INIT, "barext", "", -1, methods};
PyMODINIT_FUNC PyInit_barext(void) { return PyModule_Create(&module); }
"""
SETUP = """\
from subprocess import check_output
from setuptools import Extension, setup
flags = check_output(["pkg-config", "--cflags", "--libs", "bar"], text=True).split()
setup(name="barext", version="1", py_modules=[], ext_modules=[Extension("barext", ["barext.c"], extra_link_args=flags)])
"""


@pytest.fixture(scope="module")
def root() -> Iterator[Path]:
    """A directory that other users can read, unlike pytest's own."""
    path = Path(tempfile.mkdtemp(prefix="extdeps-conda-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


@pytest.fixture(scope="module")
def channel(root: Path) -> str:
    return make_channel(root / "channel")


def make_site(tmp_path: Path, channel: str, *, prefix: Path | None = None, **environ: str) -> Site:
    host = LocalHost({**os.environ, "RATTLER_CACHE_DIR": str(tmp_path / "cache"), **environ})
    where = prefix or tmp_path / "p"
    return Site(host=host, interpreter=find_interpreter(host), prefix=str(where), channels=(channel,))


def install(site: Site, *specs: str, allow_removals: bool = False) -> tuple[int, list[str]]:
    """The exit code, and the lines as they came."""
    lines: list[str] = []
    command = RATTLER.install_command(specs, site, unattended=True, allow_removals=allow_removals)
    done = site.host.follow(command, on_line=lines.append, timeout=60.0)
    assert done
    assert not any(line.startswith("Traceback") for line in lines), lines
    return done.returncode, lines


def versions(site: Site) -> dict[str, str]:
    database = CondaDatabase(site.host, replace(site.interpreter, prefix=site.prefix))
    found = database.find(("libfoo", "libbar", "libnew", "oldfoo", "nofoo", "futurefoo", "big", "small"))
    return {name: evidence.packaged for name, evidence in (found or {}).items()}


def state(prefix: str) -> dict[str, tuple[int, int]]:
    paths = (path for path in Path(prefix).rglob("*") if path.is_file())
    return {str(path): (path.stat().st_ino, path.stat().st_mtime_ns) for path in paths if path.name != "extdeps.lock"}


def test_from_nothing_to_a_library_that_works(channel: str, tmp_path: Path) -> None:
    site = make_site(tmp_path, channel)
    available = RATTLER.find_available(("libfoo", "nosuch"), site)
    assert [item.version for item in available.packages["libfoo"]] == ["2.0", "1.1", "1.0"]
    assert list(available.packages) == ["libfoo"]
    preview = RATTLER.preview(("libbar",), site)
    assert preview.changes == (
        Change(kind="install", package="libbar", after="1.0"),
        Change(kind="install", package="libfoo", after="1.1"),
    )
    assert preview.download
    assert not Path(site.prefix).exists()
    assert versions(site) == {}

    code, lines = install(site, "libbar")
    assert code == 0
    assert {"install libbar 1.0", "install libfoo 1.1", "link libbar", "link libfoo"} <= set(lines)
    assert versions(site) == {"libbar": "1.0", "libfoo": "1.1"}
    prefix = Path(site.prefix)
    assert (prefix / "lib/pkgconfig/foo.pc").read_text().startswith(f"prefix={prefix}\n")
    assert (prefix / "include/bar.h").exists()
    assert PLACEHOLDER.encode() not in (prefix / "bin/foo").read_bytes()
    assert subprocess.check_output([prefix / "bin/foo"], text=True) == f"1.1 {prefix}/share/foo\n"
    database = CondaDatabase(site.host, replace(site.interpreter, prefix=site.prefix))
    assert database.owns("libfoo", f"{prefix}/lib/libfoo.so.1")
    assert not database.owns("libbar", f"{prefix}/lib/libfoo.so.1")

    before = state(site.prefix)
    assert RATTLER.preview(("libbar", "libfoo"), site) == Preview(download=0)
    assert install(site, "libbar", "libfoo") == (0, ["nothing to do"])
    assert state(site.prefix).keys() == before.keys()


def test_an_upgrade_only_where_it_must_be(channel: str, tmp_path: Path) -> None:
    site = make_site(tmp_path, channel)
    assert install(site, "libfoo<1.1")[0] == 0
    assert install(site, "libfoo") == (0, ["nothing to do"])
    upgrade = Change(kind="upgrade", package="libfoo", before="1.0", after="1.1")
    preview = RATTLER.preview(("libbar", "libfoo>=1.1"), site)
    assert preview.changes == (upgrade, Change(kind="install", package="libbar", after="1.0"))
    assert preview.losses == ()
    assert install(site, "libbar", "libfoo>=1.1")[0] == 0
    assert versions(site) == {"libbar": "1.0", "libfoo": "1.1"}
    assert subprocess.check_output([f"{site.prefix}/bin/foo"], text=True).startswith("1.1 ")


def test_removals_and_downgrades_are_refused(channel: str, tmp_path: Path) -> None:
    site = make_site(tmp_path, channel)
    assert install(site, "libbar")[0] == 0
    losses = RATTLER.preview(("libnew",), site).losses
    assert losses == (Change(kind="remove", package="libbar", before="1.0"),)
    assert install(site, "libnew") == (5, ["error: refused, since it would remove libbar 1.0"])
    assert versions(site) == {"libbar": "1.0", "libfoo": "1.1"}
    down = Change(kind="downgrade", package="libfoo", before="1.1", after="1.0")
    assert down in RATTLER.preview(("oldfoo",), site).losses
    code, lines = install(site, "oldfoo")
    assert (code, len(lines)) == (5, 1)
    assert "downgrade libfoo from 1.1 to 1.0" in lines[0]
    assert install(site, "libnew", allow_removals=True)[0] == 0
    assert versions(site) == {"libfoo": "2.0", "libnew": "1.0"}


@pytest.mark.parametrize("moment", ["install big", "link big", "unlink big"])
def test_an_interrupted_run_is_finished_by_the_next(moment: str, tmp_path: Path) -> None:
    root = tmp_path / "channel"
    for version in ("1.0", "2.0"):
        tree = {f"share/big/{number}": f"{version} {number}".encode() for number in range(3000)}
        write_package(root, tree, name="big", version=version)
        write_package(root, {"share/small": b"x"}, name="small", version=version, depends=(f"big =={version}",))
    index_channel(root)
    site = make_site(tmp_path, root.as_uri())
    if moment == "unlink big":
        assert install(site, "big<2", "small")[0] == 0
    expected = {"big": "2.0", "small": "2.0"} if moment == "unlink big" else {"big": "2.0"}
    command = RATTLER.install_command(("big>=2",), site, unattended=True)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=dict(site.host.environ)) as child:
        assert child.stdout
        assert any(line.startswith(moment) for line in child.stdout)
        child.send_signal(signal.SIGKILL)
    assert child.returncode == -signal.SIGKILL
    assert not (Path(site.prefix) / "conda-meta/big-2.0-h0_0.json").exists()

    code, lines = install(site, "big")  # what the first was asked for, or was to keep, is still wanted
    assert code == 0, lines
    assert versions(site) == expected
    files = Path(site.prefix, "share/big")
    assert {path.name: path.read_text() for path in files.iterdir()} == {str(n): f"2.0 {n}" for n in range(3000)}
    assert install(site, "big>=2", *expected) == (0, ["nothing to do"])


def test_half_a_package_in_the_cache_is_not_used(channel: str, tmp_path: Path) -> None:
    """As a run leaves it that was ended while it unpacked."""
    site = make_site(tmp_path, channel, prefix=tmp_path / "first")
    assert install(site, "libbar")[0] == 0
    packages = tmp_path / "cache/pkgs"
    (packages / "libfoo-1.1-h0_0/lib/libfoo.so.1").unlink()
    header = packages / "libbar-1.0-h0_0/include/bar.h"
    header.unlink()  # it is the same file as that of the first environment
    header.write_text("int bar_")
    again = replace(site, prefix=str(tmp_path / "second"))
    assert install(again, "libbar")[0] == 0
    assert subprocess.check_output([f"{again.prefix}/bin/foo"], text=True).startswith("1.1 ")
    assert Path(again.prefix, "include/bar.h").read_bytes() == Path(site.prefix, "include/bar.h").read_bytes()


def test_one_process_at_a_time(channel: str, tmp_path: Path) -> None:
    site = make_site(tmp_path, channel)
    with Prefix(site.prefix).lock():
        code, lines = install(site, "libfoo")
    assert code == 5
    assert re.search(RATTLER.lock_message, lines[0])
    assert install(site, "libfoo")[0] == 0


def test_a_package_that_vanished_after_the_plan(tmp_path: Path) -> None:
    root = tmp_path / "channel"
    package = write_package(root, {"share/x": b"x"}, name="x", version="1.0")
    index_channel(root)
    site = make_site(tmp_path, root.as_uri())
    assert not RATTLER.preview(("x",), site).problem
    package.write_bytes(b"garbage")
    code, lines = install(site, "x")
    assert (code, len(lines[-1].split("\n"))) == (5, 1)
    assert lines[-1].startswith("error: py-rattler failed: ")
    package.unlink()
    assert install(site, "x")[0] == 5
    index_channel(root)
    assert install(site, "x") == (4, ["error: No candidates were found for x *."])
    assert versions(site) == {}


def test_the_machine_counts(channel: str, tmp_path: Path) -> None:
    problem = RATTLER.preview(("futurefoo",), make_site(tmp_path, channel)).problem
    assert "__glibc >=99, for which no candidates were found" in problem
    overridden = make_site(tmp_path, channel, CONDA_OVERRIDE_GLIBC="99")
    assert not RATTLER.preview(("futurefoo",), overridden).problem
    assert "nofoo 1.0 would constrain libfoo <0" in RATTLER.preview(("nofoo", "libfoo"), overridden).problem


@pytest.mark.parametrize(
    ("address", "problem"),
    [
        ("file:///no/such/channel", "`file:///no/such/channel` is no conda channel, or holds nothing for this machine"),
        ("http://127.0.0.1:9/channel", "`http://127.0.0.1:9/channel` cannot be reached"),
    ],
)
def test_a_channel_that_is_not_there(address: str, problem: str, tmp_path: Path) -> None:
    site = make_site(tmp_path, address)
    assert RATTLER.preview(("libfoo",), site).problem.startswith(problem)
    assert RATTLER.find_available(("libfoo",), site).problem.startswith(problem)


def test_a_directory_of_something_else(channel: str, tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine/main.c").write_text("")
    site = make_site(tmp_path, channel, prefix=tmp_path / "mine")
    problem = f"`{tmp_path}/mine` is not empty and no conda environment"
    assert RATTLER.preview(("libfoo",), site).problem == problem
    assert install(site, "libfoo")[1][0] == f"error: {problem}"
    assert os.listdir(tmp_path / "mine") == ["main.c"]


def test_a_full_disk(tmp_path: Path) -> None:
    root = tmp_path / "channel"
    write_package(root, {"share/big": os.urandom(2_000_000)}, name="big", version="1.0")
    index_channel(root)
    disk = tmp_path / "disk"
    disk.mkdir()
    subprocess.run(["mount", "-t", "tmpfs", "-o", "size=1m", "none", disk], check=True)
    try:
        site = make_site(tmp_path, root.as_uri(), prefix=disk / "p")
        code, lines = install(site, "big")
        assert (code, lines[-1]) == (
            5,
            f"error: no space is left on the disk of `{disk}/p`, or on that of the package cache",
        )
        subprocess.run(["mount", "-o", "remount,size=8m", disk], check=True)
        assert install(site, "big")[0] == 0
        subprocess.run(["mount", "-o", "remount,ro", disk], check=True)
        assert install(site, "big") == (5, [f"error: `{disk}/p/conda-meta/extdeps.lock` cannot be written"])
    finally:
        subprocess.run(["umount", disk], check=True)


def run_as_nobody(argv: tuple[str, ...], home: Path, *, directory: Path | None = None) -> Completed:
    """Run a program without any privilege but that of reading, since this Python may lie in the home of root."""
    user = ("setpriv", f"--reuid={NOBODY}", f"--regid={NOBODY}", "--clear-groups")
    reader = (*user, "--inh-caps=-all,+dac_read_search", "--ambient-caps=-all,+dac_read_search")
    is_open = subprocess.run([*user, sys.executable, "-c", "import extdeps, rattler"], capture_output=True, check=False)
    environ = {"PATH": os.environ["PATH"], "HOME": str(home)}
    done = subprocess.run(
        [*(user if is_open.returncode == 0 else reader), *argv],
        capture_output=True,
        text=True,
        check=False,
        cwd=directory or home,
        env=environ,
    )
    return Completed(returncode=done.returncode, stdout=done.stdout, stderr=done.stderr)


def test_an_ordinary_user(channel: str, root: Path) -> None:
    home = root / "home"
    home.mkdir()
    os.chown(home, NOBODY, NOBODY)
    site = make_site(home, channel, prefix=home / ".extdeps")
    for said in ("2 packages changed in", "nothing to do"):
        done = run_as_nobody(RATTLER.install_command(("libbar",), site, unattended=True), home)
        assert done.is_success, done
        assert said in done.stdout
    assert versions(site) == {"libbar": "1.0", "libfoo": "1.1"}
    assert {path.stat().st_uid for path in home.rglob("*")} == {NOBODY}
    assert subprocess.check_output([home / ".extdeps/bin/foo"], text=True) == f"1.1 {home}/.extdeps/share/foo\n"

    homeless = replace(site, prefix=str(home / "p"))
    command = RATTLER.install_command(("libfoo",), homeless, unattended=True)
    assert run_as_nobody(command, Path("/nonexistent"), directory=home).is_success  # without a cache that lasts
    assert versions(homeless) == {"libfoo": "2.0"}

    closed = replace(site, prefix=str(root / "closed"))
    done = run_as_nobody(RATTLER.install_command(("libbar",), closed, unattended=True), home)
    assert (done.returncode, done.stderr) == (5, f"error: `{root}/closed` cannot be written\n")


def test_an_extension_is_built_with_it(channel: str, tmp_path: Path) -> None:
    site = make_site(tmp_path, channel)
    assert install(site, "libbar")[0] == 0
    project = tmp_path / "project"
    project.mkdir()
    (project / "barext.c").write_text(EXTENSION)
    (project / "setup.py").write_text(SETUP)
    target = str(tmp_path / "site")
    pip = shlex.join([sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--target", target, str(project)])
    use = f'eval "$({sys.executable} -m extdeps env --prefix {shlex.quote(site.prefix)})"'
    subprocess.run(["sh", "-euc", f"{use}; {pip}"], check=True)
    code = "import barext; print(barext.twice(21))"
    plain = {**os.environ, "PYTHONPATH": target}
    assert subprocess.check_output([sys.executable, "-c", code], env=plain, text=True) == "42\n"
