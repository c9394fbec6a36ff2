"""What a pyproject.toml says to the build backend, and what is wrong with it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from extdeps.backend.project import load_backend, read_project
from extdeps.errors import DeclarationError

MISSING = 'say which backend builds the project, as in `[tool.extdeps] build-backend = "mesonpy"`'


@pytest.fixture(autouse=True)
def directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", list(sys.path))
    return tmp_path


def write(text: str) -> None:
    Path("pyproject.toml").write_text(text)


def test_everything() -> None:
    write(
        '[project]\nname = "spam"\n[tool.extdeps]\nbuild-backend = "own:hooks"\nbackend-path = ["."]\n'
        '[external]\nhost-requires = ["zlib"]\n'
    )
    project = read_project()
    assert (project.backend, project.backend_path) == ("own:hooks", (".",))
    assert project.declaration
    assert (project.declaration.subject, project.declaration.origin) == ("spam", "pyproject.toml")


@pytest.mark.parametrize(
    ("text", "fault", "hint"),
    [
        ("", "tool.extdeps.build-backend: is missing", MISSING),
        ("tool = 1", "tool.extdeps.build-backend: is missing", MISSING),
        ("[tool]\nextdeps = 1", "tool.extdeps: is not a table", MISSING),
        ("[tool.extdeps]\nbuild-backend = 1", "tool.extdeps.build-backend: is not the name of a backend", MISSING),
        ('[tool.extdeps]\nbackend = "x"', "tool.extdeps.backend: is not a key of `[tool.extdeps]`", MISSING),
        (
            '[tool.extdeps]\nbuild-backend = "extdeps.backend"',
            "tool.extdeps.build-backend: is `extdeps.backend` itself",
            MISSING,
        ),
        (
            '[tool.extdeps]\nbuild-backend = "x"\nbackend-path = "."',
            "tool.extdeps.backend-path: is not an array of strings",
            MISSING,
        ),
        (
            '[tool.extdeps]\nbuild-backend = "no_such.backend"',
            "tool.extdeps.build-backend: there is no module `no_such`",
            "add its project to `build-system.requires`",
        ),
        (
            '[tool.extdeps]\nbuild-backend = "json:nothing"',
            "tool.extdeps.build-backend: `json` has no `nothing`",
            MISSING,
        ),
        (
            '[tool.extdeps]\nbuild-backend = "x"\nbackend-path = [".", "../y"]',
            "tool.extdeps.backend-path[1]: `../y` is not below the directory of the project",
            MISSING,
        ),
        (
            '[tool.extdeps]\nbuild-backend = "json"\nbackend-path = ["."]',
            f"tool.extdeps.backend-path: `json` is not there, but `{sys.modules['json'].__file__}`",
            MISSING,
        ),
    ],
)
def test_faults(text: str, fault: str, hint: str) -> None:
    write(text)
    with pytest.raises(DeclarationError) as caught:
        load_backend(read_project())
    assert caught.value.message == "`pyproject.toml` does not say how the project is built"
    assert caught.value.context == (f"pyproject.toml: {fault}",)
    assert caught.value.hint == hint


def test_unreadable() -> None:
    with pytest.raises(DeclarationError) as caught:
        read_project()
    assert str(caught.value) == "`pyproject.toml` cannot be read\nNo such file or directory"
    write("[")
    with pytest.raises(DeclarationError, match=r"`pyproject\.toml` is not TOML"):
        read_project()


def test_in_tree_backend() -> None:
    write('[tool.extdeps]\nbuild-backend = "in_tree_backend:Hooks.inner"\nbackend-path = ["tools"]\n')
    Path("tools").mkdir()
    Path("tools/in_tree_backend.py").write_text("class Hooks:\n    inner = 'found'\n")
    assert load_backend(read_project()) == "found"
    del sys.modules["in_tree_backend"]


def test_what_the_backend_itself_lacks_is_its_own_error() -> None:
    write('[tool.extdeps]\nbuild-backend = "lacking_backend"\nbackend-path = ["."]\n')
    Path("lacking_backend.py").write_text("import no_such_module\n")
    with pytest.raises(ModuleNotFoundError, match="no_such_module"):
        load_backend(read_project())
