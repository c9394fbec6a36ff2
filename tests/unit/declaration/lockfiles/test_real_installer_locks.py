"""Locks that pip, uv, Poetry and PDM have written, each read for two Pythons."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from extdeps.declaration.lockfiles.format import find_format
from extdeps.declaration.lockfiles.read import load_installer_lock, read_installer_lock
from extdeps.declaration.member import Member
from extdeps.errors import InstallerLockError, RequirementError, UnlockedError
from support.installerlocks import LOCKS, sources_for

HTTP = {"certifi", "charset-normalizer", "msgpack", "requests", "urllib3", "idna", "cachecontrol"}
DEMO = HTTP | {"demo", "filelock", "gitlib", "locallib", "lxml", "six"}


def read(lock: str, *, python: str = "3.11.7", extras: str = "", groups: str = "") -> dict[str, Member]:
    members = read_installer_lock(
        str(LOCKS / lock), sources_for(python), extras=frozenset(extras.split()), groups=frozenset(groups.split())
    )
    found = {member.name: member for member in members}
    assert len(found) == len(members)
    return found


@pytest.mark.parametrize(
    ("name", "is_lock"),
    [
        ("pylock.toml", True),
        ("pylock.dev-1.toml", True),
        ("a/uv.lock", True),
        ("poetry.lock", True),
        ("pdm.lock", True),
        ("pylock.a.b.toml", False),
        ("pylock..toml", False),
        ("extdeps.lock", False),
        ("Cargo.lock", False),
        ("xuv.lock", False),
        ("pyproject.toml", False),
    ],
)
def test_which_files_are_locks_of_installers(name: str, is_lock: bool) -> None:
    assert bool(find_format(name)) is is_lock


@pytest.mark.parametrize(
    ("lock", "own"),
    [
        ("uv/uv.lock", {"numpy", "sgmllib3k"}),
        ("pylock/pylock.compiled.toml", {"numpy", "sgmllib3k"}),
        ("pylock/pylock.pip.toml", {"numpy", "sgmllib3k"}),
        ("poetry/poetry.lock", {"docopt", "markdown-it-py", "mdurl", "pygments", "rich"}),
        ("pdm/pdm.lock", {"docopt", "numpy"}),
    ],
)
def test_what_is_needed_without_extras_and_groups(lock: str, own: set[str]) -> None:
    root = {"demo"} if lock == "uv/uv.lock" else set()  # the others leave it out
    checkout = set() if lock.startswith("pdm") else {"gitlib"}
    found = read(lock)
    assert set(found) == (DEMO - {"demo", "gitlib"}) | own | root | checkout
    lxml = found["lxml"]
    assert lxml.kind == "platform-wheel"
    assert lxml.file is not None
    assert lxml.file.name.startswith(f"lxml-{lxml.version}-cp311-cp311-manylinux_2_26_x86_64")
    assert len(lxml.file.sha256) == 64
    assert found["idna"].version == "3.10"
    assert found["idna"].file is not None
    assert found["idna"].file.url.startswith("https://files.pythonhosted.org/packages/76/c6/")
    tree = found["locallib"]
    assert (tree.kind, tree.file, tree.directory) == ("sdist", None, str(LOCKS / lock.partition("/")[0] / "lib"))
    if checkout:
        assert (found["gitlib"].kind, found["gitlib"].file, found["gitlib"].directory) == ("sdist", None, "")


def test_an_sdist_where_there_is_no_wheel() -> None:
    found = read("uv/uv.lock", extras="pg")["psycopg2"]
    assert found.file is not None
    assert (found.kind, found.file.name, found.version) == ("sdist", "psycopg2-2.9.13.tar.gz", "2.9.13")


@pytest.mark.parametrize(("python", "numpy"), [("3.11.7", "1.26.4"), ("3.12.1", "2.5.5")])
@pytest.mark.parametrize("lock", ["uv/uv.lock", "pylock/pylock.toml"])
def test_the_fork_of_a_python(lock: str, python: str, numpy: str) -> None:
    found = read(lock, python=python)["numpy"]
    assert (found.version, found.kind) == (numpy, "platform-wheel")


@pytest.mark.parametrize(("python", "rich"), [("3.11.7", "13.9.4"), ("3.12.1", "15.0.0")])
@pytest.mark.parametrize("lock", ["poetry/poetry.lock", "poetry-1/poetry.lock"])
def test_the_fork_of_a_python_in_a_lock_of_poetry(lock: str, python: str, rich: str) -> None:
    assert read(lock, python=python)["rich"].version == rich


@pytest.mark.parametrize(
    ("lock", "extras", "groups", "more"),
    [
        ("uv/uv.lock", "pg", "", {"psycopg2"}),
        ("uv/uv.lock", "all", "", {"psycopg2"}),
        ("uv/uv.lock", "", "lint", {"pyflakes"}),
        ("uv/uv.lock", "pg", "test", {"psycopg2", "iniconfig", "pyflakes"}),
        ("poetry/poetry.lock", "pg", "", {"psycopg2"}),
        ("poetry/poetry.lock", "", "test", {"iniconfig"}),
        ("poetry/poetry.lock", "", "test lint", {"iniconfig", "pyflakes"}),
        ("poetry-1/poetry.lock", "pg", "", {"psycopg2"}),
        ("poetry-1/poetry.lock", "", "test", {"iniconfig"}),
        ("pdm/pdm.lock", "pg", "", {"psycopg2"}),
        ("pdm/pdm.lock", "", "test", {"iniconfig", "pyflakes"}),
        ("uv-workspace/uv.lock", "", "test", {"iniconfig"}),
        ("uv-workspace/uv.lock", "x", "", {"colorama"}),
    ],
)
def test_extras_and_groups_add_to_it(lock: str, extras: str, groups: str, more: set[str]) -> None:
    assert set(read(lock, extras=extras, groups=groups)) - set(read(lock)) == more


def test_the_roots_of_uv_are_requested_with_the_extras_that_they_have() -> None:
    found = read("uv-conflicts/uv.lock", extras="new x")
    assert {name for name, member in found.items() if member.is_requested} == {"demo", "member"}
    assert [sorted(found[name].extras) for name in ("demo", "member")] == [["new"], ["x"]]
    assert (found["rich"].version, found["demo"].directory) == ("15.0.0", str(LOCKS / "uv-conflicts"))
    assert read("uv-conflicts/uv.lock", extras="old")["rich"].version == "13.9.4"
    assert "rich" not in read("uv-conflicts/uv.lock")


def test_extras_of_members_are_known() -> None:
    assert read("uv/uv.lock")["cachecontrol"].extras == {"filecache"}
    assert read("pdm/pdm.lock")["cachecontrol"].extras == {"filecache"}


def test_files_beside_a_lock() -> None:
    found = read("uv-files/uv.lock")
    here = LOCKS / "uv-files"
    urls = {name: member.file.url for name, member in found.items() if member.file}
    assert urls == {
        "docopt": f"file://{here}/docopt-0.6.2.tar.gz",
        "iniconfig": "https://files.pythonhosted.org/packages/01/e1/"
        "2069291243c926a2ff1cd706c7f3eeb9b62144bf60f77c9fb9ff2fb26bd3/iniconfig-2.3.1.tar.gz",
        "packaging": f"file://{here}/packaging-24.2-py3-none-any.whl",
        "six": f"file://{here}/flat/six-1.17.0-py2.py3-none-any.whl",
    }
    assert {name: found[name].kind for name in urls} == {
        "docopt": "sdist",
        "iniconfig": "sdist",
        "packaging": "pure-wheel",
        "six": "pure-wheel",
    }


def test_a_relative_path_stays_so_for_trees_only(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(LOCKS / "uv-files")
    found = {member.name: member for member in read_installer_lock("uv.lock", sources_for())}
    assert found["demo"].directory == "."
    assert found["docopt"].file is not None
    assert found["docopt"].file.url == f"file://{os.getcwd()}/docopt-0.6.2.tar.gz"


def test_the_project_beside_a_lock_of_poetry_or_pdm() -> None:
    first = read_installer_lock(str(LOCKS / "poetry-1/poetry.lock"), sources_for())[0]
    assert (first.kind, first.directory, first.is_requested) == ("sdist", str(LOCKS / "poetry-1"), True)


@pytest.mark.parametrize("python", ["3.10.2", "4.0.0"])
def test_a_lock_that_is_for_other_pythons(python: str) -> None:
    path = str(LOCKS / "poetry/poetry.lock")
    with pytest.raises(UnlockedError) as caught:
        read_installer_lock(path, sources_for(python))
    assert caught.value.message == f"`{path}` is not for this machine"
    assert caught.value.context == (f"`metadata.python-versions` is >=3.11,<4, and Python is {python}",)


@pytest.mark.parametrize(
    ("lock", "where"),
    [
        ("uv/uv.lock", "requires-python"),
        ("pylock/pylock.toml", "requires-python"),
        ("pdm/pdm.lock", "metadata.targets[0].requires_python"),
    ],
)
def test_a_range_of_pep_440_that_does_not_hold(lock: str, where: str) -> None:
    with pytest.raises(UnlockedError) as caught:
        read(lock, python="3.10.2")
    assert caught.value.context == (f"`{where}` is >=3.11, and Python is 3.10.2",)


def test_formats_that_are_refused() -> None:
    path = str(LOCKS / "uv/uv.lock")
    members = read_installer_lock(path, sources_for(no_binary=frozenset({"lxml"})))
    built = {member.name: member.kind for member in members}
    assert (built["lxml"], built["numpy"]) == ("sdist", "platform-wheel")
    with pytest.raises(RequirementError) as caught:
        read_installer_lock(path, sources_for(only_binary=frozenset({":all:"})))
    assert caught.value.message == (
        f"an installer would find nothing for 1 of 15 packages of `{path}` with Python 3.11.7"
    )
    assert caught.value.context == ("sgmllib3k 1.0.0: 1 file, which does not fit",)


def test_conflicting_extras_cannot_be_had_together() -> None:
    path = str(LOCKS / "uv-conflicts/uv.lock")
    with pytest.raises(InstallerLockError) as caught:
        read_installer_lock(path, sources_for(), extras=frozenset({"old", "new"}))
    assert caught.value.context == ("`package[9]` is `rich` again: `package[8]` is for this machine too",)


def test_what_a_lock_knows_of() -> None:
    lock = load_installer_lock(str(LOCKS / "uv/uv.lock"), sources_for())
    assert (sorted(lock.extras), sorted(lock.groups), lock.notes) == (["all", "pg"], ["lint", "test"], ())
    lock = load_installer_lock(str(LOCKS / "poetry/poetry.lock"), sources_for())
    assert (sorted(lock.extras), sorted(lock.groups)) == (["pg"], ["lint", "test"])
    lock = load_installer_lock(str(LOCKS / "poetry-1/poetry.lock"), sources_for())
    assert (sorted(lock.extras), sorted(lock.groups)) == (["pg"], ["test"])
    lock = load_installer_lock(str(LOCKS / "pdm/pdm.lock"), sources_for())
    assert lock.extras == lock.groups == {"pg", "test"}


def test_an_old_lock_of_poetry_without_its_project(tmp_path: Path) -> None:
    text = """
[[package]]
name = "spam"
version = "1.0"
category = "main"
optional = false
python-versions = "*"
[package.dependencies]
eggs = {version = "^2.0", optional = true, markers = "extra == 'eggs'"}
[package.extras]
eggs = ["eggs (>=2.0)"]
[[package]]
name = "tool"
version = "1.0"
category = "dev"
optional = false
[[package]]
name = "Eggs"
version = "2.1"
category = "main"
optional = true
[extras]
more = ["eggs"]
[metadata]
lock-version = "1.1"
python-versions = "^3.8 || ~3.7"
[metadata.files]
spam = [{ file = "spam-1.0.tar.gz", hash = "md5:0" }]
tool = [{ file = "tool-1.0.tar.gz", hash = "sha256:AA" }]
eggs = [{ file = "eggs-2.1-py3-none-any.whl", hash = "sha256:BB" }]
"""
    (tmp_path / "poetry.lock").write_text(text)
    path = str(tmp_path / "poetry.lock")
    members = read_installer_lock(path, sources_for(), groups=frozenset({"dev"}), extras=frozenset({"more"}))
    assert [(item.name, item.file.sha256 if item.file else None) for item in members] == [
        ("spam", ""),
        ("tool", "aa"),
        ("eggs", "bb"),
    ]
    assert [member.name for member in read_installer_lock(path, sources_for())] == ["spam"]
